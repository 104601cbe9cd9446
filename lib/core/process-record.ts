import type { LogLevel } from "../model/spec.ts";
import type { ProcessState } from "../model/states.ts";
import type { WaitStatus } from "../model/wait-status.ts";

/**
 * All that is known of a running process, as a plain record: with its spec, enough to go on from.
 * Monotonic times are milliseconds on the caller's monotonic clock, wall times milliseconds since the epoch.
 */
export interface ProcessRecord {
  readonly state: ProcessState;
  /** 0 where no child lives. */
  readonly pid: number;
  /** Monotonic time of the last start; meaningless while `startTime` is 0. */
  readonly startedAt: number;
  /** Wall time of the last start, 0 for never. Only shown, never reckoned with. */
  readonly startTime: number;
  /** Wall time at which a child was last reaped, 0 for never. */
  readonly stopTime: number;
  /** Monotonic time at which a `deadline` input is due, null for none. */
  readonly deadline: number | null;
  /** Failed starts in a row. */
  readonly backoff: number;
  /** A stop was asked for since the last start. */
  readonly stopRequested: boolean;
  readonly exitstatus: number | null;
  readonly spawnerr: string | null;
}

export const INITIAL_RECORD: ProcessRecord = Object.freeze({
  state: "STOPPED",
  pid: 0,
  startedAt: 0,
  startTime: 0,
  stopTime: 0,
  deadline: null,
  backoff: 0,
  stopRequested: false,
  exitstatus: null,
  spawnerr: null,
});

/** What can happen to a process. */
export type ProcessInput =
  /** The group was added: start if the spec says so and it never ran. */
  | { readonly kind: "autostart" }
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  /** The record's deadline has come. */
  | { readonly kind: "deadline" }
  | { readonly kind: "spawned"; readonly pid: number }
  | { readonly kind: "spawn-failed"; readonly reason: string }
  | { readonly kind: "exited"; readonly status: WaitStatus }
  /** A signal could not be delivered, and not because the child is gone. */
  | { readonly kind: "signal-failed"; readonly message: string }
  /** Shutdown: a process between two tries is not waited for. */
  | { readonly kind: "give-up" };

export type InputKind = ProcessInput["kind"];
export type InputOf<K extends InputKind> = Extract<ProcessInput, { kind: K }>;

/** What the daemon has to do, in order. `spawn` and `kill` always come last: they feed inputs back. */
export type ProcessEffect =
  | { readonly kind: "log"; readonly level: LogLevel; readonly text: string }
  | StateChange
  | { readonly kind: "spawn" }
  | { readonly kind: "kill"; readonly signal: number; readonly group: boolean };

/** A change of state, with what its event carries (supervisor.md section 6.2). */
export interface StateChange {
  readonly kind: "state";
  readonly from: ProcessState;
  readonly to: ProcessState;
  /** The child's pid, also where it has just died; 0 for none. */
  readonly pid: number;
  /** Failed starts in a row at this moment. */
  readonly tries: number;
  /** For EXITED: the exit code stands in exitcodes. */
  readonly expected: boolean;
}

/** The moment of an input. `mayStart` is false once the daemon shuts down or reloads. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
  readonly mayStart: boolean;
}

export interface Step {
  readonly next: ProcessRecord;
  readonly effects: readonly ProcessEffect[];
}
