import type { PublishedEvent } from "./published.ts";
import { Serial } from "./serial.ts";

/** An event that a pool has accepted, with its number in that pool. */
export interface PoolEvent {
  readonly event: PublishedEvent;
  readonly poolserial: number;
}

/** Below this many gone ones the front of the store is not moved up. */
const SLACK = 64;

/**
 * What waits for a listener of a pool to take it: oldest first, at most `limit` (supervisor.md section 6.4). Adding to a
 * full buffer, at either end, gives up the oldest one. A limit below 1 holds one event, as the original's does.
 */
export class PoolBuffer {
  readonly limit: number;
  readonly #serials = new Serial();
  /** The events from `#first` on; in front of it there is room for those that come back. */
  #store: (PoolEvent | undefined)[] = [];
  #first = 0;
  #discarded = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.#store.length - this.#first;
  }

  /** Events given up because the buffer was full. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Takes a new event in, with its numbers. Returns the one that had to make room, null for none. */
  accept(event: PublishedEvent): PoolEvent | null {
    // The global serial comes first: it is taken even where the event is the one to be discarded next.
    void event.serial;
    const discarded = this.#makeRoom();
    this.#store.push({ event, poolserial: this.#serials.take() });
    return discarded;
  }

  /** Puts an event that was taken out back to the front. Returns the one that had to make room, null for none. */
  putBack(event: PoolEvent): PoolEvent | null {
    const discarded = this.#makeRoom();
    if (this.#first === 0) this.#store.unshift(event);
    else this.#store[--this.#first] = event;
    return discarded;
  }

  /** The oldest event, left where it is. */
  peek(): PoolEvent | undefined {
    return this.#store[this.#first];
  }

  /** Takes the oldest event out. */
  shift(): PoolEvent | undefined {
    const oldest = this.#store[this.#first];
    if (oldest === undefined) return undefined;
    this.#store[this.#first++] = undefined;
    if (this.#first > SLACK && this.#first * 2 > this.#store.length) {
      this.#store = this.#store.slice(this.#first);
      this.#first = 0;
    }
    return oldest;
  }

  #makeRoom(): PoolEvent | null {
    if (this.length < this.limit) return null;
    const oldest = this.shift();
    if (oldest === undefined) return null;
    this.#discarded += 1;
    return oldest;
  }
}
