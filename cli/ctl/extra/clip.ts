/** Cutting a coloured line to the width of the terminal. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour starts with ESC
const PARTS = /\x1b\[[0-9;]*m|[\s\S]/gu;

/** At most `width` visible characters; colours that were begun are ended. */
export function clip(line: string, width: number): string {
  let out = "";
  let room = width;
  let coloured = false;
  for (const [part] of line.matchAll(PARTS)) {
    if (part.startsWith("\x1b[")) {
      coloured = part !== "\x1b[0m";
      out += part;
    } else if (room > 0) {
      out += part;
      room -= 1;
    }
  }
  return coloured ? `${out}\x1b[0m` : out;
}
