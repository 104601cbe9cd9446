/**
 * Python's `text % mapping`, which is what every expanded option goes through (supervisor.md section 3.3): `%(name)s` with
 * any flags, width, precision and conversion, and `%` without a name, which formats the whole mapping.
 */
import { LIMITS } from "./limits.ts";
import { formatNumber } from "./pynumber.ts";
import { pyascii, pyrepr, reprMapping } from "./pyrepr.ts";

export type FormatValue = string | number;
/** What is read of a mapping: a Map is one, and so are names that are looked up in several places. */
export interface FormatMapping extends Iterable<[string, FormatValue]> {
  get(name: string): FormatValue | undefined;
  keys(): Iterable<string>;
}

/** `key`: a name that the mapping lacks, `message` is its repr. `format`: the text itself is wrong. */
export class FormatError extends Error {
  readonly kind: "key" | "format";

  constructor(kind: "key" | "format", message: string) {
    super(message);
    this.name = "FormatError";
    this.kind = kind;
  }
}

const fail = (message: string): FormatError => new FormatError("format", message);

/** One conversion as written, its `*` already looked up. */
export interface Conversion {
  readonly type: string;
  readonly left: boolean;
  readonly plus: boolean;
  readonly blank: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  /** -1 when none was written. */
  readonly precision: number;
}

/** sys.maxsize and INT_MAX: beyond them Python complains of the text, below them it would run out of memory. */
const MAX_WIDTH = 2 ** 63 - 1;
const MAX_PRECISION = 2 ** 31 - 1;

type Argument = FormatValue | FormatMapping;

/** Reads the text once, from left to right, keeping Python's odd rule on what a conversion without a name receives. */
class Formatter {
  readonly #chars: readonly string[];
  readonly #mapping: FormatMapping;
  #at = 0;
  /** What the next unnamed conversion takes: the mapping itself, or the value of the latest name; once only. */
  #argument: Argument | null;
  /** True once a conversion without a name has been met. */
  usedWhole = false;

  constructor(text: string, mapping: FormatMapping) {
    this.#chars = Array.from(text);
    this.#mapping = mapping;
    this.#argument = mapping;
  }

  run(): string {
    let out = "";
    while (this.#at < this.#chars.length) {
      const char = this.#chars[this.#at++] ?? "";
      if (char !== "%") out += char;
      else if (this.#chars[this.#at] === "%") {
        this.#at += 1;
        out += "%";
      } else out += this.#convert();
      if (out.length > LIMITS.valueLength)
        throw fail(`the result is longer than ${LIMITS.valueLength} characters`);
    }
    return out;
  }

  #convert(): string {
    if (this.#chars[this.#at] === "(") this.#argument = this.#lookUp();
    const flags = new Set<string>();
    while ("-+ #0".includes(this.#peek())) flags.add(this.#next());
    let width = this.#size(MAX_WIDTH, "width too big");
    if (width < 0) flags.add("-");
    width = Math.abs(width);
    let precision = -1;
    if (this.#peek() === ".") {
      this.#at += 1;
      precision = Math.max(0, this.#size(MAX_PRECISION, "precision too big"));
    }
    if ("hlL".includes(this.#peek())) this.#at += 1;
    const conversion: Conversion = {
      type: this.#next(),
      left: flags.has("-"),
      plus: flags.has("+"),
      blank: flags.has(" "),
      alternate: flags.has("#"),
      zero: flags.has("0"),
      width,
      precision,
    };
    if (Math.max(width, precision) > LIMITS.valueLength) {
      throw fail(`the result is longer than ${LIMITS.valueLength} characters`);
    }
    return this.#write(conversion, this.#take());
  }

  /** `(name)`, where parentheses inside the name must pair. */
  #lookUp(): FormatValue {
    const start = ++this.#at;
    for (let depth = 1; depth > 0; this.#at++) {
      const char = this.#chars[this.#at];
      if (char === undefined) throw fail("incomplete format key");
      if (char === "(") depth += 1;
      if (char === ")") depth -= 1;
    }
    const key = this.#chars.slice(start, this.#at - 1).join("");
    const value = this.#mapping.get(key);
    if (value === undefined) throw new FormatError("key", pyrepr(key));
    return value;
  }

  /** The next character, which must exist: a conversion may not break off. */
  #peek(): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw fail("incomplete format");
    return char;
  }

  #next(): string {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }

  /** Digits or `*`; 0 where there are none. */
  #size(limit: number, complaint: string): number {
    if (this.#peek() === "*") {
      this.#at += 1;
      const value = this.#take();
      if (typeof value !== "number") throw fail("* wants int");
      return value;
    }
    let size = 0;
    while (/^[0-9]$/.test(this.#peek())) {
      size = size * 10 + Number(this.#next());
      if (size > limit) throw fail(complaint);
    }
    return size;
  }

  #take(): Argument {
    const argument = this.#argument;
    if (argument === null) throw fail("not enough arguments for format string");
    if (typeof argument === "object") this.usedWhole = true;
    this.#argument = null;
    return argument;
  }

  #write(conversion: Conversion, value: Argument): string {
    const { type, precision } = conversion;
    switch (type) {
      case "s":
      case "r":
      case "a": {
        const text = Array.from(textOf(value, type));
        return pad(precision === -1 ? text : text.slice(0, precision), conversion);
      }
      case "c":
        return pad([characterOf(value)], conversion);
      case "d":
      case "i":
      case "u":
        if (typeof value === "number") return formatNumber(value, conversion);
        throw fail(`%${type} format: a real number is required, not ${typeName(value)}`);
      case "o":
      case "x":
      case "X":
        if (typeof value === "number") return formatNumber(value, conversion);
        throw fail(`%${type} format: an integer is required, not ${typeName(value)}`);
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
        if (typeof value === "number") return formatNumber(value, conversion);
        throw fail(`must be real number, not ${typeName(value)}`);
      default: {
        const code = type.codePointAt(0) ?? 0;
        const shown = code >= 31 && code < 127 ? type : "?";
        const index = this.#at - 1;
        throw fail(`unsupported format character '${shown}' (0x${code.toString(16)}) at index ${index}`);
      }
    }
  }
}

const typeName = (value: Argument): string => (typeof value === "string" ? "str" : "dict");

function textOf(value: Argument, type: "s" | "r" | "a"): string {
  if (typeof value === "number") return String(value);
  const spell = type === "a" ? pyascii : pyrepr;
  if (typeof value === "object") return reprMapping(value, spell);
  return type === "s" ? value : spell(value);
}

function characterOf(value: Argument): string {
  if (typeof value === "number") {
    if (value < 0 || value > 0x10ffff) throw fail("%c arg not in range(0x110000)");
    return String.fromCodePoint(value);
  }
  if (typeof value !== "string" || Array.from(value).length !== 1) throw fail("%c requires int or char");
  return value;
}

/** Widths count code points. */
function pad(text: readonly string[], { left, width }: Conversion): string {
  const blanks = " ".repeat(Math.max(0, width - text.length));
  return left ? text.join("") + blanks : blanks + text.join("");
}

/** @throws {FormatError} with Python's own reason. */
export const pyformat = (text: string, mapping: FormatMapping): string => new Formatter(text, mapping).run();

/** As pyformat, but null where a conversion without a name would print the whole mapping: that is never meant. */
export function formatNamed(text: string, mapping: FormatMapping): string | null {
  const formatter = new Formatter(text, mapping);
  const out = formatter.run();
  return formatter.usedWhole ? null : out;
}
