/*
 * What a process supervisor needs of Linux and Node does not give: exact spawning, reaping of every child, plain pipes with
 * one shared read buffer, listening sockets that do not accept, users, limits, datagrams, exec in place.
 *
 * Raw Node-API (version 8), no C++, no dependency beyond libc and the libuv that Node carries.
 *
 * Conventions
 *   - A function returns its result or a negative errno; it throws only where an argument has the wrong type.
 *   - Text comes in as a Buffer that ends in one NUL and holds no other (lib/sys/bytes.ts makes them): any bytes, no decoding.
 *   - A list of texts is one Buffer of NUL-terminated texts and their number.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <node_api.h>

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* libuv's stable C ABI (same for every 1.x): prototypes of our own, so that no uv.h is needed to build. */
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
enum { UV_POLL = 8, UV_READABLE = 1, UV_WRITABLE = 2, UV_DISCONNECT = 4 };
extern const char *uv_handle_type_name(int type);
extern size_t uv_handle_size(int type);
extern void uv_handle_set_data(uv_handle_t *handle, void *data);
extern void *uv_handle_get_data(const uv_handle_t *handle);
extern int uv_poll_init(uv_loop_t *loop, uv_handle_t *handle, int fd);
extern int uv_poll_start(uv_handle_t *handle, int events, void (*callback)(uv_handle_t *, int, int));
extern int uv_poll_stop(uv_handle_t *handle);
extern void uv_close(uv_handle_t *handle, void (*callback)(uv_handle_t *));
extern void uv_ref(uv_handle_t *handle);
extern void uv_unref(uv_handle_t *handle);

/* Present since Linux 5.3 and 5.9; the numbers are the same on every architecture. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2U
#endif

/* From linux/futex.h: musl's compiler comes without the kernel's headers. */
#ifndef FUTEX_WAIT
#define FUTEX_WAIT 0
#endif

/* The most that JavaScript is handed at once (as the original reads), and what goes into a sink at once: large writes cost less. */
#define READ_SIZE (128 * 1024)
#define SINK_SIZE (512 * 1024)
#define READS_PER_WAKE 8
/*
 * What a pipe holds by itself, and what it is given when that was once full: its writer waits less, and so do we. The kernel's
 * memory is not ours to spend: a few pipes that flow into sinks get the most that there is, all others a quarter.
 */
#define PIPE_CAPACITY (64 * 1024)
#define WIDE_PIPE (256 * 1024)
#define WIDEST_PIPE (1024 * 1024)
#define WIDEST_PIPES 32
#define REAP_BATCH 256
#define LARGE (128 * 1024)
#define CHILD_STACK_SIZE (64 * 1024)
#define MAX_ARGUMENTS 16
/* A child's standard streams, the status pipe of a daemon that goes to the background, and one that is always free. */
#define STAGE_SIZE 5
/* getaddrinfo has errors of its own: they come back as -(GAI_BASE + |code|). */
#define GAI_BASE 100000

struct watcher;
struct spawn;

/* One per Node environment. */
struct state {
  napi_env env;
  uv_loop_t *loop;
  napi_ref callback;
  napi_ref buffer_ref;
  napi_async_context async;
  unsigned char *buffer;
  /* The lowest usable byte; below it lies a page that is out of bounds, of whatever size pages are here. */
  char *child_stack;
  size_t page_size;
  /* Descriptors with low numbers, on /dev/null while nobody is being started; see run_spawn. */
  int stage[STAGE_SIZE];
  /* One above the highest of them; 0: there is no stage, and children begin with a copy of the table. */
  int stage_end;
  struct watcher **slots;
  uint32_t *free_slots;
  uint32_t slot_count;
  uint32_t free_count;
  int widest_pipes;
  /* Children that we went on without; see see_off. */
  struct spawn *left;
  /* We were dumpable, and are to be again when nobody is left in our memory; one that we have lost track of stays there. */
  bool was_dumpable;
  bool lost;
  /* Children may not give up a shared table of descriptors: they begin with a copy. */
  bool cannot_part;
  /* This system does not say when a child has come to its program: we wait as vfork does. */
  bool children_are_silent;
};

/* ---- arguments and results ------------------------------------------------------------------------------------------ */

static napi_value raise_status(napi_env env) {
  bool pending = false;
  const napi_extended_error_info *info = NULL;
  if (napi_get_last_error_info(env, &info) != napi_ok) info = NULL;
  const char *message = info != NULL && info->error_message != NULL ? info->error_message : "Node-API call failed";
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) napi_throw_error(env, NULL, message);
  return NULL;
}

#define TRY(call)                                       \
  do {                                                  \
    if ((call) != napi_ok) return raise_status(env);    \
  } while (0)

static napi_value number(napi_env env, int64_t value) {
  napi_value result;
  TRY(napi_create_int64(env, value, &result));
  return result;
}

/* 0, or -errno when a call has returned -1. */
static napi_value outcome(napi_env env, long result) { return number(env, result == -1 ? -errno : result); }

static napi_value null_value(napi_env env) {
  napi_value result;
  TRY(napi_get_null(env, &result));
  return result;
}

/* True when the call has at least `count` arguments. */
static bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values, struct state **state) {
  size_t given = MAX_ARGUMENTS;
  void *data = NULL;
  if (napi_get_cb_info(env, info, &given, values, NULL, &data) != napi_ok) {
    raise_status(env);
    return false;
  }
  if (given < count) {
    napi_throw_type_error(env, NULL, "too few arguments");
    return false;
  }
  if (state != NULL) *state = data;
  return true;
}

static bool integer(napi_env env, napi_value value, int64_t *result) {
  if (napi_get_value_int64(env, value, result) == napi_ok) return true;
  napi_throw_type_error(env, NULL, "number expected");
  return false;
}

static bool small(napi_env env, napi_value value, int *result) {
  int64_t wide;
  if (!integer(env, value, &wide)) return false;
  if (wide < INT32_MIN || wide > INT32_MAX) {
    napi_throw_range_error(env, NULL, "32-bit number expected");
    return false;
  }
  *result = (int)wide;
  return true;
}

static bool bytes(napi_env env, napi_value value, unsigned char **data, size_t *length) {
  bool is_buffer = false;
  void *start = NULL;
  if (napi_is_buffer(env, value, &is_buffer) == napi_ok && is_buffer &&
      napi_get_buffer_info(env, value, &start, length) == napi_ok) {
    *data = start;
    return true;
  }
  napi_throw_type_error(env, NULL, "Buffer expected");
  return false;
}

/* A Buffer with exactly one NUL, its last byte. */
static bool text(napi_env env, napi_value value, const char **result) {
  unsigned char *data;
  size_t length;
  if (!bytes(env, value, &data, &length)) return false;
  if (length == 0 || memchr(data, 0, length) != data + length - 1) {
    napi_throw_type_error(env, NULL, "text with one NUL at its end expected");
    return false;
  }
  *result = (const char *)data;
  return true;
}

static bool text_or_null(napi_env env, napi_value value, const char **result) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) {
    raise_status(env);
    return false;
  }
  *result = NULL;
  return type == napi_null ? true : text(env, value, result);
}

/* The elements of an Int32Array or Uint32Array. */
static bool words(napi_env env, napi_value value, int32_t **data, size_t *length) {
  bool is_typed = false;
  napi_typedarray_type type;
  void *start = NULL;
  if (napi_is_typedarray(env, value, &is_typed) == napi_ok && is_typed &&
      napi_get_typedarray_info(env, value, &type, length, &start, NULL, NULL) == napi_ok &&
      (type == napi_int32_array || type == napi_uint32_array)) {
    *data = start;
    return true;
  }
  napi_throw_type_error(env, NULL, "Int32Array or Uint32Array expected");
  return false;
}

