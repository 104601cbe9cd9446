/* What 400 children take to end when nobody does anything but kill and wait: prints milliseconds. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILDREN = 400, SETTLE_MICROSECONDS = 300000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(void) {
  pid_t children[CHILDREN];
  for (int i = 0; i < CHILDREN; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      execl("/bin/sleep", "sleep", "1000", (char *)NULL);
      _exit(127);
    }
    if (children[i] < 0) {
      while (i-- > 0) kill(children[i], SIGTERM);
      return 1;
    }
  }
  usleep(SETTLE_MICROSECONDS);
  double begun = now();
  for (int i = 0; i < CHILDREN; i++) kill(children[i], SIGTERM);
  for (int i = 0; i < CHILDREN; i++) waitpid(children[i], NULL, 0);
  printf("%.1f\n", now() - begun);
  return 0;
}
