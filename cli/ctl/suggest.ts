/** The nearest right word to a wrong one. */

const MAX_LENGTH = 64;

/** Edits to make one word of the other: a letter added, dropped or changed, or two neighbours swapped. */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (old[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (old[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, (older[column - 2] ?? 0) + 1);
      line.push(best);
    }
    older = old;
    old = line;
  }
  return old[b.length] ?? 0;
}

const beginsWith = (name: string, start: string): boolean =>
  name.toLowerCase().startsWith(start.toLowerCase());

/**
 * The candidate that was meant by `word`: the only one that begins so, which was left half typed, or else the nearest, if it is
 * near enough: a third of the letters, at least one.
 */
export function nearest(word: string, among: Iterable<string>): string | undefined {
  if (word === "" || word.length > MAX_LENGTH) return undefined;
  const candidates = [...among];
  const [begun, ...more] = candidates.filter((name) => name !== word && beginsWith(name, word));
  if (begun !== undefined && more.length === 0 && word.length > 1) return begun;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
