/**
 * Writing to standard output and error at once and in order, so that a command may exit the moment it has written, and
 * knowing whether a person is watching.
 */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { systemCode } from "./error-code.ts";

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;

/** isatty(3); false for a descriptor that is closed. */
export const isTerminal = (fd: number): boolean => isatty(fd);

const RETRY_MS = 5;

/** True for the error of writing to a pipe that nobody reads any more. */
export const isBrokenPipe = (error: unknown): boolean => systemCode(error) === "EPIPE";

/**
 * Writes it all before it returns. A descriptor that another program left non-blocking is waited for, a few milliseconds
 * at a time. Throws the system's error otherwise: see {@link isBrokenPipe}.
 */
export function writeOut(fd: number, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (systemCode(error) !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
