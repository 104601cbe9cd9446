import type { ProcessState } from "../../lib/model/states.ts";

/** The changes of state that there are: the original's table, and from UNKNOWN what the original dies of. */
export const ALLOWED: Readonly<Record<ProcessState, readonly ProcessState[]>> = {
  STOPPED: ["STARTING"],
  STARTING: ["RUNNING", "BACKOFF", "STOPPING", "UNKNOWN"],
  RUNNING: ["STOPPING", "EXITED", "UNKNOWN"],
  BACKOFF: ["STARTING", "FATAL", "STOPPED"],
  STOPPING: ["STOPPED", "UNKNOWN"],
  EXITED: ["STARTING"],
  FATAL: ["STARTING"],
  UNKNOWN: ["STOPPED", "EXITED"],
};
