/** Python's idea of white space, order and spelling of text, where it differs from JavaScript's. */

/** str.isspace() of one character: JavaScript's set, less the BOM, more U+001C to U+001F and U+0085. */
const SPACE = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACE}]+`);
const ONE = new RegExp(`^[${SPACE}]$`);
const FIRST_OTHER = new RegExp(`[^${SPACE}]`);
const RUNS = new RegExp(`[${SPACE}]+`);

/** str.isspace() of one character; false for the empty string and for anything longer. */
export const isSpace = (character: string): boolean => ONE.test(character);

/** Index of the first character that is no white space, or -1. */
export const firstNonSpace = (text: string): number => text.search(FIRST_OTHER);

/** str.lstrip() without arguments. */
export const stripStart = (text: string): string => text.replace(LEADING, "");

/** Not one regular expression: `[ ]+$` is quadratic on long runs of spaces inside a line. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** str.strip() without arguments. */
export const strip = (text: string): string => stripEnd(stripStart(text));

/** str.split() without arguments. */
export const splitWords = (text: string): string[] => text.split(RUNS).filter((word) => word !== "");

/** Order by code points, as Python sorts; JavaScript's own order puts astral characters before U+E000. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
