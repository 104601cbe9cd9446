/** What a question comes to: both figures of one run, their ratio, and the goal. */
export interface Row {
  readonly question: string;
  readonly unit: string;
  readonly original: readonly number[];
  readonly ours: readonly number[];
  /** Most that ours/original may be; null where there is no goal. */
  readonly goal: number | null;
  readonly note?: string;
}

export type Bench = () => Promise<Row[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Half the distance between the quartiles, as a part of the median. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return (at(0.75) - at(0.25)) / 2 / median(values);
}

export const ratio = (row: Row): number => median(row.ours) / median(row.original);

/** Measures both subjects in turns, so that a machine that slows down slows both. */
export async function inTurns(
  rounds: number,
  measure: (subject: "original" | "ours") => Promise<readonly number[]>,
): Promise<{ original: number[][]; ours: number[][] }> {
  const original: number[][] = [];
  const ours: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [subject, list] of [
      ["original", original],
      ["ours", ours],
    ] as const) {
      for (const [index, value] of (await measure(subject)).entries()) {
        const column = list[index] ?? [];
        column.push(value);
        list[index] = column;
      }
    }
  }
  return { original, ours };
}

/** Rows from the columns that `inTurns` gathered. */
export const rows = (
  columns: { original: number[][]; ours: number[][] },
  heads: readonly Omit<Row, "original" | "ours">[],
): Row[] =>
  heads.map((head, index) => ({
    ...head,
    original: columns.original[index] ?? [],
    ours: columns.ours[index] ?? [],
  }));
