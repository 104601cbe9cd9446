/** The file operations of the logs: synchronous, never waiting for a reader or a terminal. Errors carry `code` (`ENOSPC`). */

import {
  close,
  closeSync,
  constants,
  type FSWatcher,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  watch,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { addon } from "./addon.ts";
import { fromBytes, pathOf } from "./bytes.ts";
import { schedule } from "./deadline.ts";
import { checked } from "./sys-error.ts";
import { watchDescriptor } from "./watch.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants;

/** What a log needs to know about a file. */
export interface FileFacts {
  readonly regular: boolean;
  readonly size: number;
  readonly dev: number;
  readonly ino: number;
  readonly links: number;
}

const factsOf = (stats: Stats): FileFacts => ({
  regular: stats.isFile(),
  size: stats.size,
  dev: stats.dev,
  ino: stats.ino,
  links: stats.nlink,
});

/** The system's name of an error (`ENOENT`), or its message where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Opens a log for appending and creates it (0666 under the umask). A FIFO without a reader is opened for both
 * directions: its pipe then holds what is written until a reader comes (but a pipe that is one of our descriptors and has
 * lost its reader is to stay broken). Throws the system's error.
 */
export function openLog(path: string, truncate: boolean): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | (truncate ? O_TRUNC : 0);
  try {
    return openSync(pathOf(path), flags, 0o666);
  } catch (error) {
    if (errorCode(error) !== "ENXIO" || !statSync(pathOf(path)).isFIFO()) throw error;
    if (descriptorBehind(path) !== null) throw error;
    return openSync(pathOf(path), O_RDWR | O_NONBLOCK | O_NOCTTY);
  }
}

/** Opens a file for reading without waiting for a writer. Throws the system's error. */
export const openForReading = (path: string): number =>
  openSync(pathOf(path), O_RDONLY | O_NONBLOCK | O_NOCTTY);

export const closeFile = (fd: number): void => closeSync(fd);

const facts = new Float64Array(5);

/** Throws SysError. Asked for every log once a second: Node's own way costs as much as taking a line. */
export function factsOfOpen(fd: number): FileFacts {
  checked(addon.facts(fd, facts), "fstat");
  const [mode = 0, size = 0, dev = 0, ino = 0, links = 0] = facts;
  return { regular: (mode & constants.S_IFMT) === constants.S_IFREG, size, dev, ino, links };
}

/** True for a descriptor that is open. */
export function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

/** Null where nothing can be found at the path, for whatever reason. */
export function factsOfPath(path: string): FileFacts | null {
  try {
    return factsOf(statSync(pathOf(path)));
  } catch {
    return null;
  }
}

/** True for a regular file that is no symbolic link. */
export function isPlainFile(path: string): boolean {
  try {
    return lstatSync(pathOf(path)).isFile();
  } catch {
    return false;
  }
}

/** Up to `length` bytes from a position in the file; fewer only at its end. Throws the system's error. */
export function readSlice(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** Throws the system's error. */
export const removeFile = (path: string): void => unlinkSync(pathOf(path));

/** Replaces `to`. Throws the system's error. */
export const renameFile = (from: string, to: string): void => renameSync(pathOf(from), pathOf(to));

/** Node names no such flag; the number is the same on x64 and arm64. */
const O_PATH = 0o10000000;
/** Below this much, giving a file's blocks back takes less than asking another thread to. */
const SLOW_TO_FREE = 1 << 20;

/**
 * As {@link renameFile}, for logs: what stands at `to` is removed first, since ext4 takes a rename onto a file as a promise to
 * keep the new one safe, and writes it to the disk there and then. The memory and blocks of a large one are given back by
 * another thread: that takes tens of milliseconds and, while the disk is busy, hundreds.
 */
export function moveLog(from: string, to: string): void {
  const target = factsOfPath(to);
  if (target === null || !isPlainFile(to)) {
    renameFile(from, to);
    return;
  }
  const removed = target.size < SLOW_TO_FREE ? -1 : openSync(pathOf(to), O_PATH);
  try {
    removeFile(to);
    renameFile(from, to);
  } finally {
    if (removed >= 0) close(removed);
  }
}

/** The names in a directory. Throws the system's error. */
export const namesIn = (directory: string): readonly string[] =>
  readdirSync(pathOf(directory), { encoding: "buffer" }).map(fromBytes);

const LINK_HOPS = 40;

/** The descriptor that a path like `/dev/stdout`, `/proc/self/fd/1` or a link to one stands for, else null. */
export function descriptorBehind(path: string): number | null {
  let at = path;
  for (let hop = 0; hop < LINK_HOPS; hop++) {
    const found = /^\/(?:dev|proc\/(?:self|(?<pid>\d+)))\/fd\/(?<fd>\d+)$/.exec(at)?.groups;
    if (found?.["fd"] !== undefined) {
      const own = found["pid"] === undefined || Number(found["pid"]) === process.pid;
      return own ? Number(found["fd"]) : FOREIGN_DESCRIPTOR;
    }
    try {
      at = resolve(dirname(at), fromBytes(readlinkSync(pathOf(at), "buffer")));
    } catch {
      return null;
    }
  }
  return null;
}

/** What {@link descriptorBehind} says of another process's descriptor (`/proc/1/fd/1`). */
export const FOREIGN_DESCRIPTOR = -1;

const TEMP_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_";
const tempChar = () => TEMP_CHARS[Math.floor(Math.random() * TEMP_CHARS.length)];
const TEMP_TRIES = 1000;

/** Creates an empty file `prefixXXXXXXXXsuffix` for its owner only and gives its path. Throws the system's error. */
export function makeTempFile(directory: string, prefix: string, suffix: string): string {
  for (let tries = 0; ; tries++) {
    // Guessing the name gains nobody anything: what is there already is never opened.
    const random = Array.from({ length: 8 }, tempChar).join("");
    const path = `${directory}/${prefix}${random}${suffix}`;
    try {
      closeSync(openSync(pathOf(path), O_RDWR | O_CREAT | O_EXCL, 0o600));
      return path;
    } catch (error) {
      if (errorCode(error) !== "EEXIST" || tries >= TEMP_TRIES) throw error;
    }
  }
}

/** Calls `onChange` whenever a file or the names in a directory change. Null where the system has no watch to give. */
export function watchPath(path: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher: FSWatcher = watch(pathOf(path), { persistent: false }, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** How long to wait before the next try where readiness cannot be waited for. */
const RETRY_MS = 50;

/** Calls `ready` once, when a full pipe, socket or terminal may take bytes again; the returned function forgets it. */
export function whenWritable(fd: number, ready: () => void): () => void {
  try {
    const descriptor = watchDescriptor(fd, "write", () => {
      descriptor.stop();
      ready();
    });
    descriptor.interest(true);
    return () => descriptor.stop();
  } catch {
    // Somebody else in this process watches the very same descriptor.
    const timer = schedule(RETRY_MS, ready);
    return () => timer.cancel();
  }
}
