/** Giving memory back. */
import { addon } from "./addon.ts";
import { schedule } from "./deadline.ts";
import { checked } from "./sys-error.ts";

/**
 * Gives clean, read-only pages of mapped files (four fifths of an idle Node: its own binary) back to the page cache, from
 * where they return when touched, and the C library's free memory to the system. The number of bytes of the first kind: they
 * lower what is accounted to us, not what the heap holds. Throws SysError where /proc is missing.
 */
export const releaseCleanPages = (): number => checked(addon.trim(), "madvise");

/** V8 gives pages back only in the second or third collection in a row. */
const ROUNDS = 3;
const BETWEEN = 20;

/**
 * Collects garbage, where the launcher's --expose-gc lets us, and gives back what that freed and what is only cached: in a
 * few steps of some ten milliseconds, so that nobody waits for all of it.
 */
export function releaseMemory(rounds = ROUNDS): void {
  globalThis.gc?.();
  if (rounds > 1) schedule(BETWEEN, () => releaseMemory(rounds - 1));
  // Without /proc there is nothing to be had, and nothing is lost.
  else addon.trim();
}
