/** Asks the original, in one process for a whole batch of questions, what it makes of texts, values and files. */
import { spawnSync } from "node:child_process";

/** What came out: a value, or the text and class of what was raised. */
export type Answer =
  | { readonly ok: unknown; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: string; readonly type: string };

export interface Question {
  readonly op: "ini" | "value" | "expand" | "config" | "client" | "same";
  readonly [key: string]: unknown;
}

const HELPER = new URL("config-oracle.py", import.meta.url).pathname;

export function askOracle(questions: readonly Question[]): Answer[] {
  const { stdout, stderr, status } = spawnSync("/usr/bin/python3", [HELPER], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", PYTHONWARNINGS: "ignore", PYTHONHASHSEED: "0" },
  });
  const lines = stdout.split("\n").slice(0, -1);
  if (status !== 0 || lines.length !== questions.length) {
    throw new Error(`the oracle gave ${lines.length} of ${questions.length} answers: ${stderr}`);
  }
  return lines.map((line): Answer => JSON.parse(line));
}

/** A small generator of repeatable choices. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and without, `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** Between `least` and `most` picks, joined. */
  text(pieces: readonly string[], least: number, most: number): string {
    const count = least + this.below(most - least + 1);
    return Array.from({ length: count }, () => this.pick(pieces)).join("");
  }
}
