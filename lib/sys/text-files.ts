/** Small files of text, read and written as a whole (a pidfile). Paths and text may hold escaped bytes (bytes.ts). */
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { fromBytes, pathOf, toBytes } from "./bytes.ts";
import { errnoNumber } from "./errno.ts";
import { asSysError, SysError } from "./sys-error.ts";
import { writeAll } from "./write-all.ts";

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;

/** A whole file as text, what is not UTF-8 escaped byte by byte (bytes.ts). Throws SysError. */
export const readTextFile = (path: string): string =>
  asSysError("read", path, () => fromBytes(readFileSync(pathOf(path))));

/** What never waits for a reader: a FIFO without one is ENXIO. */
const ANEW = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOCTTY | O_NONBLOCK;

/** Writes a small file anew (a pidfile), created with `mode` under the umask. Throws SysError. */
export function writeTextFile(path: string, text: string, mode: number): void {
  const fd = asSysError("open", path, () => openSync(pathOf(path), ANEW, mode));
  const { error } = writeAll(fd, toBytes(text));
  closeSync(fd);
  if (error !== null) throw new SysError(errnoNumber(error), "write", path);
}
