import type { ActivityLog } from "../log/activity-log.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { byPriority, type Group } from "./group.ts";
import type { Process } from "./process.ts";

const REPORT_INTERVAL = 3000;

/**
 * Stops group after group, highest priority number first, each when the one before has come to rest (supervisor.md
 * section 4.4). Calls `done` once when nothing is left, at the earliest in the next turn of the event loop.
 */
export class ShutdownSequence {
  readonly #groups: readonly Group[];
  readonly #waiting: Group[];
  readonly #log: ActivityLog;
  readonly #done: () => void;
  /** Highest priority number first, so that those of the group under way stand in front. */
  readonly #unstopped = new Set<Process>();
  #unwatch: (() => void)[] = [];
  #report: Deadline | null = null;
  #sweeping = false;

  constructor(groups: Iterable<Group>, log: ActivityLog, done: () => void) {
    this.#groups = [...groups];
    this.#waiting = byPriority(this.#groups);
    this.#log = log;
    this.#done = done;
  }

  begin(): void {
    for (const group of [...this.#waiting].reverse()) {
      for (const process of group.unstopped()) {
        this.#unstopped.add(process);
        this.#unwatch.push(process.watch(() => this.#moved(process)));
      }
    }
    this.#waiting.at(-1)?.stopAll();
    this.#tell();
    this.#advance();
  }

  #moved(process: Process): void {
    if (process.isStopped && this.#unstopped.delete(process)) this.#advance();
  }

  /** Moves on where the last group is at rest. A group stopping may re-enter here: one sweep at a time. */
  #advance(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#waiting.length > 0 && !this.#isBusy(this.#waiting.at(-1))) {
      this.#waiting.pop();
      this.#waiting.at(-1)?.stopAll();
    }
    this.#sweeping = false;
    if (this.#waiting.length === 0) this.#finish();
  }

  /** Usually told by the first process left: looking at every one at every exit would be quadratic. */
  #isBusy(group: Group | undefined): boolean {
    for (const process of this.#unstopped) {
      if (group?.processes.get(process.spec.name) === process) return true;
    }
    return false;
  }

  #finish(): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [];
    this.#report?.cancel();
    schedule(0, this.#done);
  }

  /** Says who is waited for, now and every three seconds. */
  #tell(): void {
    const unstopped = this.#groups.flatMap((group) => group.unstopped());
    if (unstopped.length > 0) {
      this.#log.info(`waiting for ${unstopped.map(({ spec }) => spec.name).join(", ")} to die`);
      for (const { spec, record } of unstopped) this.#log.blather(`${spec.name} state: ${record.state}`);
    }
    this.#report = schedule(REPORT_INTERVAL, () => this.#tell());
  }
}
