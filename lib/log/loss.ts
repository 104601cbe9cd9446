/**
 * Keeps account of what a log could not take. The first failure is reported, and the end of the trouble with the number of
 * bytes lost; a disk that is full and not full in turns is reported once a second at most.
 */

const QUIET_MS = 1000;

/**
 * One for each log. `nowMs` is on the monotonic clock; `report` is called from within these methods, and must not write
 * to that log.
 */
export class LossAccount {
  readonly #subject: string;
  readonly #report: (text: string) => void;
  #failing = false;
  #lastFailure = 0;
  #lost = 0;

  /** `subject` stands in the messages: `log '/var/log/x.log'`. */
  constructor(subject: string, report: (text: string) => void) {
    this.#subject = subject;
    this.#report = report;
  }

  /** True from the first failure until the end of the trouble has been reported. */
  get failing(): boolean {
    return this.#failing;
  }

  /** `reason` is a code or a sentence; `bytes` went nowhere. */
  failed(reason: string, bytes: number, nowMs: number): void {
    this.#lost += bytes;
    this.#lastFailure = nowMs;
    if (this.#failing) return;
    this.#failing = true;
    this.#report(
      `cannot write ${this.#subject}: ${reason}; its output is dropped until it can be written again`,
    );
  }

  /** Something was written: reports the end of the trouble when the last failure is a second old. */
  wrote(nowMs: number): void {
    if (this.#failing && nowMs - this.#lastFailure >= QUIET_MS) this.settle();
  }

  /** The log is closed or opened anew: reports what is still to be told. */
  settle(): void {
    if (!this.#failing) return;
    this.#failing = false;
    const lost = this.#lost;
    this.#lost = 0;
    this.#report(`${this.#subject}: ${lost} bytes of output were lost`);
  }
}
