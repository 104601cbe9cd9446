/**
 * Collecting the dead. Every child of this process is reaped here, also orphans that it adopted (as pid 1 or subreaper) and
 * children that nobody asks about: so nothing else in a process that uses this may wait for children (node:child_process).
 */
import type { WaitStatus } from "../model/wait-status.ts";
import { addon } from "./addon.ts";

export type { WaitStatus } from "../model/wait-status.ts";

type Listener = (pid: number, status: WaitStatus) => void;

/** Does what one round of reaping comes to, and may do something before and after. */
type Round = (tell: () => void) => void;

const listeners = new Map<Listener, Round>();
const BATCH = 256;
const pairs = new Int32Array(2 * BATCH);

/**
 * Tells every child's end, until the returned function is called. Children that ended before are told too, after the
 * current turn. Does not keep the event loop alive.
 *
 * @param round is given all that is to be told of children that were found dead together
 */
export function onChildExit(listener: Listener, round: Round = (tell) => tell()): () => void {
  if (listeners.size === 0) process.on("SIGCHLD", reapNow);
  listeners.set(listener, round);
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
  if (listeners.size === 0) return;
  for (let count = BATCH; count === BATCH; ) {
    count = addon.reap(pairs);
    if (count === 0) return;
    // Copied: a listener may call reapNow itself.
    const ended = pairs.slice(0, 2 * count);
    for (const [listener, round] of [...listeners]) round(() => tellAll(listener, ended));
  }
}

function tellAll(listener: Listener, ended: Int32Array): void {
  for (let at = 0; at < ended.length; at += 2) {
    try {
      listener(ended[at] ?? 0, decodeStatus(ended[at + 1] ?? 0));
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
