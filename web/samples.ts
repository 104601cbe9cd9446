/** What a plot draws: samples in order, with gaps where nobody was looking. No DOM here. */

/** How far back, in seconds. */
const HOUR = 3600;
/** The shortest stretch of time that is drawn, in seconds. */
const SHORTEST = 300;
/** Without a sample for so long, in seconds, the line is broken. */
const GAP = 30;

/** The hour before the newest. A sample that is no later than the last one is dropped. */
export class Samples {
  /** Epoch seconds, and the values at those times; null breaks the line. */
  readonly data: readonly [times: number[], values: (number | null)[]] = [[], []];

  push(time: number, value: number): void {
    const [times, values] = this.data;
    const last = times.at(-1);
    if (last !== undefined && time <= last) return;
    if (last !== undefined && time - last > GAP) {
      times.push(last + 1);
      values.push(null);
    }
    times.push(time);
    values.push(value);
    while ((times[0] ?? time) < time - HOUR) {
      times.shift();
      values.shift();
    }
  }

  /** From the first sample to the last; where there is none, what has just passed. */
  span(): [from: number, to: number] {
    const [times] = this.data;
    const to = times.at(-1) ?? Date.now() / 1000;
    return [Math.min(to - SHORTEST, times[0] ?? to), to];
  }

  /** What is drawn as points: those with no neighbour that a line could lead to, and the last. */
  points(): number[] {
    const [, values] = this.data;
    const missing = (index: number) => (values[index] ?? null) === null;
    return values.flatMap((value, index) =>
      value !== null && missing(index + 1) && (missing(index - 1) || index === values.length - 1)
        ? [index]
        : [],
    );
  }
}
