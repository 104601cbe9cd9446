/** Doing something later, on the monotonic clock. */
import { monotonic } from "./clock.ts";

export interface Deadline {
  /** May be called again, and after it has fired. */
  cancel(): void;
}

/** The longest timeout that Node takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Calls `fn` once, `delayMs` from now or as soon afterwards as the event loop is free, never before and never within this
 * call. Infinity: never.
 */
export function schedule(delayMs: number, fn: () => void): Deadline {
  const due = monotonic() + Math.max(delayMs, 0);
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    // Node rounds down: a fraction of a millisecond early would break "never before".
    const wait = Math.min(Math.ceil(due - monotonic()), MAX_TIMEOUT);
    timer = setTimeout(fire, wait);
  };
  const fire = (): void => {
    if (monotonic() >= due) fn();
    else arm();
  };
  arm();
  return { cancel: () => clearTimeout(timer) };
}

/** Keeps the event loop alive until the returned function is called, at the price of one wake-up in 24 days. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, MAX_TIMEOUT);
  return () => clearInterval(timer);
}
