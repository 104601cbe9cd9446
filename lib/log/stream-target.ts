/**
 * A log that is no regular file: `/dev/stdout`, a FIFO, a terminal, a socket. It is never rotated, emptied or removed, and
 * it never blocks the daemon (supervisor.md section 10, 8; the original answers ESPIPE, unlinks the device, and waits). What
 * its reader does not take at once waits in a queue. When that is full, the program is held up, as it would be by the pipe
 * itself; but where the reader takes nothing for seconds, or nobody can be held up, what comes is dropped and counted.
 */

import { monotonic } from "../sys/clock.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { errorCode } from "../sys/error-code.ts";
import { closeFile, openLog } from "../sys/log-files.ts";
import type { OutputSource } from "../sys/reader.ts";
import { whenWritable } from "../sys/when-writable.ts";
import { writeAll } from "../sys/write-all.ts";
import { Lingering } from "./lingering.ts";
import type { ClearOutcome, LogFile, LogFileOptions } from "./log-file.ts";
import { LossAccount } from "./loss.ts";

/** So much waits before its program is held up. */
const QUEUE_BYTES = 1 << 20;
/** What a program leaves behind at its end waits, too; but a reader that is slow for ever must not cost ever more. */
const MOST_BYTES = 8 * QUEUE_BYTES;
/** A reader that takes nothing for so long is not slow but stuck. */
const STUCK_MS = 5000;

/** Closed ones that still have something to write. */
const lingering = new Lingering<StreamTarget>();

/** Resolves when nothing waits for its reader any more, at the latest when all of them are stuck: before the daemon leaves. */
export const streamsSettled = (): Promise<void> => lingering.settled();

export class StreamTarget implements LogFile {
  readonly path: string;
  readonly regular = false;
  readonly #loss: LossAccount;
  readonly #owned: boolean;
  #fd: number;
  #queue: Buffer[] = [];
  #queued = 0;
  #forget: (() => void) | null = null;
  #source: OutputSource | null = null;
  #held = false;
  #stuck = false;
  #patience: Deadline | null = null;
  #closed = false;

  readonly #stuckMs: number;

  /** `owned`: the descriptor is ours to close and to open again. `stuckMs`: see {@link STUCK_MS}. */
  constructor(
    options: Pick<LogFileOptions, "path" | "onTrouble">,
    fd: number,
    owned: boolean,
    stuckMs = STUCK_MS,
  ) {
    this.#stuckMs = stuckMs;
    this.path = options.path;
    this.#loss = new LossAccount(`log '${options.path}'`, options.onTrouble);
    this.#fd = fd;
    this.#owned = owned;
    // What the program's last life left behind comes first.
    for (const before of lingering.at(this.path)) this.#keep(before.#handOver());
  }

  /** Bytes that wait for the reader. */
  get queued(): number {
    return this.#queued;
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const written = this.#queued > 0 ? 0 : this.#send(bytes);
    if (written < 0) return 0;
    return written === bytes.length || this.#enqueue(bytes.subarray(written)) ? bytes.length : written;
  }

  readFrom(reader: OutputSource): void {
    this.#source = reader;
    this.#holdIfFull();
  }

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

  /** What waits is still written, as long as somebody reads. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source = null;
    this.#flush();
    if (this.#queued === 0 || this.#stuck) this.#end();
    else {
      lingering.add(this.path, this);
      this.#beginPatience();
    }
  }

  /** How many bytes were taken, or -1 where the target is broken and the bytes are lost. */
  #send(bytes: Uint8Array): number {
    const { written, error } = writeAll(this.#fd, bytes);
    if (written > 0) this.#stuck = false;
    if (error === "EAGAIN") return written;
    if (error !== null) {
      this.#loss.failed(error, bytes.length - written, monotonic());
      return -1;
    }
    if (this.#loss.failing) this.#loss.wrote(monotonic());
    return written;
  }

  #enqueue(bytes: Uint8Array): boolean {
    const most = this.#source === null || this.#stuck ? QUEUE_BYTES : MOST_BYTES;
    if (this.#queued + bytes.length > most) {
      this.#loss.failed("its reader is too slow", bytes.length, monotonic());
      return false;
    }
    this.#keep(Buffer.from(bytes));
    this.#holdIfFull();
    return true;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (this.#forget === null) this.#await();
  }

  #holdIfFull(): void {
    if (this.#source === null || this.#held || this.#stuck || this.#queued < QUEUE_BYTES) return;
    this.#held = true;
    this.#source.pause();
    this.#beginPatience();
  }

  #release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#source?.resume();
  }

  /** Begins anew with everything that the reader takes. */
  #beginPatience(): void {
    this.#patience?.cancel();
    this.#patience = schedule(this.#stuckMs, () => {
      this.#patience = null;
      this.#stuck = true;
      this.#release();
      if (this.#closed) this.#end();
    });
  }

  #await(): void {
    this.#forget?.();
    this.#forget = whenWritable(this.#fd, () => {
      this.#forget = null;
      const before = this.#queued;
      this.#flush();
      if (this.#queued > 0) this.#await();
      if (this.#queued < before && this.#patience !== null) this.#beginPatience();
      if (this.#queued < QUEUE_BYTES / 2) this.#release();
      if (!this.#held && !this.#closed) this.#endPatience();
      if (this.#closed && this.#queued === 0) this.#end();
    });
  }

  #endPatience(): void {
    this.#patience?.cancel();
    this.#patience = null;
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

  /** Nothing more is to be done here: gives what waits to another target of the same path. */
  #handOver(): Buffer {
    const rest = Buffer.concat(this.#queue);
    this.#queue = [];
    this.#queued = 0;
    this.#end();
    return rest;
  }

  #end(): void {
    this.#endPatience();
    this.#forget?.();
    this.#forget = null;
    if (this.#queued > 0) this.#loss.failed("its reader is too slow", this.#queued, monotonic());
    this.#queue = [];
    this.#queued = 0;
    if (this.#owned) this.#closeFd();
    this.#loss.settle();
    lingering.delete(this.path, this);
  }

  #closeFd(): void {
    try {
      closeFile(this.#fd);
    } catch {
      // Closed all the same.
    }
  }
}
