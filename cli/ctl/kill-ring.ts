/** What was cut out of the line, to be put back: the order of GNU readline, which Node's editor does not keep. Pure. */

const WORD = "[\\p{L}\\p{N}]";
const OTHER = "[^\\p{L}\\p{N}]";

export type Cut = { readonly where: "before" | "behind"; readonly text: string };

/** What a key cuts out of a line with the cursor between `before` and `behind`; null for any other key. */
export function cutOf(key: string, before: string, behind: string): Cut | null {
  const found = (where: Cut["where"], pattern: RegExp): Cut => {
    const text = pattern.exec(where === "before" ? before : behind)?.[0] ?? "";
    return { where, text };
  };
  switch (key) {
    case "\x15":
      return { where: "before", text: before };
    case "\x0b":
      return { where: "behind", text: behind };
    case "\x17":
      return found("before", /\S*\s*$/u);
    case "\x1b\x7f":
    case "\x1b\b":
      return found("before", new RegExp(`${WORD}*${OTHER}*$`, "u"));
    case "\x1bd":
      return found("behind", new RegExp(`^${OTHER}*${WORD}*`, "u"));
    default:
      return null;
  }
}

/** Must hear of every key: of those that cut nothing by `part`, or the next cut is joined to the last. */
export class KillRing {
  /** The last is the newest. */
  readonly #cuts: string[] = [];
  #joins = false;

  /** Cuts that follow one another without another key between them are one. */
  add({ where, text }: Cut): void {
    const last = this.#joins ? (this.#cuts.pop() ?? "") : "";
    const whole = where === "before" ? text + last : last + text;
    if (whole !== "") this.#cuts.push(whole);
    this.#joins = whole !== "";
  }

  /** Another key was pressed. */
  part(): void {
    this.#joins = false;
  }

  get newest(): string {
    return this.#cuts.at(-1) ?? "";
  }

  /** Puts the newest behind all others, and gives the one that is the newest now. */
  rotate(): string {
    const newest = this.#cuts.pop();
    if (newest !== undefined) this.#cuts.unshift(newest);
    return this.newest;
  }
}
