// What the small C programs share: addresses, the clock, the request, percentiles. Linux only.
#ifndef HOLDFAST_BENCH_HTTP_H
#define HOLDFAST_BENCH_HTTP_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL
#define EVENTS_MAX 256
#define READ_BYTES 65536

static const char REQUEST_BODY[] =
    "{\"product\":\"phone\",\"quantity\":1,\"key\":\"00000000deadbeef\"}";

// CLOCK_MONOTONIC: the same clock that Node calls process.hrtime, so times of both may be compared.
static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static inline void no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// A connected socket on 127.0.0.1. It blocks: every call below asks only for what epoll has announced.
static inline int connect_to(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(port);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  no_delay(fd);
  return fd;
}

// Listens on 127.0.0.1, with room for whatever a bench sends at once. Port 0: one that is free.
static inline int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = loopback(port);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(fd, 20000) < 0) die("listen");
  return fd;
}

// The request that every client of the bench sends, as fixed bytes.
static inline size_t static_request(char *into, size_t room, int port) {
  return snprintf(into, room,
                  "POST /orders HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n"
                  "content-type: application/json\r\nidempotency-key: 00000000deadbeef\r\n"
                  "content-length: %zu\r\n\r\n%s",
                  port, strlen(REQUEST_BODY), REQUEST_BODY);
}

// Length of the whole answer, learnt from one exchange: all answers of the target are equally long.
static inline size_t answer_bytes(int port, const char *request, size_t request_bytes) {
  char buffer[READ_BYTES];
  size_t filled = 0;
  int fd = connect_to(port);
  if (write(fd, request, request_bytes) != (ssize_t)request_bytes) die("write");
  for (;;) {
    ssize_t got = read(fd, buffer + filled, sizeof buffer - 1 - filled);
    if (got <= 0) die("read of the first answer");
    filled += got;
    buffer[filled] = 0;
    char *end = strstr(buffer, "\r\n\r\n");
    char *length = strcasestr(buffer, "\r\ncontent-length:");
    if (end == NULL || length == NULL) continue;
    size_t whole = end + 4 - buffer + strtoul(length + 17, NULL, 10);
    if (filled < whole) continue;
    close(fd);
    return whole;
  }
}

static inline int compare_int64(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

// The smallest value that at least `share` of the sorted ones do not pass.
static inline int64_t quantile(const int64_t *sorted, size_t count, double share) {
  if (count == 0) return 0;
  size_t rank = (size_t)(share * count + 0.999999);
  return sorted[rank == 0 ? 0 : rank - 1];
}
#endif
