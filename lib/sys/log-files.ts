/** Opening, reading and closing logs: synchronous, never waiting for a reader or a terminal. */
import { close, closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, statSync } from "node:fs";
import { pathOf } from "./bytes.ts";
import { descriptorBehind } from "./descriptor-path.ts";
import { codeOf } from "./error-code.ts";
import { factsOfPath, isPlainFile } from "./file-facts.ts";
import { removeFile, renameFile } from "./files.ts";
import { asSysError, failureOf } from "./sys-error.ts";
import { currentUid } from "./users.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } =
  constants;

/**
 * Opens a log for appending and creates it (0666 under the umask). A FIFO without a reader is opened for both
 * directions: its pipe then holds what is written until a reader comes (but a pipe that is one of our descriptors and has
 * lost its reader is to stay broken). Throws SysError.
 */
export function openLog(path: string, truncate: boolean): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | (truncate ? O_TRUNC : 0);
  try {
    return open(path, flags);
  } catch (error) {
    if (codeOf(error) !== "ENXIO" || !statSync(pathOf(path)).isFIFO()) throw error;
    if (descriptorBehind(path) !== null) throw error;
    return open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
  }
}

/**
 * As {@link openLog}, for a file that we made ourselves in a folder where others may write: for its owner only (0600), and
 * whatever somebody has put in its place, be it a link, is removed and not written to. Throws SysError.
 */
export function openOwnLog(path: string, truncate: boolean): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
  try {
    const fd = open(path, flags, 0o600);
    const stats = fstatSync(fd);
    if (stats.isFile() && stats.nlink <= 1 && stats.uid === currentUid()) {
      if (truncate) ftruncateSync(fd);
      return fd;
    }
    closeSync(fd);
  } catch (error) {
    if (!["ELOOP", "ENXIO"].includes(codeOf(error))) throw error;
  }
  removeFile(path);
  return open(path, flags | O_EXCL, 0o600);
}

/**
 * Opens a file for reading without waiting for a writer. Throws SysError.
 *
 * @param follow whether the path may be a symbolic link
 */
export const openForReading = (path: string, follow = true): number =>
  open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));

const open = (path: string, flags: number, mode = 0o666): number =>
  asSysError("open", path, () => openSync(pathOf(path), flags, mode));

/** Throws SysError. */
export const closeFile = (fd: number): void => asSysError("close", undefined, () => closeSync(fd));

/** Up to `length` bytes from a position in the file; fewer only at its end. Throws SysError. */
export function readSlice(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const [at, left] = [filled, length - filled];
    const count = asSysError("read", undefined, () => readSync(fd, buffer, at, left, position + at));
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** Node names no such flag; the number is the same on x64 and arm64. */
const O_PATH = 0o10000000;
/** Below this much, giving a file's blocks back takes less than asking another thread to. */
const SLOW_TO_FREE = 1 << 20;

function openAside(path: string): number {
  try {
    return openSync(pathOf(path), O_PATH);
  } catch {
    return -1;
  }
}

/**
 * As {@link renameFile}, for logs: what stands at `to` is removed first, since ext4 takes a rename onto a file as a promise to
 * keep the new one safe, and writes it to the disk there and then. The memory and blocks of a large one are given back by
 * another thread: that takes tens of milliseconds and, while the disk is busy, hundreds. Throws SysError.
 */
export function moveLog(from: string, to: string): void {
  const target = factsOfPath(to);
  // Nothing is removed for a file that is not there.
  if (target === null || !isPlainFile(to) || factsOfPath(from) === null) {
    renameFile(from, to);
    return;
  }
  const removed = target.size < SLOW_TO_FREE ? -1 : openAside(to);
  // Somebody else may have removed it meanwhile: an error of that would be taken for one of `from`.
  failureOf(() => removeFile(to));
  try {
    renameFile(from, to);
  } finally {
    if (removed >= 0) close(removed);
  }
}
