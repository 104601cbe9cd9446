/** Python's repr() of text, lists and mappings, as error messages quote them. */

/** What str.isprintable() refuses: controls, formats, surrogates, unassigned, and every separator but the space. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

const SHORT: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const hex = (code: number, width: number): string => code.toString(16).padStart(width, "0");

function escapeCode(code: number): string {
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** repr(str): single quotes, unless the text holds a single quote and no double one. */
export function pyrepr(text: string): string {
  return quote(text, (character) => character !== " " && UNPRINTABLE.test(character));
}

/** ascii(str): as repr, with everything outside ASCII escaped. */
export function pyascii(text: string): string {
  return quote(text, (character) => character < " " || character > "~");
}

function quote(text: string, mustEscape: (character: string) => boolean): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = mark;
  for (const character of text) {
    const short = SHORT[character];
    if (short !== undefined) out += short;
    else if (character === mark) out += `\\${mark}`;
    else if (mustEscape(character)) out += escapeCode(character.codePointAt(0) ?? 0);
    else out += character;
  }
  return out + mark;
}

/** repr(list of str). */
export const reprList = (items: readonly string[]): string => `[${items.map(pyrepr).join(", ")}]`;

/** repr(dict) of text and whole numbers, in the mapping's own order. */
export function reprMapping(mapping: Iterable<readonly [string, string | number]>, one = pyrepr): string {
  const members = Array.from(mapping, ([key, value]) => {
    return `${one(key)}: ${typeof value === "number" ? value : one(value)}`;
  });
  return `{${members.join(", ")}}`;
}
