/** Signals, sent and received, and the process's name. */
import { readFileSync } from "node:fs";
import { addon } from "./addon.ts";
import { terminated } from "./bytes.ts";
import { checked, failure } from "./sys-error.ts";

/** Calls `fn` on each arrival until the returned function is called. Does not keep the event loop alive. */
export function onSignal(name: NodeJS.Signals, fn: () => void): () => void {
  const listener = (): void => fn();
  process.on(name, listener);
  return () => void process.off(name, listener);
}

/** Sends a signal by number to a process, or to a process group given as a negative number. Null, or the errno's name. */
export const killProcess = (pid: number, signal: number): string | null => failure(addon.kill(pid, signal));

/** Writing to a closed pipe is an error (EPIPE), not a death. */
export const ignoreSigpipe = (): void => void checked(addon.ignoreSigpipe(), "signal");

/**
 * Node answers SIGUSR1 by opening a debugger's port, through which anybody on this machine may run code as us. Nothing else is
 * done about it either: the original dies of it, with its programs left behind.
 */
export const ignoreSigusr1 = (): void => void process.on("SIGUSR1", () => {});

/** What `ps` and `pgrep` show; the kernel keeps the first 15 bytes. */
export const setProcessName = (name: string): void =>
  void checked(addon.setName(terminated(name, "process name")), "prctl");

/** What `ps` shows of a process; null where there is none. */
export function processName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, "latin1").trimEnd();
  } catch {
    return null;
  }
}

/** Called with what was thrown and caught by nobody, instead of the end of the process. */
export function onInternalError(fn: (detail: string) => void): void {
  const told = (error: unknown): void =>
    fn(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on("uncaughtException", told);
  process.on("unhandledRejection", told);
}
