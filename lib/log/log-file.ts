/** One log on disk, or on whatever else its path stands for: a regular file rotates, everything else only flows. */
import { descriptorBehind } from "../sys/descriptor-path.ts";
import { errorCode } from "../sys/error-code.ts";
import { factsOfOpen, factsOfPath, isOpen } from "../sys/file-facts.ts";
import { removeFile } from "../sys/files.ts";
import { closeFile } from "../sys/log-files.ts";
import type { OutputSource } from "../sys/reader.ts";
import { openLogAt } from "./auto-log.ts";
import { RotatingFile } from "./rotating-file.ts";
import { StreamTarget } from "./stream-target.ts";

/** `ok`; `missing`: there was no file; else the system's code (`EACCES`) and nothing was done. */
export type ClearOutcome = "ok" | "missing" | (string & {});

export interface LogFileOptions {
  readonly path: string;
  /** Bytes; 0: never rotated. */
  readonly maxbytes: number;
  readonly backups: number;
  /** One sentence about trouble with the file, or its end, fit for the activity log. Must not write to this log. */
  readonly onTrouble: (text: string) => void;
}

/** Nothing here but `openLogFile` ever throws: what cannot be written is dropped, counted and reported. */
export interface LogFile {
  readonly path: string;
  /** True where the log has a size and a beginning: it can be read, rotated and cleared. */
  readonly regular: boolean;
  /** True where so many bytes more bring about no rotation, as far as we know. */
  fits(bytes: number): boolean;
  /** Bytes are not kept beyond the call. How many were taken: fewer than given where some are lost. */
  write(bytes: Uint8Array): number;
  /**
   * Where what is written here comes from, told once, at the beginning: a file may have it written by the reader itself, if it
   * comes here `whole` and goes nowhere else; a pipe that is full holds it up.
   */
  readFrom(reader: OutputSource, whole: boolean): void;
  /** Closes the file and opens its path again (another program has moved it away). */
  reopen(): void;
  /** Removes the file and begins a new one; a device, pipe or terminal is left alone. */
  clear(): ClearOutcome;
  close(): void;
}

/** Opens for appending. Throws the system's error, with `code`, where that fails. */
export function openLogFile(options: LogFileOptions): LogFile {
  const { path } = options;
  const behind = descriptorBehind(path);
  // A file that a descriptor of ours stands for may be shared with others (`supervisord -n >file`): its position is shared
  // through the descriptor only, and writing to it never blocks.
  if (behind !== null && behind >= 0 && isOpen(behind) && factsOfOpen(behind).regular) {
    return new StreamTarget(options, behind, false);
  }
  let fd: number;
  try {
    fd = openLogAt(path, false);
  } catch (error) {
    // A socket, or a pipe of another user's, cannot be opened through its path: the descriptor itself serves.
    if (behind === null || behind < 0 || !isOpen(behind)) throw error;
    return new StreamTarget(options, behind, false);
  }
  try {
    if (factsOfOpen(fd).regular && behind === null) return new RotatingFile(options, fd);
    return new StreamTarget(options, fd, true);
  } catch (error) {
    closeFile(fd);
    throw error;
  }
}

/**
 * Clears the log of a process that is not running, so that nobody holds it open: the file is replaced by an empty one. What
 * is no regular file is left alone.
 */
export function clearLogPath(path: string): ClearOutcome {
  const facts = factsOfPath(path);
  if (facts === null) return "missing";
  if (!facts.regular || descriptorBehind(path) !== null) return "ok";
  try {
    removeFile(path);
    closeFile(openLogAt(path, false));
    return "ok";
  } catch (error) {
    return errorCode(error);
  }
}
