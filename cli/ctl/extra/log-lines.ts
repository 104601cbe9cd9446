/** Logs as lines: the last N of them, those since a time, and a prefix for each. Pure. */

/** The last `count` lines; null where `text`, which is a log's end, may not hold as many and is not `whole`. */
export function lastLines(text: string, count: number, whole: boolean): string | null {
  if (count === 0) return "";
  let from = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let found = 0; found < count; found += 1) {
    const newline = text.lastIndexOf("\n", from - 1);
    if (newline < 0 || from === 0) return whole ? text : null;
    from = newline;
  }
  return text.slice(from + 1);
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
const STAMP = /^\W{0,3}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/;

function stampOf(text: string): number | undefined {
  const match = STAMP.exec(text);
  if (match?.[1] === undefined) return undefined;
  const fraction = match[2] === undefined ? "" : `.${match[2].slice(0, 3).padEnd(3, "0")}`;
  const zone = (match[3] ?? "").replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const time = Date.parse(`${match[1].replace(" ", "T")}${fraction}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** `90s`, `10m`, `2h`, `1d` before `now`, or a date with or without a time; epoch milliseconds. */
export function parseSince(text: string, now: number): number | undefined {
  const span = /^(\d{1,9})([smhd])$/.exec(text);
  if (span !== null) return now - Number(span[1]) * (UNITS[span[2] ?? ""] ?? 0);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return stampOf(`${text} 00:00:00`);
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/.test(text)) return stampOf(`${text}:00`);
  return stampOf(text);
}

/**
 * The lines from the first that is stamped `from` or later. Null where `text`, which is a log's end, holds no older one
 * and is not `whole`. A log without any time stamp is shown not at all.
 */
export function linesSince(text: string, from: number, whole: boolean): string | null {
  let start: number | undefined;
  let sawOlder = whole;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline + 1;
    const stamp = stampOf(text.slice(at, Math.min(end, at + 64)));
    if (stamp !== undefined && stamp < from) {
      sawOlder = true;
      start = undefined;
    } else if (stamp !== undefined) start ??= at;
    at = end;
  }
  if (!sawOlder) return null;
  return start === undefined ? "" : text.slice(start);
}

/** Puts a prefix before each line of one stream; a line is given out once it is complete. */
export class LinePrefixer {
  readonly #prefix: string;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  take(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const cut = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(cut);
    return text
      .slice(0, cut)
      .split("\n")
      .slice(0, -1)
      .map((line) => `${this.#prefix}${line}\n`)
      .join("");
  }

  /** The last line where it has no end. */
  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? "" : `${this.#prefix}${rest}\n`;
  }
}
