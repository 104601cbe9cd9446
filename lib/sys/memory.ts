/** Keeping the heap small, and giving memory back. */
import { createRequire } from "node:module";
import type * as V8 from "node:v8";
import type * as Vm from "node:vm";
import { addon } from "./addon.ts";
import { saveCodeCache } from "./code-cache.ts";
import { schedule } from "./deadline.ts";

let collect: (() => void) | null = null;

const require = createRequire(import.meta.url);

function setFlags(...flags: readonly string[]): void {
  const { setFlagsFromString }: typeof V8 = require("node:v8");
  for (const flag of flags) setFlagsFromString(flag);
}

/**
 * Node 20 optimises whatever has run for a moment, at the price of a core and a megabyte meanwhile: it waits for half as much
 * again here. Later versions wait by themselves (docs/decisions/0006 and 0013).
 */
const IS_HASTY = process.versions.v8.startsWith("11.3.");
const PATIENT = IS_HASTY ? ["--interrupt-budget=101376"] : [];
const HASTY = IS_HASTY ? ["--interrupt-budget=67584"] : [];

const CONFINED = ["--semi-space-growth-factor=1", ...PATIENT];
/** V8 refuses compiled code that was saved under other flags than it runs under when it starts. */
const LAUNCHED = ["--semi-space-growth-factor=2", "--no-expose-gc", ...HASTY];

/**
 * From here on the young generation no longer grows: it would to 32 MB, and stay there. Set once all is loaded and not on
 * Node's command line, since under other flags than its own Node compiles each of its built-in modules anew: 10 ms of a start.
 */
export function confineHeap(): void {
  setFlags(...CONFINED);
  // Before the exit at which what was compiled is saved.
  process.prependOnceListener("exit", () => setFlags(...LAUNCHED));
}

/** The start is behind us: what was compiled is saved, and {@link releaseMemory} can collect. */
export function settleHeap(): void {
  setFlags(...LAUNCHED);
  saveCodeCache();
  setFlags(...CONFINED, "--expose-gc");
  const { runInNewContext }: typeof Vm = require("node:vm");
  collect = runInNewContext("gc") as () => void;
}

/** V8 gives pages back only in the second or third collection in a row. */
const ROUNDS = 3;
const BETWEEN = 20;
const COMPACT = "compact-on-every-full-gc";

/**
 * Collects garbage, and gives back what that freed and what is only cached: in a few steps of some ten milliseconds, so that
 * nobody waits for all of it. Cached are the clean, read-only pages of mapped files (four fifths of an idle Node: its own
 * binary), which return from the page cache when touched: they lower what is accounted to us, not what the heap holds.
 */
export function releaseMemory(rounds = ROUNDS): void {
  if (collect !== null) {
    // Pages that are half empty are emptied too, once: by itself V8 does so only from seven tenths on.
    if (rounds === ROUNDS) setFlags(`--${COMPACT}`);
    collect();
    if (rounds === ROUNDS) setFlags(`--no-${COMPACT}`);
  }
  if (rounds > 1) schedule(BETWEEN, () => releaseMemory(rounds - 1));
  // Without /proc there is nothing to be had, and nothing is lost.
  else addon.trim();
}
