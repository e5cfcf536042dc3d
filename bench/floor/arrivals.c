// A server that notes when each request reached it: the only witness of a schedule that is not the
// client itself. Answers every request with the same JSON; understands keep-alive, pipelining and
// content-length bodies.
//
//   arrivals PORT LOG     at SIGTERM writes the arrival times to LOG: int64 CLOCK_MONOTONIC ns
//
// GET /status answers in the words of nginx's stub_status, so that it can stand in for nginx.
#include "http.h"
#include <signal.h>

#define ARRIVALS_MAX 20000000
#define CONNECTIONS_MAX 65536

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nserver: arrivals\r\ncontent-type: application/json\r\n"
    "content-length: 42\r\n\r\n"
    "{\"orderId\":\"o-1234567890\",\"state\":\"taken\"}";

// A request that has come only in part: what is at hand, and how much of its body is missing.
struct connection {
  size_t filled;
  size_t body_missing;
  char part[8192];
};

static int64_t *arrivals;
static size_t arrival_count;
static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void answer_status(int fd) {
  char body[256], head[512];
  int body_bytes = snprintf(
      body, sizeof body, "Active connections: 0 \nserver accepts handled requests\n 0 0 %zu \n",
      arrival_count);
  int head_bytes = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s",
                            body_bytes, body);
  if (write(fd, head, head_bytes) < 0) return;
}

// Takes one whole request head from the start of `part`; false when it is not all there yet.
static int take_head(struct connection *one, int fd, int64_t now) {
  char *end = memmem(one->part, one->filled, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  *end = 0;
  if (strncmp(one->part, "GET /status", 11) == 0) {
    answer_status(fd);
  } else {
    char *length = strcasestr(one->part, "\r\ncontent-length:");
    one->body_missing = length == NULL ? 0 : strtoul(length + 17, NULL, 10);
    if (arrival_count < ARRIVALS_MAX) arrivals[arrival_count++] = now;
    if (write(fd, ANSWER, sizeof ANSWER - 1) < 0) return 0;
  }
  size_t head_bytes = end + 4 - one->part;
  one->filled -= head_bytes;
  memmove(one->part, end + 4, one->filled);
  return 1;
}

// Returns 0 when the peer has gone or sends more than a request may hold.
static int serve(struct connection *one, int fd) {
  ssize_t got = read(fd, one->part + one->filled, sizeof one->part - one->filled);
  int64_t now = now_ns();
  if (got <= 0) return 0;
  one->filled += got;
  for (;;) {
    size_t skip = one->body_missing < one->filled ? one->body_missing : one->filled;
    one->body_missing -= skip;
    one->filled -= skip;
    memmove(one->part, one->part + skip, one->filled);
    if (one->filled == 0 || one->body_missing > 0) return 1;
    if (!take_head(one, fd, now)) return one->filled < sizeof one->part;
  }
}

static void accept_one(int epoll, int listener, struct connection **all) {
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) return;
  if (fd >= CONNECTIONS_MAX) {
    close(fd);
    return;
  }
  no_delay(fd);
  if (all[fd] == NULL) all[fd] = malloc(sizeof **all);
  all[fd]->filled = all[fd]->body_missing = 0;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: arrivals PORT LOG\n"), 2;
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  arrivals = malloc(ARRIVALS_MAX * sizeof *arrivals);
  struct connection **all = calloc(CONNECTIONS_MAX, sizeof *all);
  int listener = listen_on(atoi(argv[1])), epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  struct epoll_event events[EVENTS_MAX];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  while (!stopped) {
    int ready = epoll_wait(epoll, events, EVENTS_MAX, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) accept_one(epoll, listener, all);
      else if (!serve(all[fd], fd)) close(fd);
    }
  }
  FILE *log = fopen(argv[2], "w");
  if (log == NULL) die("log");
  if (fwrite(arrivals, sizeof *arrivals, arrival_count, log) != arrival_count) die("log");
  fclose(log);
}
