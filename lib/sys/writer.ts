/** Feeding a pipe whose reader may be slow, or gone: a bounded queue, and nothing waits. */
import { addon } from "./addon.ts";
import { errnoName } from "./errno.ts";
import { closeFd } from "./pipes.ts";
import { type Watch, watchDescriptor } from "./watch.ts";

export interface PipeWriter {
  /**
   * `ok`: written or queued whole. `full`: refused whole, because the queue would pass its limit. `closed`: nobody reads any
   * more, or `close` was called.
   */
  write(bytes: Uint8Array): "ok" | "closed" | "full";
  /** Bytes that wait. */
  readonly queued: number;
  /** Closes the descriptor at once; what is queued is lost. May be called again. */
  close(): void;
}

export interface WriterOptions {
  /** The most bytes that may wait. */
  readonly maxQueue: number;
  /** The reader has closed its end, or writing failed. Comes at most once, and not after `close`. */
  readonly onClosed?: () => void;
}

const PIECE = 64 * 1024;

class QueuedWriter implements PipeWriter {
  readonly #fd: number;
  readonly #options: WriterOptions;
  readonly #watch: Watch;
  /** Full pieces but for the last, which still has `#room` bytes free at its end: a queue of many small writes stays small. */
  readonly #queue: Buffer[] = [];
  #room = 0;
  /** How much of the first piece is written. */
  #offset = 0;
  #queued = 0;
  #open = true;

  constructor(fd: number, options: WriterOptions) {
    this.#fd = fd;
    this.#options = options;
    this.#watch = watchDescriptor(fd, "write", (value) => (value < 0 ? this.#lost() : this.#flush()));
  }

  get queued(): number {
    return this.#queued;
  }

  write(bytes: Uint8Array): "ok" | "closed" | "full" {
    if (!this.#open) return "closed";
    if (bytes.length === 0) return "ok";
    if (this.#queued > 0) return this.#enqueue(bytes, 0);
    const put = addon.write(this.#fd, bytes, 0, bytes.length);
    if (put === bytes.length) return "ok";
    if (put < 0 && errnoName(put) !== "EAGAIN") {
      this.#lost();
      return "closed";
    }
    return this.#enqueue(bytes, Math.max(put, 0));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch.stop();
    this.#queue.length = 0;
    this.#queued = 0;
    closeFd(this.#fd);
  }

  /** What is partly written is taken whatever its size: its beginning cannot be taken back. */
  #enqueue(bytes: Uint8Array, written: number): "ok" | "full" {
    const waiting = bytes.subarray(written);
    if (written === 0 && this.#queued + waiting.length > this.#options.maxQueue) return "full";
    if (this.#queued === 0) this.#watch.interest(true);
    this.#queued += waiting.length;
    const fits = Math.min(this.#room, waiting.length);
    const last = this.#queue.at(-1);
    if (last !== undefined) last.set(waiting.subarray(0, fits), last.length - this.#room);
    this.#room -= fits;
    if (fits < waiting.length) {
      const rest = waiting.subarray(fits);
      const piece = Buffer.allocUnsafeSlow(Math.max(PIECE, rest.length));
      piece.set(rest);
      this.#queue.push(piece);
      this.#room = piece.length - rest.length;
    }
    return "ok";
  }

  #flush(): void {
    for (let piece = this.#queue[0]; piece !== undefined; piece = this.#queue[0]) {
      const end = this.#queue.length === 1 ? piece.length - this.#room : piece.length;
      const put = addon.write(this.#fd, piece, this.#offset, end - this.#offset);
      if (put < 0) {
        if (errnoName(put) !== "EAGAIN") this.#lost();
        return;
      }
      this.#queued -= put;
      this.#offset += put;
      if (this.#offset < end) return;
      this.#queue.shift();
      this.#offset = 0;
    }
    this.#room = 0;
    this.#watch.interest(false);
  }

  #lost(): void {
    this.close();
    this.#options.onClosed?.();
  }
}

/**
 * Takes over a pipe's, socket's or terminal's descriptor (nonblocking from now on; it is closed also when this throws
 * SysError). An idle writer does not keep the event loop alive.
 */
export function openWriter(fd: number, options: WriterOptions): PipeWriter {
  try {
    return new QueuedWriter(fd, options);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}
