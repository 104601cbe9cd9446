/** Python's int(text, base) for the two bases that options use. */
import { pyrepr } from "./pyrepr.ts";

const DECIMAL = /^[\t-\r ]*([+-]?)(\d+(?:_\d+)*)[\t-\r ]*$/;
const OCTAL = /^[\t-\r ]*([+-]?)(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)[\t-\r ]*$/;
const DIGIT = /^\p{Nd}$/u;

/** What int() refuses to read at all since Python 3.11. */
const MAX_DIGITS = 4300;
/** Characters of the quoted text that int() shows. */
const MAX_SHOWN = 200;

/** Integers beyond what a number holds exactly are held at that bound: no option means anything there. */
function clamp(sign: string, digits: string, base: 8 | 10): number {
  const size = Math.min(Number.parseInt(digits.replaceAll("_", ""), base), Number.MAX_SAFE_INTEGER);
  return sign === "-" && size !== 0 ? -size : size;
}

/**
 * The digits of any script as ASCII digits, the spaces outside ASCII as a space. (Text that is ASCII already is left
 * alone, so U+001C to U+001F do not count as space here: that is what int() does.)
 */
function normalise(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let out = "";
  for (const character of text) {
    if (character <= "\x7f") out += character;
    else if (DIGIT.test(character)) out += digitValue(character.codePointAt(0) ?? 0);
    else if (/^[\x85\s]$/.test(character) && character !== "\ufeff") out += " ";
    else out += character;
  }
  return out;
}

/** Decimal digits stand in runs of ten in every script, so the distance to the run's start tells the value. */
function digitValue(code: number): number {
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return (code - start) % 10;
}

/** int(text): the number, or the reason why it is none, in Python's words. */
export function parseInteger(text: string): number | string {
  const match = DECIMAL.exec(normalise(text));
  const digits = match?.[2];
  if (match === null || digits === undefined) {
    const shown = Array.from(pyrepr(text)).slice(0, MAX_SHOWN).join("");
    return `invalid literal for int() with base 10: ${shown}`;
  }
  const count = digits.replaceAll("_", "").length;
  if (count > MAX_DIGITS) {
    return `Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion: value has ${count} digits; use sys.set_int_max_str_digits() to increase the limit`;
  }
  return clamp(match[1] ?? "", digits, 10);
}

/** int(text, 8), with or without `0o`; null when it is none. */
export function parseOctal(text: string): number | null {
  const match = OCTAL.exec(normalise(text));
  return match === null ? null : clamp(match[1] ?? "", match[2] ?? "0", 8);
}
