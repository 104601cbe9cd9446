/** Exit codes of supervisorctl (supervisor.md section 8.1): the LSB's for init scripts, and for `status` its own two. */
export const EXIT = {
  SUCCESS: 0,
  GENERIC: 1,
  INVALID_ARGS: 2,
  UNIMPLEMENTED_FEATURE: 3,
  INSUFFICIENT_PRIVILEGES: 4,
  NOT_INSTALLED: 5,
  NOT_RUNNING: 7,
  STATUS_NOT_RUNNING: 3,
  STATUS_UNKNOWN: 4,
} as const;
