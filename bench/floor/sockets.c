// The floor of a WebSocket client: opens sockets one after the other, then reads whatever comes and
// looks at none of it. One read a message, one epoll for all, no state.
//
//   sockets PORT COUNT                    prints "connected MS", then listens until it is ended
#include "http.h"

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: sockets PORT COUNT\n"), 2;
  int port = atoi(argv[1]), count = atoi(argv[2]);
  char request[512], buffer[READ_BYTES];
  int request_bytes = snprintf(request, sizeof request,
                               "GET /items/7 HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n"
                               "upgrade: websocket\r\nconnection: Upgrade\r\n"
                               "sec-websocket-version: 13\r\n"
                               "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                               port);
  int64_t start = now_ns();
  int epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    int fd = connect_to(port);
    if (write(fd, request, request_bytes) != request_bytes) die("write");
    if (read(fd, buffer, sizeof buffer) <= 0) die("read of the handshake");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
  }
  printf("connected %.1f\n", (now_ns() - start) / 1e6);
  fflush(stdout);

  struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS_MAX, 1000);
    for (int i = 0; i < ready; i++)
      if (read(events[i].data.fd, buffer, sizeof buffer) <= 0) die("read");
  }
}
