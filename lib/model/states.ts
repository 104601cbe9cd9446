/**
 * The states of a process and the moods of the daemon, with the codes that go over the wire
 * (supervisor.md section 4 and 1.4).
 */

/** Every process state, by name, with its wire code. */
export const PROCESS_STATES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const;

export type ProcessState = keyof typeof PROCESS_STATES;

/** All states, in the order of their codes. */
export const PROCESS_STATE_NAMES = Object.keys(PROCESS_STATES) as readonly ProcessState[];

const STOPPED: ReadonlySet<ProcessState> = new Set(["STOPPED", "EXITED", "FATAL", "UNKNOWN"]);
const RUNNING: ReadonlySet<ProcessState> = new Set(["RUNNING", "BACKOFF", "STARTING"]);
const SIGNALLABLE: ReadonlySet<ProcessState> = new Set(["RUNNING", "STARTING", "STOPPING"]);

/** True where nothing is left to stop: a group of such processes may be removed. */
export const isStoppedState = (state: ProcessState): boolean => STOPPED.has(state);

/** True where a start request answers ALREADY_STARTED and a stop request is obeyed (BACKOFF counts). */
export const isRunningState = (state: ProcessState): boolean => RUNNING.has(state);

/** True where a signal request reaches a live pid. */
export const isSignallableState = (state: ProcessState): boolean => SIGNALLABLE.has(state);

/** The daemon's mood; every supervisor.* call but sendRemoteCommEvent faults when it is not RUNNING. */
export const SUPERVISOR_MOODS = { FATAL: 2, RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const;

export type SupervisorMood = keyof typeof SUPERVISOR_MOODS;