/* Points into the block: valid as long as the Buffer. NULL (and an exception) when the block is not `count` texts. */
static char **text_list(napi_env env, napi_value block, napi_value count) {
  unsigned char *data;
  size_t length;
  int64_t wanted;
  if (!bytes(env, block, &data, &length) || !integer(env, count, &wanted)) return NULL;
  char **list = wanted < 0 || (uint64_t)wanted > length ? NULL : malloc(((size_t)wanted + 1) * sizeof *list);
  unsigned char *at = data, *end = data + length;
  int64_t found = 0;
  for (; list != NULL && found < wanted && at < end; found++) {
    unsigned char *stop = memchr(at, 0, (size_t)(end - at));
    if (stop == NULL) break;
    list[found] = (char *)at;
    at = stop + 1;
  }
  if (list == NULL || found != wanted || at != end) {
    free(list);
    napi_throw_type_error(env, NULL, "the block does not hold that number of texts");
    return NULL;
  }
  list[found] = NULL;
  return list;
}

/* ---- spawn ---------------------------------------------------------------------------------------------------------- */

/* lib/sys/spawn.ts has the same list. */
enum step {
  NO_STEP,
  STEP_SETPGID,
  STEP_STDIO,
  STEP_RLIMIT,
  STEP_SETGROUPS,
  STEP_SETGID,
  STEP_SETUID,
  STEP_CHDIR,
  STEP_EXEC,
  STEP_BEGIN,
  /* No failure: the child has not come to its program yet. */
  STEP_LATE,
  /* The child could not get a table of descriptors of its own; JavaScript never hears of it. */
  STEP_SHARED
};

/* How long a child may take to its program before we go on without it, and how often that for its very first step. */
static const long PATIENCE[2] = {1, 0};
#define PATIENCE_TO_BEGIN 3

struct spawn {
  /* The child's pid, which the kernel sets to zero, and wakes us, when the child uses our memory no more. */
  volatile int running;
  /* Where we did not wait for that: the stack and the values that the child uses until then. */
  char *stack;
  napi_ref held;
  struct spawn *next;
  const char *file;
  char **argv;
  char **envp;
  const char *cwd;
  int umask;
  bool has_user;
  uid_t uid;
  gid_t gid;
  const int32_t *groups;
  size_t group_count;
  int *fds;
  int fd_count;
  /* Above 0: our descriptors are shared, and all that are wanted are below this number. The child sets it to zero. */
  volatile int fds_end;
  int64_t nofile;
  bool session;
  volatile int step;
  volatile int error;
};

struct kernel_limit {
  uint64_t soft;
  uint64_t hard;
};

#ifdef SYS_setgroups32
#define RAW_SETGROUPS SYS_setgroups32
#define RAW_SETGID SYS_setgid32
#define RAW_SETUID SYS_setuid32
#else
#define RAW_SETGROUPS SYS_setgroups
#define RAW_SETGID SYS_setgid
#define RAW_SETUID SYS_setuid
#endif

/*
 * A system call that leaves errno alone: the child's is ours, and we may have gone on without waiting for it. Where this is not
 * written for a processor, nobody goes on (CAN_LEAVE).
 */
#if defined(__x86_64__) && !defined(__ILP32__)
#define CAN_LEAVE true
static inline __attribute__((always_inline)) long raw_call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define CAN_LEAVE true
static inline __attribute__((always_inline)) long raw_call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#else
#define CAN_LEAVE false
static inline long raw_call(long number, long a, long b, long c, long d) {
  long result = syscall(number, a, b, c, d);
  return result < 0 ? -errno : result;
}
#endif
#define RAW_(number, a, b, c, d, ...) raw_call(number, (long)(a), (long)(b), (long)(c), (long)(d))
#define RAW(...) RAW_(__VA_ARGS__, 0, 0, 0, 0, 0)

/* For kernels before 5.9: closes what /proc/self/fd lists, or, without /proc, everything below the limit. */
__attribute__((no_sanitize("address", "undefined"))) static void close_from_slowly(int first) {
  struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
  };
  long directory = RAW(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (directory < 0) {
    struct kernel_limit limit = {0, 0};
    RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
    for (uint64_t fd = (uint64_t)first; fd < limit.soft && fd < 1048576; fd++) RAW(SYS_close, fd);
    return;
  }
  _Alignas(8) char space[4096];
  long filled;
  while ((filled = RAW(SYS_getdents64, directory, space, sizeof space)) > 0) {
    for (long at = 0; at < filled;) {
      const struct entry *entry = (const struct entry *)(space + at);
      long fd = 0;
      const char *digit = entry->name;
      for (; *digit >= '0' && *digit <= '9'; digit++) fd = fd * 10 + (*digit - '0');
      if (digit != entry->name && fd >= first && fd != directory) RAW(SYS_close, fd);
      at += entry->length;
    }
  }
  RAW(SYS_close, directory);
}

/*
 * The child between clone and exec. It shares the parent's memory, so: raw system calls only (libc's set*id would signal the
 * parent's threads), nothing that locks or allocates, results through *arg. The parent's thread sleeps meanwhile, though not for
 * ever: what else the child touches is its own (see leave_child).
 */
__attribute__((no_sanitize("address", "undefined"))) static int child_main(void *arg) {
  struct spawn *s = arg;
  /* All zero is SIG_DFL with no flags and an empty mask in every layout. Until this is done all signals are blocked. */
  static const uint64_t default_action[8];
  static const uint64_t empty_mask;

#define STEP(name, call)                 \
  do {                                   \
    long outcome_of_call = (call);       \
    if (outcome_of_call < 0) {           \
      s->error = (int)-outcome_of_call;  \
      s->step = (name);                  \
      RAW(SYS_exit_group, 127);          \
    }                                    \
  } while (0)

  /* Before anything touches a descriptor: a table of the child's own. From here on it needs nothing that we change. */
  if (s->fds_end > 0) {
#ifndef NO_CLOSE_RANGE
    if (RAW(SYS_close_range, s->fds_end, ~0U, CLOSE_RANGE_UNSHARE) < 0)
#endif
      STEP(STEP_SHARED, RAW(SYS_unshare, CLONE_FILES));
    s->fds_end = 0;
  }

  for (int signal = 1; signal <= 64; signal++) RAW(SYS_rt_sigaction, signal, default_action, NULL, 8);
  STEP(STEP_SETPGID, s->session ? RAW(SYS_setsid) : RAW(SYS_setpgid, 0, 0));

  /* Sources that a dup below would overwrite move out of the way first. */
  for (int i = 0; i < s->fd_count; i++) {
    if (s->fds[i] == i || s->fds[i] >= s->fd_count) continue;
    long moved = RAW(SYS_fcntl, s->fds[i], F_DUPFD, s->fd_count);
    STEP(STEP_STDIO, moved);
    s->fds[i] = (int)moved;
  }
  for (int i = 0; i < s->fd_count; i++) {
    STEP(STEP_STDIO, s->fds[i] == i ? RAW(SYS_fcntl, i, F_SETFD, 0) : RAW(SYS_dup3, s->fds[i], i, 0));
  }
#ifndef NO_CLOSE_RANGE
  if (RAW(SYS_close_range, s->fd_count, ~0U, 0) < 0)
#endif
    close_from_slowly(s->fd_count);

  if (s->nofile >= 0) {
    struct kernel_limit limit;
    STEP(STEP_RLIMIT, RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit));
    limit.soft = (uint64_t)s->nofile < limit.hard ? (uint64_t)s->nofile : limit.hard;
    STEP(STEP_RLIMIT, RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL));
  }
  if (s->has_user) {
    STEP(STEP_SETGROUPS, RAW(RAW_SETGROUPS, s->group_count, s->groups));
    STEP(STEP_SETGID, RAW(RAW_SETGID, s->gid));
    STEP(STEP_SETUID, RAW(RAW_SETUID, s->uid));
  }
  if (s->cwd != NULL) STEP(STEP_CHDIR, RAW(SYS_chdir, s->cwd));
  if (s->umask >= 0) RAW(SYS_umask, s->umask);

  /* A signal that came in between now takes its default action: it is not lost. See make_dumpable for the first call. */
  RAW(SYS_prctl, PR_SET_DUMPABLE, 0);
  RAW(SYS_rt_sigprocmask, SIG_SETMASK, &empty_mask, NULL, 8);
  STEP(STEP_EXEC, RAW(SYS_execve, s->file, s->argv, s->envp));
#undef STEP
  return 0;
}

