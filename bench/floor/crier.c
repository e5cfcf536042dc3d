// The server that WebSocket clients are measured against: takes sockets in, and once told to sends the
// same text to all of them, again and again. In C, so that its core limits neither how fast they come
// nor how fast they are spoken to.
//
//   crier BYTES WAVE_MS        prints {"port": N, "control": N}
//
// On the control port, /start begins the waves and /stop ends them; whatever is asked is answered with
// {"open", "sent", "waveMs"}. A client that does not read makes it wait: nothing is dropped.
#include "http.h"
#include "handshake.h"
#include <signal.h>
#include <sys/timerfd.h>

#define FDS_MAX 65536
#define MESSAGE_BYTES_MAX 4096

// What is known of each open file: nothing, a connection that has not asked yet, one that has, or one
// that came to the control port.
enum { NOBODY, NEWCOMER, OPEN, CONTROL };
static uint8_t kind[FDS_MAX];
static int open_fds[FDS_MAX], place[FDS_MAX];
static int open_count;
static int64_t sent, sequence;
static double wave_ms;
static int epoll, timer;

static void watch(int fd, int as) {
  if (fd >= FDS_MAX) die("too many files");
  kind[fd] = as;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void forget(int fd) {
  if (kind[fd] == OPEN) {
    int last = open_fds[--open_count];
    open_fds[place[fd]] = last;
    place[last] = place[fd];
  }
  kind[fd] = NOBODY;
  close(fd);
}

static void set_waves(int ms) {
  struct timespec every = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000LL};
  struct itimerspec waves = {.it_interval = every, .it_value = every};
  timerfd_settime(timer, 0, &waves, NULL);
}

static void wave(int bytes) {
  uint64_t rings;
  if (read(timer, &rings, sizeof rings) < 0) return;
  unsigned char frame[4 + MESSAGE_BYTES_MAX] = {0x81, 126, bytes >> 8, bytes & 0xff};
  char *text = (char *)frame + 4;
  memset(text, 'x', bytes);
  int head = sprintf(text, "{\"kind\":\"bid\",\"seq\":%lld,\"note\":\"", (long long)++sequence);
  text[head] = 'x';
  memcpy(text + bytes - 2, "\"}", 2);
  int64_t start = now_ns();
  for (int i = open_count - 1; i >= 0; i--) {
    if (write(open_fds[i], frame, 4 + bytes) == 4 + bytes) sent++;
    else forget(open_fds[i]);
  }
  wave_ms = (now_ns() - start) / 1e6;
}

static void answer_control(int fd, const char *request, int waves_ms) {
  if (strncmp(request, "GET /start", 10) == 0) set_waves(waves_ms);
  if (strncmp(request, "GET /stop", 9) == 0) set_waves(0);
  char body[128], answer[256];
  int bytes = snprintf(body, sizeof body, "{\"open\": %d, \"sent\": %lld, \"waveMs\": %.1f}",
                       open_count, (long long)sent, wave_ms);
  int all = snprintf(answer, sizeof answer,
                     "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s", bytes,
                     body);
  if (write(fd, answer, all) != all) die("write to the control");
}

// A request is small and comes in one piece, from whoever the bench starts.
static void hear(int fd, int waves_ms) {
  char request[4096], answer[256];
  ssize_t got = read(fd, request, sizeof request - 1);
  if (got <= 0) return forget(fd);
  request[got] = 0;
  if (kind[fd] == CONTROL) {
    answer_control(fd, request, waves_ms);
    return forget(fd);
  }
  // What an open socket says (a pong, a farewell) changes nothing here.
  if (kind[fd] == OPEN) return;
  int bytes = upgrade_answer(request, answer, sizeof answer);
  if (bytes == 0 || write(fd, answer, bytes) != bytes) return forget(fd);
  kind[fd] = OPEN;
  place[fd] = open_count;
  open_fds[open_count++] = fd;
}

static int port_of(int listener) {
  struct sockaddr_in address;
  socklen_t bytes = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &bytes) < 0) die("getsockname");
  return ntohs(address.sin_port);
}

int main(int argc, char **argv) {
  int message_bytes = argc == 3 ? atoi(argv[1]) : 0, waves_ms = argc == 3 ? atoi(argv[2]) : 0;
  if (message_bytes < 126 || message_bytes > MESSAGE_BYTES_MAX || waves_ms < 1)
    return fprintf(stderr, "usage: crier BYTES WAVE_MS, BYTES from 126 to 4096\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  epoll = epoll_create1(0);
  timer = timerfd_create(CLOCK_MONOTONIC, 0);
  int sockets = listen_on(0), control = listen_on(0);
  watch(sockets, NOBODY);
  watch(control, NOBODY);
  watch(timer, NOBODY);
  printf("{\"port\": %d, \"control\": %d}\n", port_of(sockets), port_of(control));
  fflush(stdout);
  struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS_MAX, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == timer) wave(message_bytes);
      else if (fd == sockets || fd == control) {
        int one = accept(fd, NULL, NULL);
        if (one < 0) continue;
        no_delay(one);
        watch(one, fd == control ? CONTROL : NEWCOMER);
      } else if (kind[fd] != NOBODY) {
        hear(fd, waves_ms);
      }
    }
  }
}
