/**
 * What the JSON API says, for its server and for the page (types only: both sides import this file). Times are
 * milliseconds since the epoch, sizes bytes. `id` is the name that supervisorctl shows and takes: `group:name` or `name`.
 */
import type { ProcessState, SupervisorMood } from "../model/states.ts";

export interface DaemonView {
  readonly identifier: string;
  /** The machine's name, as gethostname has it. */
  readonly host: string;
  readonly pid: number;
  /** The level of Supervisor that is served. */
  readonly version: string;
  readonly mood: SupervisorMood;
  /** The daemon's clock at the time of the answer: what other times are to be compared with. */
  readonly now: number;
  /** False where the activity log goes to syslog and can't be read here. */
  readonly log: boolean;
}

export interface GroupView {
  readonly name: string;
  readonly kind: "group" | "eventlistener";
  readonly priority: number;
}

export interface ProcessView {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly state: ProcessState;
  /** 0 where no child lives. */
  readonly pid: number;
  /** The last start; 0 for never. */
  readonly started: number;
  /** The last end of a child; 0 for never. */
  readonly stopped: number;
  /** How the last child ended: `exit status 1`, `terminated by SIGKILL`; null where none has ended yet. */
  readonly ending: string | null;
  /** False where that was neither asked for nor one of exitcodes. */
  readonly expected: boolean;
  /** Tries to start since the group was added. */
  readonly starts: number;
  /** Why the last start failed; null for no reason. */
  readonly error: string | null;
  /** Which channels have a log. */
  readonly logs: readonly ("stdout" | "stderr")[];
}

export interface Snapshot {
  readonly daemon: DaemonView;
  /** By name. */
  readonly groups: readonly GroupView[];
  /** By group, then name. */
  readonly processes: readonly ProcessView[];
}

/** CPU in percent of one core, memory of a process and its descendants, and how many descendants. */
export type UsageView = readonly [cpu: number, rss: number, children: number];

/** By id: only what has changed; null where nothing runs any more. */
export type UsageChange = Readonly<Record<string, UsageView | null>>;

/** Time, CPU in percent, memory: at most one in ten seconds, gaps where nobody was looking. */
export type UsageSample = readonly [time: number, cpu: number, rss: number];

export interface HistoryView {
  readonly at: number;
  readonly from: ProcessState;
  readonly to: ProcessState;
  readonly pid: number;
  readonly ending: string | null;
  readonly expected: boolean;
  readonly reason: string | null;
}

/** One option as the configuration would say it. */
export type OptionView = readonly [name: string, value: string];

export interface ProcessDetail {
  readonly process: ProcessView;
  readonly options: readonly OptionView[];
  /** Oldest first. */
  readonly history: readonly HistoryView[];
  /** Oldest first. */
  readonly usage: readonly UsageSample[];
}

/** A piece of a log that is being followed. */
export interface OutputPiece {
  readonly channel: "stdout" | "stderr" | "activity";
  readonly text: string;
  /** Bytes left out before `text`, because they came faster than they could be sent. */
  readonly skipped?: number;
  /** The log was emptied: `text` is its beginning. */
  readonly truncated?: true;
}

/** The fault of the XML-RPC method that an action stands for, in the same words. */
export interface FaultView {
  readonly code: number;
  readonly name: string;
  readonly message: string;
}

/** What became of one process in an action on many: status 80 is success, else the fault's code. */
export interface ResultView {
  readonly name: string;
  readonly group: string;
  readonly status: number;
  readonly description: string;
}

/** One option that an update would change. */
export interface OptionChange {
  /** `group:process`, or the group's name for an option of its own. */
  readonly subject: string;
  readonly option: string;
  /** Null: there is none. */
  readonly before: string | null;
  /** Null: there is none any more. */
  readonly after: string | null;
}

/** What an update would do. */
export interface ConfigDiff {
  readonly added: readonly { readonly name: string; readonly processes: readonly string[] }[];
  readonly changed: readonly { readonly name: string; readonly options: readonly OptionChange[] }[];
  readonly removed: readonly { readonly name: string; readonly processes: readonly string[] }[];
}

export interface UpdateResult {
  readonly steps: readonly { readonly group: string; readonly text: string; readonly ok: boolean }[];
}