/*
 * A child usually begins with a copy of our table of descriptors, most of which it closes: with 5,000 programs, four
 * milliseconds for each. So it shares the table, and takes only its lower end: its own descriptors are staged there.
 */
static void stage_open(struct state *state) {
  int end = 0;
  for (int i = 0; i < STAGE_SIZE; i++) {
    state->stage[i] = i == 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fcntl(state->stage[0], F_DUPFD_CLOEXEC, 3);
    if (state->stage[i] < 0) {
      while (i-- > 0) close(state->stage[i]);
      return;
    }
    if (state->stage[i] >= end) end = state->stage[i] + 1;
  }
  state->stage_end = end;
}

/* The last of the stage stays on /dev/null, for the others to return to. */
static void stage_clear(struct state *state, int count) {
  for (int i = 0; i < count && i < STAGE_SIZE - 1; i++) dup3(state->stage[STAGE_SIZE - 1], state->stage[i], O_CLOEXEC);
}

/* All of the child's descriptors or none: with what is left over from half of them, the copied table would hold pipes open. */
static bool stage_fill(struct state *state, struct spawn *s) {
  if (state->stage_end <= 0 || state->cannot_part || s->fd_count > STAGE_SIZE - 1) return false;
  for (int i = 0; i < s->fd_count; i++) {
    if (dup3(s->fds[i], state->stage[i], O_CLOEXEC) < 0) {
      stage_clear(state, i);
      return false;
    }
  }
  memcpy(s->fds, state->stage, (size_t)s->fd_count * sizeof *s->fds);
  s->fds_end = state->stage_end;
  return true;
}

static bool make_stack(struct state *state) {
  /* One page below it is out of bounds: an overflow faults instead of overwriting the heap. */
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = CHILD_STACK_SIZE + page;
  char *space = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (space == MAP_FAILED) return false;
  if (mprotect(space, page, PROT_NONE) < 0) {
    munmap(space, size);
    return false;
  }
  state->page_size = page;
  state->child_stack = space + page;
  return true;
}

static void free_stack(const struct state *state, char *stack) {
  if (stack != NULL) munmap(stack - state->page_size, CHILD_STACK_SIZE + state->page_size);
}

/* True once the child uses our memory no more, false where it still does after our patience. */
static bool wait_for_program(struct spawn *s) {
  for (int running; (running = s->running) != 0;) {
    if (syscall(SYS_futex, &s->running, FUTEX_WAIT, running, PATIENCE, NULL, 0) < 0 && errno == ETIMEDOUT)
      return s->running == 0;
  }
  return true;
}

/* Some kernels do not tell of one that dumps core. */
static bool is_dead(int pid) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* By its name, which everybody may read: /proc/PID/exe is not told of another user's, nor of ours once we have changed the user. */
static bool runs_another_program(int pid) {
  char path[32], ours[32] = {0}, its[32] = {0};
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, its, sizeof its - 1);
  close(fd);
  if (length <= 1 || prctl(PR_GET_NAME, ours) < 0) return false;
  if (its[length - 1] == '\n') its[length - 1] = 0;
  return strcmp(ours, its) != 0;
}

/*
 * A child that was stopped, or whose directory or program lies on a file system that does not answer, must not hold up all
 * others: false where we go on without it. One that still shares our descriptors can't be left; if it never begins, it is ended.
 */
static bool see_off(struct state *state, struct spawn *s, int pid) {
  for (int turn = 1; !wait_for_program(s); turn++) {
    if (is_dead(pid)) return true;
    if (runs_another_program(pid)) {
      state->children_are_silent = s->running != 0;
      return true;
    }
    if (s->fds_end == 0 && CAN_LEAVE) return false;
    if (turn >= PATIENCE_TO_BEGIN && s->step == NO_STEP) {
      s->step = STEP_BEGIN;
      s->error = ETIMEDOUT;
      kill(pid, SIGKILL);
    }
  }
  return true;
}

/*
 * The child made the memory that it shares with us undumpable: then its user cannot trace it, that is, write into ours, and (before
 * Linux 5.16) its core dump does not end us. It has to stay so as long as any child is in it.
 */
static void make_dumpable(struct state *state) {
  if (!state->was_dumpable || state->left != NULL || state->lost) return;
  state->was_dumpable = false;
  prctl(PR_SET_DUMPABLE, 1);
}

/*
 * The pid, or -errno when there is no child. On a failing step `s->step` and `s->error` say so, and the child exits 127.
 * `*left`: the child is still on its way, and uses *s.
 */
static int64_t run_spawn(struct state *state, struct spawn *s, bool *left) {
  static const uint64_t all_signals = ~UINT64_C(0);
  uint64_t saved_mask = 0;
  bool staged = stage_fill(state, s);
  state->was_dumpable = state->was_dumpable || prctl(PR_GET_DUMPABLE) == 1;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all_signals, &saved_mask, 8);
  char *top = state->child_stack + CHILD_STACK_SIZE;
  int flags = CLONE_VM | (staged ? CLONE_FILES : 0) | SIGCHLD;
  int pid = -1;
  errno = EINVAL;
  if (!state->children_are_silent)
    pid = clone(child_main, top, flags | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID, s, &s->running, NULL, &s->running);
  /* An emulator (qemu-user) that knows no such child: then we wait for it in any case. */
  bool silent = pid < 0 && errno == EINVAL;
  if (silent) pid = clone(child_main, top, flags | CLONE_VFORK, s);
  int error = errno;
  *left = pid > 0 && !silent && !see_off(state, s, pid);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved_mask, NULL, 8);
  if (staged) stage_clear(state, s->fd_count);
  if (!*left) make_dumpable(state);
  return pid < 0 ? -error : pid;
}

static void free_spawn(struct spawn *s) {
  free(s->fds);
  free(s->envp);
  free(s->argv);
  free(s);
}

/* Frees what the children left in use that have come to their program, or to their end, since. */
static void forget_children(struct state *state) {
  for (struct spawn **at = &state->left; *at != NULL;) {
    struct spawn *s = *at;
    if (s->running != 0) {
      at = &s->next;
      continue;
    }
    *at = s->next;
    free_stack(state, s->stack);
    napi_delete_reference(state->env, s->held);
    free_spawn(s);
  }
  make_dumpable(state);
}

/* The child keeps its stack and the values that it was given; the next one gets another stack. */
static void leave_child(struct state *state, struct spawn *s, const napi_value *values, size_t count) {
  napi_value list;
  bool held = napi_create_array_with_length(state->env, count, &list) == napi_ok;
  for (size_t i = 0; held && i < count; i++) held = napi_set_element(state->env, list, (uint32_t)i, values[i]) == napi_ok;
  held = held && napi_create_reference(state->env, list, 1, &s->held) == napi_ok;
  s->stack = state->child_stack;
  state->child_stack = NULL;
  /* Without a hold on the values they may go away: then all of it stays for good, and the child may fail. */
  if (!held) {
    state->lost = true;
    return;
  }
  s->next = state->left;
  state->left = s;
}

/*
 * spawn(file, argv, argc, env, envc, cwd|null, umask|-1, uid|-1, gid, groups, fds, nofile|-1, session, result)
 * result: Int32Array of two, the failing step and its errno.
 */
