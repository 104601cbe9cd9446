/**
 * A regular log file with the original's rotation (supervisor.md section 5): after a write that ends at or beyond `maxbytes`
 * the backups shift and the file is opened empty. Unlike the original's it is always in append mode, it notices that the file
 * has been removed, and trouble with the disk never ends the reading of a child's output.
 */
import { rotationDue, rotationSteps } from "../core/rotation.ts";
import { monotonic } from "../sys/clock.ts";
import { errorCode } from "../sys/error-code.ts";
import { type FileFacts, factsOfOpen, factsOfPath } from "../sys/file-facts.ts";
import { removeFile } from "../sys/files.ts";
import { closeFile, moveLog } from "../sys/log-files.ts";
import type { OutputSource } from "../sys/reader.ts";
import { writeAll } from "../sys/write-all.ts";
import { openLogAt } from "./auto-log.ts";
import type { ClearOutcome, LogFile, LogFileOptions } from "./log-file.ts";
import { LossAccount } from "./loss.ts";
import { beginQuiet, endQuiet, isFollowed, notifyEmptied, notifyWritten, type QuietWriter } from "./nudge.ts";

/** How often a written file is looked at, and how long a failed step waits for its next try. */
const CHECK_MS = 1000;
/** A shared file is measured after this share of `maxbytes` of our own writes. */
const SHARE = 8;

/**
 * Has no timer: that the file is gone is seen at a write, and a rotation or an opening that failed is tried again at
 * the first write a second later.
 */
export class RotatingFile implements LogFile, QuietWriter {
  readonly path: string;
  readonly regular = true;
  readonly #maxbytes: number;
  readonly #backups: number;
  readonly #loss: LossAccount;
  readonly #onTrouble: (text: string) => void;
  /** -1: there is no file, and what comes is dropped. */
  #fd: number;
  /** Where the next byte goes, as far as we know: others may truncate the file or append to it. */
  #position = 0;
  #unmeasured = 0;
  #nextCheck = 0;
  #nextRotation = 0;
  /** The path could not be opened: `#fd` is what it was before, or nothing. */
  #astray = false;
  #rotationFails = false;
  #closed = false;
  #reader: OutputSource | null = null;
  /** The reader writes into `#fd` by itself, and `#position` is what it was before. */
  #direct = false;

  /** Takes over `fd`. Throws the system's error. */
  constructor(options: LogFileOptions, fd: number) {
    this.path = options.path;
    this.#maxbytes = options.maxbytes;
    this.#backups = options.backups;
    this.#onTrouble = options.onTrouble;
    this.#loss = new LossAccount(`log '${options.path}'`, options.onTrouble);
    this.#position = factsOfOpen(fd).size;
    this.#fd = fd;
    this.#nextCheck = monotonic() + CHECK_MS;
  }

