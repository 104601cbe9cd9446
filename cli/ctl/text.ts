/** Padding by code points, as Python's `%-10s` and `ljust` do it. */

/** Length in code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Pads on the right to `width` code points; longer text is left whole. */
export function padRight(text: string, width: number): string {
  const missing = width - codePoints(text);
  return missing > 0 ? text + " ".repeat(missing) : text;
}

/** Pads on the left to `width` code points. */
export function padLeft(text: string, width: number): string {
  const missing = width - codePoints(text);
  return missing > 0 ? " ".repeat(missing) + text : text;
}