static napi_value js_spawn(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  struct spawn given = {0};
  int64_t uid, gid;
  int session;
  int32_t *fds, *groups, *result;
  size_t fd_count, result_count;
  if (!arguments(env, info, 14, a, &state) || !text(env, a[0], &given.file) || !text_or_null(env, a[5], &given.cwd) ||
      !small(env, a[6], &given.umask) || !integer(env, a[7], &uid) || !integer(env, a[8], &gid) ||
      !words(env, a[9], &groups, &given.group_count) || !words(env, a[10], &fds, &fd_count) ||
      !integer(env, a[11], &given.nofile) || !small(env, a[12], &session) || !words(env, a[13], &result, &result_count))
    return NULL;
  if (fd_count > 1024 || result_count < 2 || uid > UINT32_MAX || gid < 0 || gid > UINT32_MAX) {
    napi_throw_range_error(env, NULL, "a uid, a gid, at most 1024 descriptors and a result of two expected");
    return NULL;
  }
  given.groups = groups;
  given.has_user = uid >= 0;
  given.uid = (uid_t)uid;
  given.gid = (gid_t)gid;
  given.session = session != 0;
  given.fd_count = (int)fd_count;
  given.argv = text_list(env, a[1], a[2]);
  given.envp = given.argv == NULL ? NULL : text_list(env, a[3], a[4]);
  given.fds = given.envp == NULL ? NULL : malloc((fd_count + 1) * sizeof *given.fds);
  struct spawn *s = malloc(sizeof *s);
  if (s == NULL || given.fds == NULL || !(state->child_stack != NULL || make_stack(state))) {
    free(given.fds);
    free(given.envp);
    free(given.argv);
    free(s);
    return number(env, -ENOMEM);
  }
  if (fd_count > 0) memcpy(given.fds, fds, fd_count * sizeof *given.fds);
  *s = given;
  forget_children(state);
  bool left = false;
  int64_t pid = run_spawn(state, s, &left);
  if (!left && pid > 0 && s->step == STEP_SHARED) {
    /* No close_range (before 5.9), and unshare is forbidden, as it is by Docker: children begin with a copy of the table. */
    while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR) continue;
    state->cannot_part = true;
    s->step = NO_STEP;
    s->error = 0;
    s->fds_end = 0;
    s->running = 0;
    if (fd_count > 0) memcpy(s->fds, fds, fd_count * sizeof *s->fds);
    pid = run_spawn(state, s, &left);
  }
  result[0] = left ? STEP_LATE : s->step;
  result[1] = left ? 0 : s->error;
  if (left) leave_child(state, s, a, 14);
  else free_spawn(s);
  return number(env, pid);
}

/* reap(out): fills pairs of pid and raw status; the number of pairs. Call again while it comes back full. */
static napi_value js_reap(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int32_t *out;
  size_t length;
  if (!arguments(env, info, 1, a, NULL) || !words(env, a[0], &out, &length)) return NULL;
  size_t pairs = 0;
  while (pairs < length / 2) {
    int status = 0;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) break;
    out[pairs * 2] = pid;
    out[pairs * 2 + 1] = status;
    pairs++;
  }
  return number(env, (int64_t)pairs);
}

/* executable(path): what stat calls its mode, and bit 20 where access lets us run it; or -errno. */
static napi_value js_executable(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *path;
  struct stat found;
  if (!arguments(env, info, 1, a, NULL) || !text(env, a[0], &path)) return NULL;
  /* Not stat: what the C library calls so needs a newer one than Debian 10 has. */
  if (syscall(SYS_newfstatat, AT_FDCWD, path, &found, 0) < 0) return number(env, -errno);
  return number(env, (int64_t)found.st_mode | (access(path, X_OK) == 0 ? 1 << 20 : 0));
}

/* execve(file, argv, argc, env, envc): does not return unless it fails. Descriptors 0-2 lose the close-on-exec of libuv. */
static napi_value js_execve(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *file;
  if (!arguments(env, info, 5, a, NULL) || !text(env, a[0], &file)) return NULL;
  char **argv = text_list(env, a[1], a[2]);
  char **envp = argv == NULL ? NULL : text_list(env, a[3], a[4]);
  if (envp == NULL) {
    free(argv);
    return NULL;
  }
  int flags[3];
  for (int fd = 0; fd < 3; fd++) {
    flags[fd] = fcntl(fd, F_GETFD);
    if (flags[fd] >= 0) fcntl(fd, F_SETFD, flags[fd] & ~FD_CLOEXEC);
  }
  execve(file, argv, envp);
  int error = errno;
  for (int fd = 0; fd < 3; fd++) {
    if (flags[fd] >= 0) fcntl(fd, F_SETFD, flags[fd]);
  }
  free(envp);
  free(argv);
  return number(env, -error);
}

/* ---- descriptors ---------------------------------------------------------------------------------------------------- */

/* pipe(out): Int32Array of two; both ends close on exec. */
static napi_value js_pipe(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int32_t *out;
  size_t length;
  int ends[2];
  if (!arguments(env, info, 1, a, NULL) || !words(env, a[0], &out, &length)) return NULL;
  if (length < 2) return number(env, -EINVAL);
  if (pipe2(ends, O_CLOEXEC) < 0) return number(env, -errno);
  out[0] = ends[0];
  out[1] = ends[1];
  return number(env, 0);
}

/*
 * reserve(count): room for that many descriptors. Where other threads run, as they always do in Node, the kernel takes ten
 * milliseconds or so for each time that the table of descriptors grows.
 */
static napi_value js_reserve(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int count;
  struct state *state;
  if (!arguments(env, info, 1, a, &state) || !small(env, a[0], &count)) return NULL;
  int fd = state->stage_end > 0 ? fcntl(state->stage[STAGE_SIZE - 1], F_DUPFD_CLOEXEC, count) : -1;
  return outcome(env, fd < 0 ? fd : close(fd));
}

static napi_value js_close(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &fd)) return NULL;
  return outcome(env, close(fd));
}

/* flags(fd, nonblock, cloexec): 1 sets, 0 clears, -1 leaves. */
static napi_value js_flags(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd, nonblock, cloexec;
  if (!arguments(env, info, 3, a, NULL) || !small(env, a[0], &fd) || !small(env, a[1], &nonblock) ||
      !small(env, a[2], &cloexec))
    return NULL;
  if (nonblock >= 0) {
    int now = fcntl(fd, F_GETFL);
    if (now < 0 || fcntl(fd, F_SETFL, nonblock ? now | O_NONBLOCK : now & ~O_NONBLOCK) < 0) return number(env, -errno);
  }
  if (cloexec >= 0 && fcntl(fd, F_SETFD, cloexec ? FD_CLOEXEC : 0) < 0) return number(env, -errno);
  return number(env, 0);
}

/* dup2(from, to): the copy stays open over exec. */
static napi_value js_dup2(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int from, to;
  if (!arguments(env, info, 2, a, NULL) || !small(env, a[0], &from) || !small(env, a[1], &to)) return NULL;
  return outcome(env, dup2(from, to));
}

static ssize_t read_again(int fd, void *data, size_t length) {
  ssize_t got;
  do got = read(fd, data, length);
  while (got < 0 && errno == EINTR);
  return got;
}

static ssize_t write_again(int fd, const void *data, size_t length) {
  ssize_t put;
  do put = write(fd, data, length);
  while (put < 0 && errno == EINTR);
  return put;
}

/* The arguments (fd, buffer, offset, length): a descriptor and a part of a Buffer. */
static bool window(napi_env env, napi_callback_info info, int *fd, unsigned char **data, size_t *length) {
  napi_value a[MAX_ARGUMENTS];
  int64_t offset, wanted;
  size_t size;
  if (!arguments(env, info, 4, a, NULL) || !small(env, a[0], fd) || !bytes(env, a[1], data, &size) || !integer(env, a[2], &offset) ||
      !integer(env, a[3], &wanted))
    return false;
  if (offset < 0 || wanted < 0 || (uint64_t)offset > size || (uint64_t)wanted > size - (uint64_t)offset) {
    napi_throw_range_error(env, NULL, "outside of the buffer");
    return false;
  }
  *data += offset;
  *length = (size_t)wanted;
  return true;
}

/* read(fd, buffer, offset, length): bytes, 0 at the end, or -errno. */
static napi_value js_read(napi_env env, napi_callback_info info) {
  int fd;
  unsigned char *data;
  size_t length;
  return window(env, info, &fd, &data, &length) ? outcome(env, read_again(fd, data, length)) : NULL;
}

/* write(fd, buffer, offset, length): bytes or -errno. */
static napi_value js_write(napi_env env, napi_callback_info info) {
  int fd;
  unsigned char *data;
  size_t length;
  return window(env, info, &fd, &data, &length) ? outcome(env, write_again(fd, data, length)) : NULL;
}

/*
 * writeReady(fd, buffer, offset, length): as write, for a descriptor that is shared with others and so must stay blocking:
 * a writable pipe takes PIPE_BUF bytes without blocking.
 */
