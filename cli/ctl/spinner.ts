/** A sign of life on standard error while a command takes longer than a second. For people: terminals only. */
import { every } from "../../lib/sys/pause.ts";
import type { Io } from "./io.ts";

const FRAMES = ["|", "/", "-", "\\"] as const;
const TICK_MS = 250;
const PATIENCE_TICKS = 4;

/** Begins to count when it is made. The caller has made sure that standard error is a terminal. */
export class Spinner {
  readonly #io: Io;
  readonly #label: string;
  readonly #stop: () => void;
  #ticks = 0;
  #done = 0;
  #shown = false;

  constructor(io: Io, label: string) {
    this.#io = io;
    this.#label = label;
    this.#stop = every(TICK_MS, () => this.#tick());
  }

  /** A line of output is about to be written: it must not land behind the sign. Counts as one thing done. */
  step(): void {
    this.#done += 1;
    this.#erase();
  }

  end(): void {
    this.#stop();
    this.#erase();
  }

  #tick(): void {
    this.#ticks += 1;
    if (this.#ticks < PATIENCE_TICKS) return;
    const seconds = Math.floor((this.#ticks * TICK_MS) / 1000);
    const done = this.#done === 0 ? "" : `, ${this.#done} done`;
    this.#io.writeError(`\r${FRAMES[this.#ticks % FRAMES.length]} ${this.#label} ${seconds} s${done}\x1b[K`);
    this.#shown = true;
  }

  #erase(): void {
    if (this.#shown) this.#io.writeError("\r\x1b[K");
    this.#shown = false;
  }
}
