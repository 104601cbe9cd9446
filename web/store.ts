/** What is known of the daemon, and who wants to hear of changes. No DOM here. */
import type {
  DaemonView,
  GroupView,
  ProcessView,
  Snapshot,
  UsageChange,
  UsageView,
} from "../lib/http/api-types.ts";

/** `all`: the groups or processes themselves are others now. Otherwise the ids that changed. */
export type Change = "all" | ReadonlySet<string>;

/** Listeners are called once the change is made; what adds one returns the undoing. */
export class Store {
  daemon: DaemonView | null = null;
  groups: readonly GroupView[] = [];
  readonly processes = new Map<string, ProcessView>();
  readonly usage = new Map<string, UsageView>();
  /** What to add to this machine's clock to have the daemon's, in milliseconds. */
  skew = 0;
  /** When the daemon was heard last, on its clock; null while it is heard. */
  #heard: number | null = null;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #usageListeners = new Set<(ids: ReadonlySet<string>) => void>();

  /** The daemon's clock, epoch milliseconds. It stands while nothing is heard: nobody knows whether anything still runs. */
  now(): number {
    return this.#heard ?? Date.now() + this.skew;
  }

  setLive(live: boolean): void {
    this.#heard = live ? null : this.now();
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onUsage(listener: (ids: ReadonlySet<string>) => void): () => void {
    this.#usageListeners.add(listener);
    return () => this.#usageListeners.delete(listener);
  }

  snapshot({ daemon, groups, processes }: Snapshot): void {
    this.daemon = daemon;
    this.skew = daemon.now - Date.now();
    this.groups = groups;
    const before = new Map(this.processes);
    this.processes.clear();
    for (const process of processes) this.processes.set(process.id, process);
    // What another process used is not what this one uses: a daemon that was started anew tells of its own only.
    for (const id of this.usage.keys()) {
      if (before.get(id)?.pid !== this.processes.get(id)?.pid) this.usage.delete(id);
    }
    for (const listener of this.#listeners) listener("all");
  }

  daemonChanged(daemon: DaemonView): void {
    this.daemon = daemon;
    for (const listener of this.#listeners) listener(new Set());
  }

  processesChanged(processes: readonly ProcessView[]): void {
    const changed = new Set<string>();
    for (const process of processes) {
      if (!this.processes.has(process.id)) continue;
      this.processes.set(process.id, process);
      if (process.pid === 0) this.usage.delete(process.id);
      changed.add(process.id);
    }
    if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
  }

  usageChanged(change: UsageChange): void {
    const changed = new Set<string>();
    for (const [id, usage] of Object.entries(change)) {
      if (usage === null) this.usage.delete(id);
      else this.usage.set(id, usage);
      changed.add(id);
    }
    for (const listener of this.#usageListeners) listener(changed);
  }
}

/** What a process can be asked in its state: stop where something runs or is about to, start where nothing does. */
export function canStop({ state }: ProcessView): boolean {
  return state === "RUNNING" || state === "STARTING" || state === "BACKOFF";
}

/** Not the opposite of {@link canStop}: a process that is stopping, or UNKNOWN, can be asked neither. */
export function canStart({ state }: ProcessView): boolean {
  return state === "STOPPED" || state === "EXITED" || state === "FATAL";
}

/** What to say of a process beside its state: why it failed, or how it ended. Empty for nothing. */
export function remark(process: ProcessView): string {
  const { state, error, ending, expected } = process;
  if (state === "FATAL" || state === "BACKOFF") return error ?? "unknown error";
  if (state === "EXITED" && ending !== null) return expected ? ending : `${ending}, not expected`;
  if (state === "STOPPED") return process.started === 0 ? "not started" : (ending ?? "");
  return "";
}
