import type { EventBus } from "../events/bus.ts";
import { tickEvent } from "../events/event.ts";
import { wall } from "../sys/clock.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";

const PERIODS = [5, 60, 3600] as const;
type Period = (typeof PERIODS)[number];

/** The longest sleep before the wall clock is looked at again, in milliseconds: it may have been set meanwhile. */
const MAX_SLEEP = 60_000;

/**
 * TICK events: one each time the wall clock enters another slice of 5, 60 or 3600 seconds (supervisor.md section 6.2). A
 * period has a timer only while somebody subscribes to it.
 */
export class Ticks {
  readonly #bus: EventBus;
  readonly #now: () => number;
  readonly #timers = new Map<Period, Deadline>();
  readonly #unwatch: () => void;

  /** @param now the wall clock, milliseconds since the epoch */
  constructor(bus: EventBus, now: () => number = wall) {
    this.#bus = bus;
    this.#now = now;
    this.#unwatch = bus.watchSubscriptions(() => this.#adjust());
    this.#adjust();
  }

  /** The periods whose timers run. */
  get running(): readonly number[] {
    return [...this.#timers.keys()];
  }

  dispose(): void {
    this.#unwatch();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #adjust(): void {
    for (const period of PERIODS) {
      const wanted = this.#bus.wants(`TICK_${period}`);
      const timer = this.#timers.get(period);
      if (wanted && timer === undefined) this.#arm(period, this.#slice(period));
      if (!wanted && timer !== undefined) {
        timer.cancel();
        this.#timers.delete(period);
      }
    }
  }

  #arm(period: Period, slice: number): void {
    const ahead = (slice + period) * 1000 - this.#now();
    const sleep = Math.min(Math.max(ahead, 1), MAX_SLEEP);
    this.#timers.set(
      period,
      schedule(sleep, () => this.#due(period, slice)),
    );
  }

  #due(period: Period, last: number): void {
    const slice = this.#slice(period);
    this.#arm(period, slice);
    if (slice !== last) this.#bus.publish(tickEvent(period, slice));
  }

  /** The beginning of the slice that now lies in, in seconds since the epoch. */
  #slice(period: Period): number {
    const seconds = Math.floor(this.#now() / 1000);
    return seconds - (seconds % period);
  }
}