  fits(bytes: number): boolean {
    return !rotationDue(this.#position + bytes, this.#maxbytes);
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const now = monotonic();
    this.#endDirect();
    const written = this.#write(bytes, now);
    this.#beginDirect();
    return written;
  }

  readFrom(reader: OutputSource, whole: boolean): void {
    if (!whole) return;
    this.#reader = reader;
    this.#beginDirect();
  }

  disturb(): void {
    this.#endDirect();
  }

  #write(bytes: Uint8Array, now: number): number {
    if (now >= this.#nextCheck) this.#check(now);
    if (this.#fd < 0) {
      this.#loss.failed("there is no file", bytes.length, now);
      return 0;
    }
    const written = this.#append(bytes, now);
    if (written > 0) {
      notifyWritten(this.path);
      if (this.#maxbytes > 0) this.#rotateIfDue(now);
    }
    return written;
  }

  reopen(): void {
    if (!this.#closed) this.#openPath(false, monotonic());
  }

  clear(): ClearOutcome {
    if (this.#closed) return "ok";
    const facts = factsOfPath(this.path);
    if (facts !== null && !facts.regular) return "ok";
    let outcome: ClearOutcome = "ok";
    try {
      removeFile(this.path);
    } catch (error) {
      outcome = errorCode(error);
      if (outcome !== "ENOENT") return outcome;
      outcome = "missing";
    }
    this.#openPath(false, monotonic());
    return outcome;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropFile();
    this.#loss.settle();
  }

  /** Lets the reader write what comes next, where that is all that there is to do with it. */
  #beginDirect(): void {
    if (this.#reader === null || this.#closed || this.#fd < 0) return;
    if (this.#astray || this.#loss.failing || isFollowed(this.path)) return;
    const room = this.#room();
    if (room <= 0) return;
    this.#direct = true;
    beginQuiet(this);
    this.#reader.sink(this.#fd, room);
  }

  #endDirect(): void {
    if (!this.#direct) return;
    this.#direct = false;
    endQuiet(this);
    this.#reader?.unsink();
    if (this.#measure() === 0) this.#nextCheck = 0;
  }

  /** How much fits before the file has to be measured, or rotated. */
  #room(): number {
    if (this.#maxbytes === 0) return Number.MAX_SAFE_INTEGER;
    const share = Math.floor(this.#maxbytes / SHARE) - this.#unmeasured;
    return Math.min(this.#maxbytes - 1 - this.#position, share);
  }

  #append(bytes: Uint8Array, now: number): number {
    const { written, error } = writeAll(this.#fd, bytes);
    if (error !== null) this.#loss.failed(error, bytes.length - written, now);
    else if (this.#loss.failing && !this.#astray) this.#loss.wrote(now);
    this.#position += written;
    this.#unmeasured += written;
    return written;
  }

  /** Looks whether the file is still there; a second try at whatever failed. */
  #check(now: number): void {
    this.#nextCheck = now + CHECK_MS;
    if (this.#astray || this.#measure() === 0) this.#openPath(false, now);
  }

  /** Brings the position up to date and gives the number of the file's names: 0 when it has been removed. */
  #measure(): number {
    const facts = this.#facts();
    if (facts === null) return 0;
    this.#position = facts.size;
    this.#unmeasured = 0;
    return facts.links;
  }

  #facts(): FileFacts | null {
    try {
      return this.#fd < 0 ? null : factsOfOpen(this.#fd);
    } catch {
      return null;
    }
  }

  #rotateIfDue(now: number): void {
    if (this.#unmeasured * SHARE > this.#maxbytes) this.#measure();
    if (rotationDue(this.#position, this.#maxbytes)) this.#rotate(now);
  }

  #rotate(now: number): void {
    if (this.#astray || now < this.#nextRotation) return;
    this.#measure();
    if (!rotationDue(this.#position, this.#maxbytes)) return;
    for (const { from, to } of rotationSteps(this.path, this.#backups)) {
      try {
        moveLog(from, to);
      } catch (error) {
        const code = errorCode(error);
        if (code === "ENOENT") continue;
        this.#nextRotation = now + CHECK_MS;
        if (!this.#rotationFails) this.#onTrouble(`cannot rotate log '${from}' to '${to}': ${code}`);
        this.#rotationFails = true;
        return;
      }
    }
    this.#rotationFails = false;
    if (this.#backups === 0) notifyEmptied(this.path);
    this.#openPath(true, now);
  }

  /** Opens the path in place of what is open. Where that fails, what is open stays, unless it has no name any more. */
  #openPath(truncate: boolean, now: number): void {
    // Where it fails, the next try is ours to make, and not until the reader asks.
    this.#endDirect();
    let fd = -1;
    try {
      fd = openLogAt(this.path, truncate);
      const facts = factsOfOpen(fd);
      if (!facts.regular) throw new Error("it is not a regular file any more");
      this.#dropFile();
      this.#fd = fd;
      this.#position = facts.size;
      this.#unmeasured = 0;
      this.#astray = false;
      this.#loss.settle();
    } catch (error) {
      if (fd >= 0) closeFile(fd);
      this.#goAstray(errorCode(error), now);
    }
  }

  #goAstray(reason: string, now: number): void {
    if ((this.#facts()?.links ?? 0) === 0) this.#dropFile();
    if (this.#fd < 0) {
      this.#loss.failed(reason, 0, now);
    } else if (!this.#astray) {
      this.#onTrouble(`cannot open log '${this.path}': ${reason}; its output still goes to the file it was`);
    }
    this.#astray = true;
    this.#nextCheck = now + CHECK_MS;
  }

  #dropFile(): void {
    this.#endDirect();
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    try {
      closeFile(fd);
    } catch {
      // Closed all the same; a late write error of a network file system has nobody left to hear it.
    }
  }
}
