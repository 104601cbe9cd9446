/**
 * Running one command in our place: same process group, same standard streams. For small commands only: a process that uses
 * this must not use reap.ts, which takes every child for its own.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

export interface ForegroundOptions {
  readonly file: string;
  /** With the program's name first. */
  readonly argv: readonly string[];
  /** The exit code as a shell tells it: 128 and the signal's number for a death by signal, 127 where it can't be run. */
  readonly onExit: (code: number, failure: string | null) => void;
}

/** Starts a program without looking along PATH. `onExit` comes once. */
export function runForeground({ file, argv, onExit }: ForegroundOptions): void {
  const [argv0 = file, ...args] = argv;
  const child = spawn(file, args, { argv0, stdio: "inherit" });
  let told = false;
  const tell = (code: number, failure: string | null): void => {
    if (told) return;
    told = true;
    onExit(code, failure);
  };
  child.once("error", (error) => tell(127, error.message));
  child.once("exit", (code, signal) => {
    tell(signal === null ? (code ?? 0) : 128 + constants.signals[signal], null);
  });
}
