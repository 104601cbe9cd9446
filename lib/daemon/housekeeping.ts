import type { Deadline } from "../sys/deadline.ts";
import { schedule } from "../sys/deadline.ts";
import { releaseMemory } from "../sys/memory.ts";

/** How long it must be quiet, in milliseconds. */
const QUIET = 3000;

/**
 * Gives memory back once after each burst of work. A daemon that only waits would otherwise keep for weeks what the start
 * of its programs needed. While nothing happens there is no timer.
 */
export class Housekeeping {
  #timer: Deadline | null = null;
  #touched = false;

  /** Something was done that leaves garbage behind. */
  touch(): void {
    this.#touched = true;
    this.#timer ??= schedule(QUIET, () => this.#due());
  }

  #due(): void {
    this.#timer = null;
    if (!this.#touched) {
      releaseMemory();
      return;
    }
    // There was work meanwhile: wait for a whole quiet spell.
    this.#touched = false;
    this.#timer = schedule(QUIET, () => this.#due());
  }
}