static napi_value js_write_ready(napi_env env, napi_callback_info info) {
  int fd;
  unsigned char *data;
  size_t length;
  if (!window(env, info, &fd, &data, &length)) return NULL;
  struct pollfd ready = {.fd = fd, .events = POLLOUT};
  int count;
  do count = poll(&ready, 1, 0);
  while (count < 0 && errno == EINTR);
  if (count == 0) return number(env, -EAGAIN);
  return outcome(env, count < 0 ? count : write_again(fd, data, length < PIPE_BUF ? length : PIPE_BUF));
}

/* facts(fd, out): Float64Array of mode, size, device, inode, number of names; 0 or -errno. Node's own fstat makes ten objects. */
static napi_value js_facts(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  struct stat found;
  napi_typedarray_type type;
  size_t length;
  void *start;
  if (!arguments(env, info, 2, a, NULL) || !small(env, a[0], &fd)) return NULL;
  TRY(napi_get_typedarray_info(env, a[1], &type, &length, &start, NULL, NULL));
  if (type != napi_float64_array || length < 5) return number(env, -EINVAL);
  if (syscall(SYS_fstat, fd, &found) < 0) return number(env, -errno);
  double *out = start;
  out[0] = found.st_mode;
  out[1] = (double)found.st_size;
  out[2] = (double)found.st_dev;
  out[3] = (double)found.st_ino;
  out[4] = (double)found.st_nlink;
  return number(env, 0);
}

/* ---- watching ------------------------------------------------------------------------------------------------------- */

/* lib/sys/watch.ts has the same list. READ reads into the shared buffer; EVENT only says that there is something. */
enum kind { KIND_READ, KIND_EVENT, KIND_WRITE };

struct watcher {
  struct state *state;
  int fd;
  int kind;
  uint32_t slot;
  bool closed;
  /* Also in the midst of a wake-up: what is read beyond that has nowhere to go. */
  bool paused;
  bool widened;
  bool widest;
  /* READ: a file that takes what is read without a word to JavaScript, below 0 for none; see pass_on. */
  int sink;
  time_t sink_since;
  int64_t sink_room;
  _Alignas(16) unsigned char handle[];
};

#define HANDLE(watcher) ((uv_handle_t *)(watcher)->handle)

static void free_watcher(uv_handle_t *handle) { free(uv_handle_get_data(handle)); }

static void report_exception(napi_env env) {
  bool pending = false;
  napi_value error;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok)
    napi_fatal_exception(env, error);
}

/* callback(slot, value): bytes read (READ), 1 (EVENT, WRITE), 0 at the end (READ), or -errno. */
static void call_back(struct watcher *watcher, int64_t value) {
  napi_env env = watcher->state->env;
  napi_value global, callback, argv[2], ignored;
  if (napi_get_global(env, &global) != napi_ok ||
      napi_get_reference_value(env, watcher->state->callback, &callback) != napi_ok || callback == NULL ||
      napi_create_uint32(env, watcher->slot, &argv[0]) != napi_ok || napi_create_int64(env, value, &argv[1]) != napi_ok ||
      napi_call_function(env, global, callback, 2, argv, &ignored) != napi_ok)
    report_exception(env);
}

/* Seconds, good enough for what is done once in a while. */
static time_t coarse_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec;
}

/*
 * Gives what was read to the sink; how many bytes are left for JavaScript, at the front of the buffer. All are where the sink has
 * no room for them (a rotation is due), once in a second or two if its file has lost its name, and what a full disk left.
 * JavaScript then has the word until it asks for a sink again.
 */
static size_t pass_on(struct watcher *watcher, size_t got) {
  int sink = watcher->sink;
  unsigned char *buffer = watcher->state->buffer;
  watcher->sink = -1;
  if ((int64_t)got > watcher->sink_room) return got;
  time_t now = coarse_seconds();
  if (now != watcher->sink_since) {
    struct stat found;
    if (syscall(SYS_fstat, sink, &found) < 0 || found.st_nlink == 0) return got;
    watcher->sink_since = now;
  }
  ssize_t put = write_again(sink, buffer, got);
  if (put < 0) return got;
  size_t left = got - (size_t)put;
  if (left > 0) {
    memmove(buffer, buffer + put, left);
    return left;
  }
  watcher->sink = sink;
  watcher->sink_room -= put;
  return 0;
}

/* A short read has emptied the pipe: the next wake-up is cheaper than a read that finds nothing. */
#define SHORT_READ 4096
#define NOTHING INT64_MIN

static void widen(struct watcher *watcher) {
  struct state *state = watcher->state;
  watcher->widened = true;
  watcher->widest = watcher->sink >= 0 && state->widest_pipes < WIDEST_PIPES;
  if (watcher->widest) state->widest_pipes++;
  /* No pipe, or no more to be had for this user: then it stays as it is. */
  fcntl(watcher->fd, F_SETPIPE_SZ, watcher->widest ? WIDEST_PIPE : WIDE_PIPE);
}

static int64_t read_some(struct watcher *watcher, int *turns) {
  while (*turns > 0) {
    bool much = watcher->sink >= 0 && watcher->sink_room >= SINK_SIZE;
    ssize_t got = read_again(watcher->fd, watcher->state->buffer, much ? SINK_SIZE : READ_SIZE);
    if (got < 0 && errno == EAGAIN) return NOTHING;
    if (got < 0) return -errno;
    if (got >= PIPE_CAPACITY && !watcher->widened) widen(watcher);
    *turns = got < SHORT_READ ? 0 : *turns - 1 - (int)(got / READ_SIZE);
    size_t left = got > 0 && watcher->sink >= 0 ? pass_on(watcher, (size_t)got) : (size_t)got;
    if (got == 0 || left > 0) return (int64_t)left;
  }
  return NOTHING;
}

/* What the callback is to be told, or NOTHING; to be asked again until it is that. */
static int64_t next_value(struct watcher *watcher, int status, int events, int *turns) {
  if (*turns <= 0) return NOTHING;
  if (status >= 0 && watcher->kind == KIND_READ) return read_some(watcher, turns);
  *turns = 0;
  if (status < 0) return status;
  return events & UV_DISCONNECT && !(events & UV_WRITABLE) ? -EPIPE : 1;
}

static void on_poll(uv_handle_t *handle, int status, int events) {
  struct watcher *watcher = uv_handle_get_data(handle);
  napi_env env = watcher->state->env;
  napi_handle_scope handles;
  napi_callback_scope callbacks;
  napi_value nothing;
  if (watcher->closed || watcher->state->callback == NULL) return;
  int turns = READS_PER_WAKE;
  int64_t value = next_value(watcher, status, events, &turns);
  /* Nothing of JavaScript runs for what a sink has taken: it is cold code, most of what a line now and then would cost. */
  if (value == NOTHING || napi_open_handle_scope(env, &handles) != napi_ok) return;
  if (napi_get_undefined(env, &nothing) == napi_ok &&
      napi_open_callback_scope(env, nothing, watcher->state->async, &callbacks) == napi_ok) {
    while (value != NOTHING) {
      call_back(watcher, value);
      value = watcher->closed || watcher->paused ? NOTHING : next_value(watcher, status, events, &turns);
    }
    /* Runs the microtasks, which may throw. */
    if (napi_close_callback_scope(env, callbacks) != napi_ok) report_exception(env);
  }
  napi_close_handle_scope(env, handles);
}

/* onEvent(callback): once, before the first watch. */
static napi_value js_on_event(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  napi_valuetype type;
  if (!arguments(env, info, 1, a, &state)) return NULL;
  TRY(napi_typeof(env, a[0], &type));
  if (type != napi_function) {
    napi_throw_type_error(env, NULL, "function expected");
    return NULL;
  }
  napi_ref previous = state->callback;
  TRY(napi_create_reference(env, a[0], 1, &state->callback));
  if (previous != NULL) TRY(napi_delete_reference(env, previous));
  return number(env, 0);
}

