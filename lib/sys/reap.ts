/**
 * Collecting the dead. Every child of this process is reaped here, also orphans that it adopted (as pid 1 or subreaper) and
 * children that nobody asks about: so nothing else in a process that uses this may wait for children (node:child_process).
 */
import type { WaitStatus } from "../model/wait-status.ts";
import { addon } from "./addon.ts";

export type { WaitStatus } from "../model/wait-status.ts";

type Listener = (pid: number, status: WaitStatus) => void;

const listeners = new Set<Listener>();
const BATCH = 256;
const pairs = new Int32Array(2 * BATCH);

/**
 * Tells every child's end, until the returned function is called. Children that ended before are told too, after the
 * current turn. Does not keep the event loop alive.
 */
export function onChildExit(listener: Listener): () => void {
  if (listeners.size === 0) process.on("SIGCHLD", reapNow);
  listeners.add(listener);
  setImmediate(reapNow);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) process.off("SIGCHLD", reapNow);
  };
}

/**
 * Reaps whoever has ended by now and tells the listeners before it returns. A listener that throws keeps no one else from
 * hearing; its error is thrown after the current turn.
 */
export function reapNow(): void {
  for (let count = BATCH; count === BATCH; ) {
    count = addon.reap(pairs);
    // Copied first: a listener may call reapNow itself.
    for (const [pid, raw] of takePairs(count)) tell(pid, decodeStatus(raw));
  }
}

function takePairs(count: number): [pid: number, raw: number][] {
  const taken: [number, number][] = [];
  for (let at = 0; at < count; at++) taken.push([pairs[2 * at] ?? 0, pairs[2 * at + 1] ?? 0]);
  return taken;
}

function tell(pid: number, status: WaitStatus): void {
  for (const listener of [...listeners]) {
    try {
      listener(pid, status);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** What waitpid's status word means on Linux. */
export function decodeStatus(raw: number): WaitStatus {
  const signal = raw & 0x7f;
  if (signal === 0) return { kind: "exited", code: (raw >> 8) & 0xff };
  if (signal === 0x7f) return { kind: "unknown", raw };
  return { kind: "signaled", signal, core: (raw & 0x80) !== 0 };
}
