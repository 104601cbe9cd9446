/**
 * A log that is no regular file: `/dev/stdout`, a FIFO, a terminal, a socket. It is never rotated, emptied or removed, and
 * it never blocks the daemon: what its reader does not take at once waits in a bounded queue, and what the queue cannot
 * hold is dropped and counted (supervisor.md section 10, 8; the original answers ESPIPE and unlinks the device).
 */

import { monotonic } from "../sys/clock.ts";
import { writeAll } from "../sys/files.ts";
import { closeFile, errorCode, openLog, whenWritable } from "../sys/log-files.ts";
import type { ClearOutcome, LogFile, LogFileOptions } from "./log-file.ts";
import { LossAccount } from "./loss.ts";

const QUEUE_BYTES = 1 << 20;

export class StreamTarget implements LogFile {
  readonly path: string;
  readonly regular = false;
  readonly #loss: LossAccount;
  readonly #owned: boolean;
  #fd: number;
  #queue: Buffer[] = [];
  #queued = 0;
  #forget: (() => void) | null = null;
  #closed = false;

  /** `owned`: the descriptor is ours to close and to open again. */
  constructor(options: Pick<LogFileOptions, "path" | "onTrouble">, fd: number, owned: boolean) {
    this.path = options.path;
    this.#loss = new LossAccount(`log '${options.path}'`, options.onTrouble);
    this.#fd = fd;
    this.#owned = owned;
  }

  /** Bytes that wait for the reader. */
  get queued(): number {
    return this.#queued;
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const written = this.#queued > 0 ? 0 : this.#send(bytes);
    if (written < 0) return 0;
    return written === bytes.length || this.#enqueue(bytes, written) ? bytes.length : written;
  }

  /** A full pipe has to be waited for here. */
  readFrom(): void {}

  reopen(): void {
    if (!this.#owned || this.#closed) return;
    let fd: number;
    try {
      fd = openLog(this.path, false);
    } catch (error) {
      this.#loss.failed(errorCode(error), 0, monotonic());
      return;
    }
    this.#closeFd();
    this.#fd = fd;
    if (this.#forget !== null) this.#await();
  }

  clear(): ClearOutcome {
    return "ok";
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#forget?.();
    if (this.#queued > 0) this.#loss.failed("its reader is too slow", this.#queued, monotonic());
    this.#queue = [];
    this.#queued = 0;
    if (this.#owned) this.#closeFd();
    this.#loss.settle();
  }

  /** How many bytes were taken, or -1 where the target is broken and the bytes are lost. */
  #send(bytes: Uint8Array): number {
    const { written, error } = writeAll(this.#fd, bytes);
    if (error === "EAGAIN") return written;
    if (error !== null) {
      this.#loss.failed(error, bytes.length - written, monotonic());
      return -1;
    }
    if (this.#loss.failing) this.#loss.wrote(monotonic());
    return written;
  }

  #enqueue(bytes: Uint8Array, from: number): boolean {
    const length = bytes.length - from;
    if (this.#queued + length > QUEUE_BYTES) {
      this.#loss.failed("its reader is too slow", length, monotonic());
      return false;
    }
    this.#queue.push(Buffer.from(bytes.subarray(from)));
    this.#queued += length;
    if (this.#forget === null) this.#await();
    return true;
  }

  #await(): void {
    this.#forget?.();
    this.#forget = whenWritable(this.#fd, () => {
      this.#forget = null;
      this.#flush();
      if (this.#queued > 0) this.#await();
    });
  }

  #flush(): void {
    if (this.#queued === 0) return;
    const all = this.#queue.length === 1 ? this.#queue[0] : Buffer.concat(this.#queue);
    const written = all === undefined ? 0 : this.#send(all);
    this.#queue = [];
    this.#queued = 0;
    if (all === undefined || written < 0 || written === all.length) return;
    this.#queue = [all.subarray(written)];
    this.#queued = all.length - written;
  }

  #closeFd(): void {
    try {
      closeFile(this.#fd);
    } catch {
      // Closed all the same.
    }
  }
}