static bool grow_slots(struct state *state) {
  uint32_t count = state->slot_count == 0 ? 64 : state->slot_count * 2;
  struct watcher **slots = realloc(state->slots, count * sizeof *slots);
  if (slots == NULL) return false;
  state->slots = slots;
  uint32_t *free_slots = realloc(state->free_slots, count * sizeof *free_slots);
  if (free_slots == NULL) return false;
  state->free_slots = free_slots;
  for (uint32_t slot = count; slot > state->slot_count; slot--) {
    slots[slot - 1] = NULL;
    free_slots[state->free_count++] = slot - 1;
  }
  state->slot_count = count;
  return true;
}

/* watch(fd, kind): a slot or -errno. READ and EVENT start at once, WRITE watches only for the other end's closing. */
static napi_value js_watch(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  int fd, kind;
  if (!arguments(env, info, 2, a, &state) || !small(env, a[0], &fd) || !small(env, a[1], &kind)) return NULL;
  if (kind < KIND_READ || kind > KIND_WRITE) return number(env, -EINVAL);
  if (state->free_count == 0 && !grow_slots(state)) return number(env, -ENOMEM);
  struct watcher *watcher = calloc(1, sizeof *watcher + uv_handle_size(UV_POLL));
  if (watcher == NULL) return number(env, -ENOMEM);
  int error = uv_poll_init(state->loop, HANDLE(watcher), fd);
  if (error < 0) {
    free(watcher);
    return number(env, error);
  }
  uv_handle_set_data(HANDLE(watcher), watcher);
  watcher->state = state;
  watcher->fd = fd;
  watcher->kind = kind;
  watcher->sink = -1;
  error = uv_poll_start(HANDLE(watcher), kind == KIND_WRITE ? UV_DISCONNECT : UV_READABLE, on_poll);
  if (error < 0) {
    watcher->closed = true;
    uv_close(HANDLE(watcher), free_watcher);
    return number(env, error);
  }
  if (kind == KIND_WRITE) uv_unref(HANDLE(watcher));
  watcher->slot = state->free_slots[--state->free_count];
  state->slots[watcher->slot] = watcher;
  return number(env, watcher->slot);
}

static struct watcher *watcher_at(napi_env env, struct state *state, napi_value value) {
  int64_t slot;
  if (!integer(env, value, &slot)) return NULL;
  if (slot >= 0 && slot < state->slot_count && state->slots[slot] != NULL) return state->slots[slot];
  napi_throw_range_error(env, NULL, "no such slot");
  return NULL;
}

/* interest(slot, on): READ and EVENT pause and go on; WRITE also waits for room (and then holds the loop). */
static napi_value js_interest(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  int on;
  if (!arguments(env, info, 2, a, &state) || !small(env, a[1], &on)) return NULL;
  struct watcher *watcher = watcher_at(env, state, a[0]);
  if (watcher == NULL) return NULL;
  int error;
  if (watcher->kind == KIND_WRITE) {
    error = uv_poll_start(HANDLE(watcher), UV_DISCONNECT | (on ? UV_WRITABLE : 0), on_poll);
    if (on)
      uv_ref(HANDLE(watcher));
    else
      uv_unref(HANDLE(watcher));
  } else {
    watcher->paused = !on;
    error = on ? uv_poll_start(HANDLE(watcher), UV_READABLE, on_poll) : uv_poll_stop(HANDLE(watcher));
  }
  return number(env, error);
}

/*
 * sink(slot, fd, room): what is read from now on goes straight into a file in append mode, as long as it comes to no more than
 * `room` bytes; the callback hears of what does not, and the sink is then gone. An fd below 0 takes it away.
 */
static napi_value js_sink(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  int fd;
  int64_t room;
  if (!arguments(env, info, 3, a, &state) || !small(env, a[1], &fd) || !integer(env, a[2], &room)) return NULL;
  struct watcher *watcher = watcher_at(env, state, a[0]);
  if (watcher == NULL) return NULL;
  if (watcher->kind != KIND_READ) return number(env, -EINVAL);
  watcher->sink = fd;
  watcher->sink_room = room;
  watcher->sink_since = coarse_seconds();
  return number(env, 0);
}

static void drop_watcher(struct watcher *watcher) {
  struct state *state = watcher->state;
  watcher->closed = true;
  if (watcher->widest) state->widest_pipes--;
  state->slots[watcher->slot] = NULL;
  state->free_slots[state->free_count++] = watcher->slot;
  uv_close(HANDLE(watcher), free_watcher);
}

/* unwatch(slot): unregistered at once; the descriptor stays open and is the caller's to close. */
static napi_value js_unwatch(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  if (!arguments(env, info, 1, a, &state)) return NULL;
  struct watcher *watcher = watcher_at(env, state, a[0]);
  if (watcher == NULL) return NULL;
  drop_watcher(watcher);
  return number(env, 0);
}

/* ---- sockets -------------------------------------------------------------------------------------------------------- */

/* tcpListen(host, port, backlog): a descriptor, -errno or -(GAI_BASE + code). An empty host is every IPv4 interface. */
static napi_value js_tcp_listen(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *host;
  int port, backlog;
  if (!arguments(env, info, 3, a, NULL) || !text(env, a[0], &host) || !small(env, a[1], &port) ||
      !small(env, a[2], &backlog))
    return NULL;
  if (port < 0 || port > 65535) return number(env, -EINVAL);
  char service[8];
  snprintf(service, sizeof service, "%d", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  /* The original speaks IPv4 only, so a name that has both means IPv4. */
  hints.ai_family = AF_INET;
  int code = getaddrinfo(*host == '\0' ? NULL : host, service, &hints, &found);
  if (code != 0) {
    hints.ai_family = AF_INET6;
    code = getaddrinfo(host, service, &hints, &found);
  }
  if (code == EAI_SYSTEM) return number(env, -errno);
  if (code != 0) return number(env, -(GAI_BASE + abs(code)));
  int error = EADDRNOTAVAIL, fd = -1;
  for (struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
    int one = 1;
    fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      error = errno;
      continue;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) < 0 || listen(fd, backlog) < 0) {
      error = errno;
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(found);
  return number(env, fd < 0 ? -error : fd);
}

static int unix_address(const char *path, struct sockaddr_un *address) {
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address->sun_path) return length == 0 ? -ENOENT : -ENAMETOOLONG;
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

/* A stream socket, and the address of a path for it; or -errno. */
static int unix_socket(const char *path, struct sockaddr_un *address) {
  int error = unix_address(path, address);
  if (error < 0) return error;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return fd < 0 ? -errno : fd;
}

/* unixBind(path): a bound stream socket that does not listen yet; its file has mode 0, so nobody can reach it. */
static napi_value js_unix_bind(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *path;
  struct sockaddr_un address;
  if (!arguments(env, info, 1, a, NULL) || !text(env, a[0], &path)) return NULL;
  int fd = unix_socket(path, &address);
  if (fd < 0) return number(env, fd);
  /* On Linux bind gives the file the mode of the socket's inode: no need to touch the process-wide umask. */
  if (fchmod(fd, 0) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int error = errno;
    close(fd);
    return number(env, -error);
  }
  return number(env, fd);
}

static napi_value js_listen(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd, backlog;
  if (!arguments(env, info, 2, a, NULL) || !small(env, a[0], &fd) || !small(env, a[1], &backlog)) return NULL;
  return outcome(env, listen(fd, backlog));
}

/* unixProbe(path): 0 when something listens there, else -errno of a connection attempt that never waits. */
static napi_value js_unix_probe(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *path;
  struct sockaddr_un address;
  if (!arguments(env, info, 1, a, NULL) || !text(env, a[0], &path)) return NULL;
  int fd = unix_socket(path, &address);
  if (fd < 0) return number(env, fd);
  int error = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
  close(fd);
  return number(env, -error);
}

/* accept(fd): a nonblocking descriptor or -errno. */
static napi_value js_accept(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &fd)) return NULL;
  int accepted;
  do accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  while (accepted < 0 && errno == EINTR);
  return outcome(env, accepted);
}

/* boundPort(fd): the port of a TCP socket, 0 for a unix one, or -errno. */
static napi_value js_bound_port(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &fd)) return NULL;
  if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return number(env, -errno);
  if (address.ss_family == AF_INET) return number(env, ntohs(((struct sockaddr_in *)&address)->sin_port));
  if (address.ss_family == AF_INET6) return number(env, ntohs(((struct sockaddr_in6 *)&address)->sin6_port));
  return number(env, 0);
}

