/** The two clocks, in milliseconds: monotonic for every delay, wall for what is shown. */

/** CLOCK_MONOTONIC with a fraction, comparable between processes and across an exec in place. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Since the epoch; jumps when the machine's clock is set. */
export const wall = (): number => Date.now();
