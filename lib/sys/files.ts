/** File primitives beyond what the logs have of their own (log-files.ts). Paths may hold escaped bytes (bytes.ts). */
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { addon } from "./addon.ts";
import { fromBytes, pathOf, toBytes } from "./bytes.ts";
import { errnoNumber } from "./errno.ts";
import { asSysError, codeOf, errnoName, failureOf, SysError } from "./sys-error.ts";

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;

export type FileKind = "file" | "directory" | "fifo" | "socket" | "character" | "block" | "other";

export interface FileStat {
  readonly kind: FileKind;
  readonly size: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly dev: number;
  readonly ino: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
}

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isFIFO()) return "fifo";
  if (stats.isSocket()) return "socket";
  if (stats.isCharacterDevice()) return "character";
  return stats.isBlockDevice() ? "block" : "other";
}

function toStat(stats: Stats): FileStat {
  const { size, mode, uid, gid, dev, ino, mtimeMs } = stats;
  return { kind: kindOf(stats), size, mode: mode & 0o7777, uid, gid, dev, ino, mtime: mtimeMs };
}

/** What stands at a path (links followed), or the name of the error. */
export function statPath(path: string): FileStat | string {
  try {
    return toStat(statSync(pathOf(path)));
  } catch (error) {
    return codeOf(error);
  }
}

/** How far a write came. `error` is an errno's name: EAGAIN where the rest would have to wait. */
export interface WriteOutcome {
  readonly written: number;
  readonly error: string | null;
}

/** Descriptors that others share, and that therefore stay blocking: they are asked before each write. */
const SHARED_BELOW = 3;

/** Writes as much as goes without waiting; no exceptions. */
export function writeAll(fd: number, bytes: Uint8Array): WriteOutcome {
  let written = 0;
  while (written < bytes.length) {
    const put =
      fd < SHARED_BELOW
        ? addon.writeReady(fd, bytes, written, bytes.length - written)
        : addon.write(fd, bytes, written, bytes.length - written);
    if (put < 0) return { written, error: errnoName(put) };
    written += put;
  }
  return { written, error: null };
}

/** Null, or the name of the error. Replaces `to`. */
export const renamePath = (from: string, to: string): string | null =>
  failureOf(() => renameSync(pathOf(from), pathOf(to)));

/** Null, or the name of the error. */
export const unlinkPath = (path: string): string | null => failureOf(() => unlinkSync(pathOf(path)));

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