static napi_value js_datagram_socket(napi_env env, napi_callback_info info) {
  (void)info;
  return outcome(env, socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/* As unix_address, and `@name` in the abstract namespace, as systemd writes it. Gives the address's length or -errno. */
static int datagram_address(const char *path, struct sockaddr_un *address) {
  int error = unix_address(path, address);
  if (error < 0) return error;
  if (path[0] != '@') return sizeof *address;
  address->sun_path[0] = 0;
  return (int)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
}

/* datagramBind(fd, path): for a receiver. */
static napi_value js_datagram_bind(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  const char *path;
  struct sockaddr_un address;
  if (!arguments(env, info, 2, a, NULL) || !small(env, a[0], &fd) || !text(env, a[1], &path)) return NULL;
  int size = datagram_address(path, &address);
  if (size < 0) return number(env, size);
  return outcome(env, bind(fd, (struct sockaddr *)&address, (socklen_t)size));
}

/* datagramSend(fd, path, buffer): never waits; the path is looked up anew each time, so a restarted receiver is found. */
static napi_value js_datagram_send(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int fd;
  const char *path;
  unsigned char *data;
  size_t length;
  struct sockaddr_un address;
  if (!arguments(env, info, 3, a, NULL) || !small(env, a[0], &fd) || !text(env, a[1], &path) ||
      !bytes(env, a[2], &data, &length))
    return NULL;
  int size = datagram_address(path, &address);
  if (size < 0) return number(env, size);
  ssize_t sent;
  do sent = sendto(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, (socklen_t)size);
  while (sent < 0 && errno == EINTR);
  return outcome(env, sent);
}

/* ---- users ---------------------------------------------------------------------------------------------------------- */

#define MAX_RECORD (1024 * 1024)

static bool set_text(napi_env env, napi_value array, uint32_t at, const char *value) {
  napi_value copy;
  return napi_create_buffer_copy(env, strlen(value), value, NULL, &copy) == napi_ok &&
         napi_set_element(env, array, at, copy) == napi_ok;
}

static bool set_number(napi_env env, napi_value array, uint32_t at, int64_t value) {
  napi_value boxed;
  return napi_create_int64(env, value, &boxed) == napi_ok && napi_set_element(env, array, at, boxed) == napi_ok;
}

/* Both look-ups: by name when `name` is set, else by number. The answer is an array, null or -errno. */
static napi_value look_up(napi_env env, const char *name, uint32_t id, bool group) {
  for (size_t size = 4096; size <= MAX_RECORD; size *= 2) {
    char *space = malloc(size);
    struct passwd user, *user_found = NULL;
    struct group grp, *group_found = NULL;
    int error;
    if (space == NULL) return number(env, -ENOMEM);
    if (group)
      error = name ? getgrnam_r(name, &grp, space, size, &group_found) : getgrgid_r(id, &grp, space, size, &group_found);
    else
      error = name ? getpwnam_r(name, &user, space, size, &user_found) : getpwuid_r(id, &user, space, size, &user_found);
    if (error == ERANGE) {
      free(space);
      continue;
    }
    napi_value answer = NULL;
    bool ok = true;
    if (user_found != NULL) {
      ok = napi_create_array_with_length(env, 5, &answer) == napi_ok && set_text(env, answer, 0, user.pw_name) &&
           set_number(env, answer, 1, user.pw_uid) && set_number(env, answer, 2, user.pw_gid) &&
           set_text(env, answer, 3, user.pw_dir) && set_text(env, answer, 4, user.pw_shell);
    } else if (group_found != NULL) {
      ok = napi_create_array_with_length(env, 2, &answer) == napi_ok && set_text(env, answer, 0, grp.gr_name) &&
           set_number(env, answer, 1, grp.gr_gid);
    }
    free(space);
    if (!ok) return raise_status(env);
    if (answer != NULL) return answer;
    /* What getpwnam(3) lists under "not found" is not an error. */
    if (error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM) return null_value(env);
    return number(env, -error);
  }
  return number(env, -ERANGE);
}

static napi_value look_up_name(napi_env env, napi_callback_info info, bool group) {
  napi_value a[MAX_ARGUMENTS];
  const char *name;
  if (!arguments(env, info, 1, a, NULL) || !text(env, a[0], &name)) return NULL;
  return look_up(env, name, 0, group);
}

static napi_value look_up_id(napi_env env, napi_callback_info info, bool group) {
  napi_value a[MAX_ARGUMENTS];
  int64_t id;
  if (!arguments(env, info, 1, a, NULL) || !integer(env, a[0], &id)) return NULL;
  if (id < 0 || id > UINT32_MAX) return null_value(env);
  return look_up(env, NULL, (uint32_t)id, group);
}

static napi_value js_user_by_name(napi_env env, napi_callback_info info) { return look_up_name(env, info, false); }
static napi_value js_user_by_id(napi_env env, napi_callback_info info) { return look_up_id(env, info, false); }
static napi_value js_group_by_name(napi_env env, napi_callback_info info) { return look_up_name(env, info, true); }
static napi_value js_group_by_id(napi_env env, napi_callback_info info) { return look_up_id(env, info, true); }

/* groupList(name, gid): an array of gids, the given one first. */
static napi_value js_group_list(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS], answer;
  const char *name;
  int64_t gid;
  if (!arguments(env, info, 2, a, NULL) || !text(env, a[0], &name) || !integer(env, a[1], &gid)) return NULL;
  gid_t *groups = NULL;
  int count = 64, room = 0;
  for (;;) {
    gid_t *grown = realloc(groups, (size_t)count * sizeof *groups);
    if (grown == NULL) {
      free(groups);
      return number(env, -ENOMEM);
    }
    groups = grown;
    room = count;
    if (getgrouplist(name, (gid_t)gid, groups, &count) >= 0) break;
    if (count <= room) count = room * 2;
    if (count > 1 << 20) {
      free(groups);
      return number(env, -ERANGE);
    }
  }
  bool ok = napi_create_array_with_length(env, (size_t)count, &answer) == napi_ok;
  for (int i = 0; ok && i < count; i++) ok = set_number(env, answer, (uint32_t)i, groups[i]);
  free(groups);
  return ok ? answer : raise_status(env);
}

/* ---- the process itself --------------------------------------------------------------------------------------------- */

/* Both take a resource and a Float64Array of two, soft and hard; no limit is Infinity. */
static bool limit_arguments(napi_env env, napi_value *a, int *which, double **values) {
  bool is_typed = false;
  napi_typedarray_type type;
  size_t length;
  void *data;
  if (!small(env, a[0], which)) return false;
  if (napi_is_typedarray(env, a[1], &is_typed) == napi_ok && is_typed &&
      napi_get_typedarray_info(env, a[1], &type, &length, &data, NULL, NULL) == napi_ok && type == napi_float64_array &&
      length >= 2 && (*which == RLIMIT_NOFILE || *which == RLIMIT_NPROC)) {
    *values = data;
    return true;
  }
  napi_throw_type_error(env, NULL, "RLIMIT_NOFILE or RLIMIT_NPROC and a Float64Array of two expected");
  return false;
}

static double from_limit(rlim_t value) { return value == RLIM_INFINITY ? (double)INFINITY : (double)value; }
static rlim_t to_limit(double value) { return value >= 0 && value < 1e15 ? (rlim_t)value : RLIM_INFINITY; }

static napi_value js_get_limit(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int which;
  double *values;
  struct rlimit limit;
  if (!arguments(env, info, 2, a, NULL) || !limit_arguments(env, a, &which, &values)) return NULL;
  if (getrlimit(which, &limit) < 0) return number(env, -errno);
  values[0] = from_limit(limit.rlim_cur);
  values[1] = from_limit(limit.rlim_max);
  return number(env, 0);
}

static napi_value js_set_limit(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int which;
  double *values;
  if (!arguments(env, info, 2, a, NULL) || !limit_arguments(env, a, &which, &values)) return NULL;
  struct rlimit limit = {.rlim_cur = to_limit(values[0]), .rlim_max = to_limit(values[1])};
  return outcome(env, setrlimit(which, &limit));
}

static napi_value js_kill(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int pid, signal;
  if (!arguments(env, info, 2, a, NULL) || !small(env, a[0], &pid) || !small(env, a[1], &signal)) return NULL;
  return outcome(env, kill(pid, signal));
}

static napi_value js_ignore_sigpipe(napi_env env, napi_callback_info info) {
  (void)info;
  return number(env, signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -errno : 0);
}

static napi_value js_setsid(napi_env env, napi_callback_info info) {
  (void)info;
  return outcome(env, setsid());
}

static napi_value js_set_name(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  const char *name;
  if (!arguments(env, info, 1, a, NULL) || !text(env, a[0], &name)) return NULL;
  return outcome(env, prctl(PR_SET_NAME, name));
}

static napi_value js_subreaper(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int on;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &on)) return NULL;
  return outcome(env, prctl(PR_SET_CHILD_SUBREAPER, on != 0, 0, 0, 0));
}

