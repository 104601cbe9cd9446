/** Doing something later, on the monotonic clock. */
import { monotonic } from "./clock.ts";

export interface Deadline {
  /** May be called again, and after it has fired. */
  cancel(): void;
}

/** The longest timeout that Node takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** In the order in which they are due, then that in which they were asked for. */
interface Entry {
  readonly due: number;
  readonly serial: number;
  readonly fn: () => void;
  /** Where in the heap it stands; -1: nowhere any more. */
  at: number;
}

/** A binary heap over one timer of Node's: programs have a deadline each, and most are called off before they come. */
const heap: Entry[] = [];
let serial = 0;
let timer: NodeJS.Timeout | undefined;
/** What the timer waits for. */
let armed = Number.POSITIVE_INFINITY;
let checking = false;

/**
 * Calls `fn` once, `delayMs` from now or as soon afterwards as the event loop is free, never before and never within this
 * call. Infinity: never.
 */
export function schedule(delayMs: number, fn: () => void): Deadline {
  const entry: Entry = {
    due: monotonic() + (delayMs > 0 ? delayMs : 0),
    serial: serial++,
    fn,
    at: heap.length,
  };
  heap.push(entry);
  rise(entry);
  if (entry.due < armed) arm();
  return { cancel: () => cancel(entry) };
}

function cancel(entry: Entry): void {
  if (entry.at < 0) return;
  remove(entry);
  if (checking || entry.due > armed) return;
  // Of many that are called off in a row, each may be the first of those that are left: one look at the end will do.
  checking = true;
  queueMicrotask(() => {
    checking = false;
    if (heap[0]?.due !== armed) arm();
  });
}

/** Sets the timer for the first. Node rounds down: a fraction of a millisecond early would break "never before". */
function arm(): void {
  clearTimeout(timer);
  const first = heap[0];
  armed = first?.due ?? Number.POSITIVE_INFINITY;
  if (first === undefined) return;
  timer = setTimeout(fire, Math.min(Math.max(Math.ceil(first.due - monotonic()), 0), MAX_TIMEOUT));
}

/** Calls whatever is due, but nothing that is asked for meanwhile: the event loop has its turn first. */
function fire(): void {
  const now = monotonic();
  const end = serial;
  try {
    for (
      let first = heap[0];
      first !== undefined && first.due <= now && first.serial < end;
      first = heap[0]
    ) {
      remove(first);
      first.fn();
    }
  } finally {
    arm();
  }
}

const before = (one: Entry, other: Entry): boolean =>
  one.due === other.due ? one.serial < other.serial : one.due < other.due;

function put(entry: Entry, at: number): void {
  heap[at] = entry;
  entry.at = at;
}

function rise(entry: Entry): void {
  let { at } = entry;
  while (at > 0) {
    const parent = heap[(at - 1) >> 1];
    if (parent === undefined || before(parent, entry)) break;
    put(parent, at);
    at = (at - 1) >> 1;
  }
  put(entry, at);
}

function sink(entry: Entry): void {
  let { at } = entry;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const child = left !== undefined && right !== undefined && before(right, left) ? right : left;
    if (child === undefined || before(entry, child)) break;
    const next = child.at;
    put(child, at);
    at = next;
  }
  put(entry, at);
}

function remove(entry: Entry): void {
  const { at } = entry;
  entry.at = -1;
  const last = heap.pop();
  if (last === undefined || last === entry) return;
  put(last, at);
  rise(last);
  sink(last);
}

/** Keeps the event loop alive until the returned function is called, at the price of one wake-up in 24 days. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, MAX_TIMEOUT);
  return () => clearInterval(timer);
}
