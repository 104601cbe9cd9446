/** What happened to a process lately, from its changes of state. Bounded: the oldest go first. */
import type { StateChange } from "../core/process-record.ts";
import { describeWaitStatus } from "../core/wait-text.ts";
import type { ProcessState } from "../model/states.ts";
import type { WaitStatus } from "../model/wait-status.ts";

export interface HistoryEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly from: ProcessState;
  readonly to: ProcessState;
  /** The child's pid, also where it has just died; 0 for none. */
  readonly pid: number;
  /** How the child ended (`exit status 1`, `terminated by SIGTERM`), where that is what changed the state. */
  readonly ending: string | null;
  /** False for an exit code that does not stand in exitcodes, and for a start that did not come to RUNNING. */
  readonly expected: boolean;
  /** Why a start failed. */
  readonly reason: string | null;
}

/** Entries kept per process: some 20 starts with their endings. */
export const HISTORY_LENGTH = 60;

/** The states that a child's end leads to. */
const ENDINGS: ReadonlySet<ProcessState> = new Set(["EXITED", "STOPPED", "BACKOFF"]);
const FAILURES: ReadonlySet<ProcessState> = new Set(["BACKOFF", "FATAL"]);

/**
 * The last {@link HISTORY_LENGTH} changes of state. A process keeps it over all its starts; a reload begins a new one.
 */
export class History {
  /** Made anew each time: a list that grows by itself takes room for seventeen. */
  #entries: readonly HistoryEntry[] = [];
  #starts = 0;
  #ending: string | null = null;
  #last: HistoryEntry | null = null;

  /** Oldest first. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Tries to start since the group was added. */
  get starts(): number {
    return this.#starts;
  }

  /** The last entry with an `ending`, kept when it has left the list; null where no child has ended yet. */
  get lastEnding(): HistoryEntry | null {
    return this.#last;
  }

  /** The child ended: the next change of state tells how. */
  reaped(status: WaitStatus): void {
    this.#ending = describeWaitStatus(status);
  }

  /** @param spawnerr the record's, after the change; @param at epoch milliseconds */
  changed(change: StateChange, spawnerr: string | null, at: number): void {
    const { from, to, pid, expected } = change;
    if (to === "STARTING") this.#starts++;
    const ending = ENDINGS.has(to) ? this.#ending : null;
    if (ending !== null) this.#ending = null;
    const reason = FAILURES.has(to) ? spawnerr : null;
    const entry: HistoryEntry = { at, from, to, pid, ending, expected: expected && to !== "BACKOFF", reason };
    if (ending !== null) this.#last = entry;
    this.#entries = this.#entries.slice(1 - HISTORY_LENGTH).concat(entry);
  }
}
