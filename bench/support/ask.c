/* The leanest client there is, so that what is measured is the server: `ask SOCKET COUNT METHOD` asks COUNT times over one
 * connection, and prints the median of what an answer took, in microseconds. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char answer[16 << 20];

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Reads one answer whole, by its Content-Length. */
static int take(int fd) {
  size_t have = 0, want = 0;
  while (want == 0 || have < want) {
    ssize_t got = read(fd, answer + have, sizeof answer - 1 - have);
    if (got <= 0) return -1;
    have += (size_t)got;
    answer[have] = 0;
    char *end = want > 0 ? NULL : strstr(answer, "\r\n\r\n");
    if (end == NULL) continue;
    char *length = strcasestr(answer, "content-length:");
    if (length == NULL || length > end) return -1;
    want = (size_t)(end + 4 - answer) + (size_t)atol(length + 15);
  }
  return 0;
}

int main(int argc, char **argv) {
  char body[400], request[800];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (argc < 4 || strlen(argv[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, argv[1]);
  int count = atoi(argv[2]);
  double *took = calloc((size_t)count, sizeof *took);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (took == NULL || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return 1;
  snprintf(body, sizeof body,
           "<?xml version='1.0'?><methodCall><methodName>%s</methodName><params></params></methodCall>", argv[3]);
  int length = snprintf(request, sizeof request,
                        "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n%s",
                        strlen(body), body);
  for (int i = 0; i < count; i++) {
    double begun = now();
    if (write(fd, request, (size_t)length) != length || take(fd) < 0) return 1;
    took[i] = now() - begun;
  }
  qsort(took, (size_t)count, sizeof *took, compare);
  printf("%f\n", took[count / 2]);
  return 0;
}
