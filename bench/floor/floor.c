// The floor: what any client of this kind must pay. Static bytes out, answers counted by length and
// not parsed, one read and one write a request, one epoll for all. A client that does more can
// hardly cost less.
//
//   floor PORT CONNECTIONS SECONDS        prints {"requests": N}
#include "http.h"

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: floor PORT CONNECTIONS SECONDS\n"), 2;
  int port = atoi(argv[1]), connections = atoi(argv[2]);
  int64_t end = now_ns() + (int64_t)(atof(argv[3]) * NS_PER_S);
  char request[1024], buffer[READ_BYTES];
  size_t request_bytes = static_request(request, sizeof request, port);
  size_t whole = answer_bytes(port, request, request_bytes);

  int epoll = epoll_create1(0);
  struct connection { int fd; size_t missing; } *all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections; i++) {
    all[i] = (struct connection){connect_to(port), whole};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event) < 0) die("epoll_ctl");
  }
  for (int i = 0; i < connections; i++)
    if (write(all[i].fd, request, request_bytes) < 0) die("write");

  uint64_t requests = 0;
  struct epoll_event events[EVENTS_MAX];
  while (now_ns() < end) {
    int ready = epoll_wait(epoll, events, EVENTS_MAX, 100);
    for (int i = 0; i < ready; i++) {
      struct connection *one = events[i].data.ptr;
      ssize_t got = read(one->fd, buffer, sizeof buffer);
      if (got <= 0 || (size_t)got > one->missing) die("read");
      one->missing -= got;
      if (one->missing > 0) continue;
      requests++;
      one->missing = whole;
      if (write(one->fd, request, request_bytes) != (ssize_t)request_bytes) die("write");
    }
  }
  printf("{\"requests\": %lu}\n", requests);
}
