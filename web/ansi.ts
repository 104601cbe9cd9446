/** Terminal colours in a line of output. No DOM here. */

/** A stretch of text in one look. Colours are 0-255 of the terminal palette, or `#rrggbb`. */
export interface Span {
  readonly text: string;
  readonly fg: number | string | null;
  readonly bg: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

type Look = Omit<Span, "text">;

export const PLAIN: Look = Object.freeze({
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
});

// CSI sequences, OSC titles and links, two-character escapes; then what else a terminal would not show.
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\x1b\[([0-?]*)([ -/]*[@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Splits a line into stretches; the look at its end is where the next line begins. */
export function parseAnsi(
  line: string,
  start: Look = PLAIN,
): { readonly spans: readonly Span[]; readonly end: Look } {
  const spans: Span[] = [];
  let look = start;
  let from = 0;
  const take = (to: number) => {
    if (to > from) spans.push({ text: line.slice(from, to), ...look });
  };
  for (const match of line.matchAll(ESCAPES)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[2] === "m" && !/[<-?]/.test(match[1] ?? "")) look = select(look, match[1] ?? "");
  }
  take(line.length);
  return { spans, end: look };
}

/** Select graphic rendition (ECMA-48 8.3.117, and xterm's 256 and RGB colours). */
function select(look: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let next: Look = look;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, at + 1);
      at += used;
      if (colour !== null) next = code === 38 ? { ...next, fg: colour } : { ...next, bg: colour };
    } else next = simple(next, code);
  }
  return next;
}

/** The colour after 38 or 48, and how many numbers it took. */
function extended(codes: readonly number[], at: number): [colour: number | string | null, used: number] {
  const byte = (index: number) => Math.min(255, codes[index] ?? 0);
  if (codes[at] === 5) return [byte(at + 1), 2];
  if (codes[at] !== 2) return [null, 1];
  const hex = [1, 2, 3]
    .map((offset) =>
      byte(at + offset)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("");
  return [`#${hex}`, 4];
}

function simple(look: Look, code: number): Look {
  if (code >= 30 && code <= 37) return { ...look, fg: code - 30 };
  if (code >= 40 && code <= 47) return { ...look, bg: code - 40 };
  if (code >= 90 && code <= 97) return { ...look, fg: code - 82 };
  if (code >= 100 && code <= 107) return { ...look, bg: code - 92 };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...look, bold: true };
    case 2:
      return { ...look, dim: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underline: true };
    case 22:
      return { ...look, bold: false, dim: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underline: false };
    case 39:
      return { ...look, fg: null };
    case 49:
      return { ...look, bg: null };
    default:
      return look;
  }
}

/** `#rrggbb` of a colour of the 256 palette from 16 on: the cube, then the greys. */
export function paletteColour(index: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  if (index >= 232) return `#${hex((index - 232) * 10 + 8).repeat(3)}`;
  const level = (value: number) => hex(value === 0 ? 0 : value * 40 + 55);
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}
