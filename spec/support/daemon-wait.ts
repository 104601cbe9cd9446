/** Waiting for a condition with a deadline: the only way in which these specs let time pass. */

/** A safety net: only what never comes reaches it, however busy the machine is. */
export const DEADLINE_MS = 60_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks `probe` every few milliseconds until it gives something other than undefined or false.
 * @throws Error that names `what` when the deadline passes; a probe that throws is asked again, its last error is told
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(
        `waited ${deadlineMs} ms in vain for ${what}`,
        last === undefined ? {} : { cause: last },
      );
    }
    await pause(20);
  }
}

/** Runs at most `limit` of the given tasks at a time; the promises come back in the order of the tasks. */
export function limiter(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