static napi_value js_pidfd_open(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  int pid;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &pid)) return NULL;
  return outcome(env, syscall(SYS_pidfd_open, pid, 0));
}

static napi_value js_strerror(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS], result;
  int error;
  if (!arguments(env, info, 1, a, NULL) || !small(env, a[0], &error)) return NULL;
  const char *message = error >= GAI_BASE ? gai_strerror(-(error - GAI_BASE)) : strerror(error);
  TRY(napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &result));
  return result;
}

/* environment(): one Buffer of NUL-terminated `NAME=value`, as the process has it now. */
static napi_value js_environment(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  size_t length = 0;
  void *data;
  for (char **at = environ; at != NULL && *at != NULL; at++) length += strlen(*at) + 1;
  TRY(napi_create_buffer(env, length, &data, &result));
  char *to = data;
  for (char **at = environ; at != NULL && *at != NULL; at++) {
    size_t size = strlen(*at) + 1;
    memcpy(to, *at, size);
    to += size;
  }
  return result;
}

/*
 * trim(): gives back what the shared buffer took, and clean, read-only, file-backed pages (Node's own binary, mostly) back to the page cache; bytes given. A map with one
 * private page (relocated data) is left alone. They come back by themselves when touched.
 */
static napi_value js_trim(napi_env env, napi_callback_info info) {
  napi_value a[MAX_ARGUMENTS];
  struct state *state;
  if (!arguments(env, info, 0, a, &state)) return NULL;
  madvise(state->buffer, SINK_SIZE, MADV_DONTNEED);
  FILE *maps = fopen("/proc/self/smaps", "re");
  if (maps == NULL) return number(env, -errno);
  char *line = NULL;
  size_t room = 0;
  unsigned long start = 0, end = 0, resident = 0, value;
  bool candidate = false;
  int64_t given = 0;
  char field[64], mode[8];
  while (getline(&line, &room, maps) > 0) {
    unsigned long from, to, offset, inode;
    if (sscanf(line, "%lx-%lx %7s %lx %*x:%*x %lu", &from, &to, mode, &offset, &inode) == 5) {
      start = from;
      end = to;
      resident = 0;
      candidate = inode != 0 && mode[0] == 'r' && mode[1] == '-' && mode[3] == 'p';
    } else if (sscanf(line, "%63[^:]: %lu kB", field, &value) == 2) {
      if (strcmp(field, "Rss") == 0) resident = value;
      if (value != 0 && (strcmp(field, "Private_Dirty") == 0 || strcmp(field, "Anonymous") == 0 ||
                         strcmp(field, "Swap") == 0 || strcmp(field, "Locked") == 0))
        candidate = false;
    } else if (strncmp(line, "VmFlags:", 8) == 0) {
      if (candidate && resident > 0 && madvise((void *)start, end - start, MADV_DONTNEED) == 0)
        given += (int64_t)resident * 1024;
      candidate = false;
    }
  }
  free(line);
  fclose(maps);
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  return number(env, given);
}

/* ---- life ----------------------------------------------------------------------------------------------------------- */

static void close_all(void *data) {
  struct state *state = data;
  for (uint32_t slot = 0; slot < state->slot_count; slot++) {
    if (state->slots[slot] != NULL) drop_watcher(state->slots[slot]);
  }
}

static void free_state(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  struct state *state = data;
  free_stack(state, state->child_stack);
  for (int i = 0; i < STAGE_SIZE && state->stage_end > 0; i++) close(state->stage[i]);
  free(state->slots);
  free(state->free_slots);
  free(state);
}

/*
 * The shared buffer begins with a page, as what is in a pipe does. Where it begins sixteen bytes into one, as what malloc gives does,
 * some processors take several times as long to copy one to the other: each load seems to wait for the store before it.
 */
static unsigned char *make_buffer(void) {
  void *space = mmap(NULL, SINK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return space == MAP_FAILED ? NULL : space;
}

static void free_buffer(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  munmap(data, SINK_SIZE);
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {
      {"spawn", js_spawn},
      {"reap", js_reap},
      {"executable", js_executable},
      {"execve", js_execve},
      {"pipe", js_pipe},
      {"reserve", js_reserve},
      {"close", js_close},
      {"flags", js_flags},
      {"dup2", js_dup2},
      {"read", js_read},
      {"write", js_write},
      {"writeReady", js_write_ready},
      {"facts", js_facts},
      {"onEvent", js_on_event},
      {"watch", js_watch},
      {"interest", js_interest},
      {"sink", js_sink},
      {"unwatch", js_unwatch},
      {"tcpListen", js_tcp_listen},
      {"unixBind", js_unix_bind},
      {"listen", js_listen},
      {"unixProbe", js_unix_probe},
      {"accept", js_accept},
      {"boundPort", js_bound_port},
      {"datagramSocket", js_datagram_socket},
      {"datagramBind", js_datagram_bind},
      {"datagramSend", js_datagram_send},
      {"userByName", js_user_by_name},
      {"userById", js_user_by_id},
      {"groupByName", js_group_by_name},
      {"groupById", js_group_by_id},
      {"groupList", js_group_list},
      {"getLimit", js_get_limit},
      {"setLimit", js_set_limit},
      {"kill", js_kill},
      {"ignoreSigpipe", js_ignore_sigpipe},
      {"setsid", js_setsid},
      {"setName", js_set_name},
      {"subreaper", js_subreaper},
      {"pidfdOpen", js_pidfd_open},
      {"strerror", js_strerror},
      {"environment", js_environment},
      {"trim", js_trim},
  };
  const char *type_name = uv_handle_type_name(UV_POLL);
  if (type_name == NULL || strcmp(type_name, "poll") != 0) {
    napi_throw_error(env, NULL, "this libuv numbers its handles differently");
    return NULL;
  }
  struct state *state = calloc(1, sizeof *state);
  if (state == NULL || !make_stack(state)) {
    free(state);
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  state->env = env;
#ifdef __GLIBC__
  /* It is where it is by itself, but stays there, and does not follow what is freed: large blocks are given back at once. */
  mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
  stage_open(state);
  if (napi_set_instance_data(env, state, free_state, NULL) != napi_ok) {
    free_state(env, state, NULL);
    return raise_status(env);
  }
  napi_value name, buffer;
  TRY(napi_get_uv_event_loop(env, (struct uv_loop_s **)&state->loop));
  TRY(napi_create_string_utf8(env, "supervisord", NAPI_AUTO_LENGTH, &name));
  TRY(napi_async_init(env, NULL, name, &state->async));
  state->buffer = make_buffer();
  if (state->buffer == NULL) {
    napi_throw_error(env, NULL, "out of memory");
    return NULL;
  }
  TRY(napi_create_external_buffer(env, SINK_SIZE, state->buffer, free_buffer, NULL, &buffer));
  TRY(napi_create_reference(env, buffer, 1, &state->buffer_ref));
  TRY(napi_set_named_property(env, exports, "buffer", buffer));
  TRY(napi_add_env_cleanup_hook(env, close_all, state));
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value function;
    TRY(napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, state, &function));
    TRY(napi_set_named_property(env, exports, functions[i].name, function));
  }
  return exports;
}
