/** Words in columns, as Python's `cmd` module lays out its help topics. */
import { codePoints, padRight } from "./text.ts";

const GAP = 2;

function widths(words: readonly string[], rows: number): number[] {
  const columns = Math.ceil(words.length / rows);
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...words.slice(column * rows, (column + 1) * rows).map(codePoints)),
  );
}

/** Lines of at most `width` columns with the fewest rows, filled column by column; one word stands alone unpadded. */
export function columnize(words: readonly string[], width: number): string[] {
  const [first] = words;
  if (first === undefined) return ["<empty>"];
  if (words.length === 1) return [first];
  let rows = 1;
  let sizes = widths(words, rows);
  const total = (): number => sizes.reduce((sum, size) => sum + size + GAP, -GAP);
  while (rows < words.length && total() > width) {
    rows += 1;
    sizes = rows === words.length ? [0] : widths(words, rows);
  }
  return Array.from({ length: rows }, (_, row) =>
    sizes
      .map((size, column) => ({ size, word: words[row + column * rows] }))
      .filter((cell) => cell.word !== undefined)
      .map((cell) => padRight(cell.word ?? "", cell.size))
      .join(" ".repeat(GAP)),
  );
}
