// The truth about a schedule: sends at fixed times, busy-waiting, so that nothing but the kernel
// and the host can make it late. It reports what a perfect load generator would report here.
//
//   spin PORT CONNECTIONS RATE SECONDS   prints {"requests", "latenessUs", "serviceUs", "latencyUs"}
//
// lateness: sent minus intended. service: answered minus sent. latency: answered minus intended. An
// arrival that finds no free connection waits in line and keeps its intended time.
#include "http.h"
#include <fcntl.h>

struct connection {
  int fd;
  size_t missing;
  int64_t intended, sent;
};

static void print_quantiles(const char *name, int64_t *values, size_t count, const char *after) {
  qsort(values, count, sizeof *values, compare_int64);
  printf("\"%s\": {\"p50\": %.3f, \"p90\": %.3f, \"p99\": %.3f, \"max\": %.3f}%s", name,
         quantile(values, count, 0.5) / 1e3, quantile(values, count, 0.9) / 1e3,
         quantile(values, count, 0.99) / 1e3, quantile(values, count, 1) / 1e3, after);
}

int main(int argc, char **argv) {
  if (argc != 5) return fprintf(stderr, "usage: spin PORT CONNECTIONS RATE SECONDS\n"), 2;
  int port = atoi(argv[1]), connections = atoi(argv[2]);
  double rate = atof(argv[3]);
  size_t total = (size_t)(rate * atof(argv[4]));
  char request[1024], buffer[READ_BYTES];
  size_t request_bytes = static_request(request, sizeof request, port);
  size_t whole = answer_bytes(port, request, request_bytes);

  int epoll = epoll_create1(0);
  struct connection *all = calloc(connections, sizeof *all);
  struct connection **idle = calloc(connections, sizeof *idle);
  int idle_count = 0;
  for (int i = 0; i < connections; i++) {
    all[i].fd = connect_to(port);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event) < 0) die("epoll_ctl");
    idle[idle_count++] = &all[i];
  }
  int64_t *late = calloc(total, sizeof *late), *service = calloc(total, sizeof *service);
  int64_t *latency = calloc(total, sizeof *latency);
  size_t sent = 0, answered = 0;
  int64_t start = now_ns() + NS_PER_S / 10;
  int64_t last = start + (int64_t)(total / rate * NS_PER_S) + 30 * NS_PER_S;
  struct epoll_event events[EVENTS_MAX];
  while (answered < total) {
    int64_t now = now_ns();
    if (now > last) break;
    int64_t due = start + (int64_t)(sent * (double)NS_PER_S / rate);
    if (sent < total && idle_count > 0 && now >= due) {
      struct connection *one = idle[--idle_count];
      one->intended = due;
      one->sent = now;
      one->missing = whole;
      late[sent++] = now - due;
      if (write(one->fd, request, request_bytes) != (ssize_t)request_bytes) die("write");
      continue;
    }
    if (idle_count == connections) continue;
    int ready = epoll_wait(epoll, events, EVENTS_MAX, 0);
    for (int i = 0; i < ready; i++) {
      struct connection *one = events[i].data.ptr;
      ssize_t got = read(one->fd, buffer, sizeof buffer);
      if (got <= 0 || (size_t)got > one->missing) die("read");
      one->missing -= got;
      if (one->missing > 0) continue;
      int64_t end = now_ns();
      service[answered] = end - one->sent;
      latency[answered++] = end - one->intended;
      idle[idle_count++] = one;
    }
  }
  printf("{\"requests\": %zu, ", answered);
  print_quantiles("latenessUs", late, sent, ", ");
  print_quantiles("serviceUs", service, answered, ", ");
  print_quantiles("latencyUs", latency, answered, "}\n");
}
