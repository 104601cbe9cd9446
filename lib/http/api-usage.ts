/** CPU and memory of the processes, sampled while somebody looks at them and not otherwise. */
import type { Process } from "../daemon/process.ts";
import { namespecOf } from "../rpc/address.ts";
import { monotonic, wall } from "../sys/clock.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { type ProcessUsage, sampleUsage } from "../sys/proc-usage.ts";
import type { UsageChange, UsageSample, UsageView } from "./api-types.ts";

/** Milliseconds between two samples. */
export const SAMPLE_INTERVAL = 2000;
/** One sample in so many milliseconds is kept, for an hour. */
const KEEP_INTERVAL = 10_000;
const KEPT = 360;

interface Past {
  readonly pid: number;
  /** Monotonic. */
  readonly at: number;
  readonly cpuSeconds: number;
}

/** Rounded to what a page shows: a value that looks the same is not sent again. */
const view = (cpu: number, { rssBytes, children }: ProcessUsage): UsageView => [
  Math.round(cpu * 10) / 10,
  Math.round(rssBytes / 65_536) * 65_536,
  children,
];

/**
 * Looks at the processes from `start` to `stop`. `onChange` gets what differs from the sample before, after each one,
 * if only an empty object; `history` outlives a `stop`.
 */
export class UsageSampler {
  readonly #processes: () => Iterable<Process>;
  readonly #onChange: (change: UsageChange) => void;
  readonly #past = new Map<string, Past>();
  readonly #last = new Map<string, UsageView>();
  readonly #kept = new Map<string, UsageSample[]>();
  #keptAt = Number.NEGATIVE_INFINITY;
  #due: Deadline | null = null;
  #cancel: (() => void) | null = null;

  constructor(processes: () => Iterable<Process>, onChange: (change: UsageChange) => void) {
    this.#processes = processes;
    this.#onChange = onChange;
  }

  start(): void {
    if (this.#due !== null || this.#cancel !== null) return;
    this.#sample();
  }

  stop(): void {
    this.#due?.cancel();
    this.#cancel?.();
    this.#due = null;
    this.#cancel = null;
    this.#past.clear();
    this.#last.clear();
  }

  /** What was seen last, of all. */
  current(): UsageChange {
    return Object.fromEntries(this.#last);
  }

  /** The last hour of one process, oldest first. */
  history(id: string): readonly UsageSample[] {
    const since = wall() - KEPT * KEEP_INTERVAL;
    return (this.#kept.get(id) ?? []).filter(([time]) => time >= since);
  }

  #sample(): void {
    const alive = new Map<number, string>();
    for (const process of this.#processes()) {
      if (process.record.pid !== 0) alive.set(process.record.pid, namespecOf(process));
    }
    this.#cancel = sampleUsage([...alive.keys()], (usage) => {
      this.#cancel = null;
      this.#due = schedule(SAMPLE_INTERVAL, () => {
        this.#due = null;
        this.#sample();
      });
      this.#take(alive, usage);
    });
  }

  #take(alive: ReadonlyMap<number, string>, usage: ReadonlyMap<number, ProcessUsage>): void {
    const at = monotonic();
    const keep = at - this.#keptAt >= KEEP_INTERVAL;
    if (keep) this.#keptAt = at;
    const change: Record<string, UsageView | null> = {};
    const seen = new Set<string>();
    for (const [pid, each] of usage) {
      const id = alive.get(pid) ?? "";
      seen.add(id);
      const before = this.#past.get(id);
      this.#past.set(id, { pid, at, cpuSeconds: each.cpuSeconds });
      // A rate needs two looks at the same process.
      const spent = before?.pid === pid ? Math.max(0, each.cpuSeconds - before.cpuSeconds) : 0;
      const now = view(before?.pid === pid ? (spent / (at - before.at)) * 100_000 : 0, each);
      if (keep) this.#keep(id, now);
      const last = this.#last.get(id);
      if (last?.every((value, index) => value === now[index])) continue;
      this.#last.set(id, now);
      change[id] = now;
    }
    for (const id of this.#last.keys()) {
      if (seen.has(id)) continue;
      this.#last.delete(id);
      this.#past.delete(id);
      change[id] = null;
    }
    if (keep) this.#forget();
    this.#onChange(change);
  }

  #keep(id: string, [cpu, rss]: UsageView): void {
    const samples = this.#kept.get(id);
    if (samples === undefined) this.#kept.set(id, [[Math.round(wall()), cpu, rss]]);
    else {
      samples.push([Math.round(wall()), cpu, rss]);
      if (samples.length > KEPT) samples.shift();
    }
  }

  /** What has not been seen for an hour goes. */
  #forget(): void {
    const since = wall() - KEPT * KEEP_INTERVAL;
    for (const [id, samples] of this.#kept) {
      if ((samples.at(-1)?.[0] ?? 0) < since) this.#kept.delete(id);
    }
  }
}
