import type { ActivityLog } from "../log/activity-log.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { byPriority, type Group } from "./group.ts";

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
    for (const group of this.#groups) {
      for (const process of group.processes.values()) {
        this.#unwatch.push(process.watch(() => this.#advance()));
      }
    }
    this.#waiting.at(-1)?.stopAll();
    this.#tell();
    this.#advance();
  }

  /** Moves on where the last group is at rest. A group stopping may re-enter here: one sweep at a time. */
  #advance(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#waiting.length > 0 && this.#waiting.at(-1)?.unstopped().length === 0) {
      this.#waiting.pop();
      this.#waiting.at(-1)?.stopAll();
    }
    this.#sweeping = false;
    if (this.#waiting.length === 0) this.#finish();
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
