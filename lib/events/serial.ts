/** Numbers that events carry, from 0 up; after the largest safe integer they begin anew, as the original's do after its own. */
export class Serial {
  #next: number;

  /** @param next where a daemon that takes over from another goes on */
  constructor(next = 0) {
    this.#next = next;
  }

  take(): number {
    const serial = this.#next;
    this.#next = serial === Number.MAX_SAFE_INTEGER ? 0 : serial + 1;
    return serial;
  }

  /** The number that the next event gets. */
  get upcoming(): number {
    return this.#next;
  }
}
