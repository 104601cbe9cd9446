/** Reading pipes as their writers write: one shared buffer, no copies, nothing waits. */
import { addon } from "./addon.ts";
import { errnoName } from "./errno.ts";
import { closeFd } from "./pipes.ts";
import { type Watch, watchDescriptor } from "./watch.ts";

/** What whoever takes a reader's output may ask of it. */
export interface OutputSource {
  /** Nothing comes until `resume`: the pipe fills, and its writer waits. `drain` still reads. */
  pause(): void;
  resume(): void;
  /**
   * What is read from now on is appended to an open file instead of coming to `onData`: up to `room` bytes, as long as the file
   * has a name (looked at once in a second or two) and takes all. The first piece that does not fit comes to `onData`, or of one
   * that was written in part the rest, and everything after it, until this is asked again.
   */
  sink(fd: number, room: number): void;
  /** Everything comes to `onData` again. To be called before the file is closed. */
  unsink(): void;
}

export interface Reader extends OutputSource {
  /** Stops and closes the descriptor. No callback comes afterwards. May be called again. */
  close(): void;
  /**
   * Reads what is there now, up to `maxBytes`, calling back before it returns. For a writer that is dead while others may
   * still hold its pipe.
   */
  drain(maxBytes: number): void;
}

/** As much at once as the original reads. */
const DRAIN_CHUNK = 128 * 1024;

/** True while some `onData` looks at the shared buffer: a drain inside it needs a buffer of its own. */
let bufferInUse = false;

/**
 * Reads a pipe, socket or terminal to its end and closes it: the reader owns the descriptor from now on (also when this
 * throws SysError). `onData` gets a piece of a shared buffer, valid during the call only. `onEnd` comes once, with null at
 * the end or an errno's name. Both may close this or other readers, and drain them.
 */
export const watchReadable = (
  fd: number,
  onData: (chunk: Uint8Array) => void,
  onEnd: (error: string | null) => void,
): Reader => new SharedReader(fd, onData, onEnd);

class SharedReader implements Reader {
  readonly #fd: number;
  readonly #onData: (chunk: Uint8Array) => void;
  readonly #onEnd: (error: string | null) => void;
  #watch: Watch | null = null;
  #open = true;

  constructor(fd: number, onData: (chunk: Uint8Array) => void, onEnd: (error: string | null) => void) {
    this.#fd = fd;
    this.#onData = onData;
    this.#onEnd = onEnd;
    try {
      this.#watch = watchDescriptor(fd, "read", (count) => this.#takeShared(count));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  pause(): void {
    this.#watch?.interest(false);
  }

  resume(): void {
    this.#watch?.interest(true);
  }

  sink(fd: number, room: number): void {
    if (this.#open) this.#watch?.sink(fd, room);
  }

  unsink(): void {
    this.sink(-1, 0);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch?.stop();
    closeFd(this.#fd);
  }

  drain(maxBytes: number): void {
    const own = bufferInUse ? Buffer.allocUnsafeSlow(DRAIN_CHUNK) : null;
    const buffer = own ?? addon.buffer;
    for (let left = maxBytes; this.#open && left > 0; ) {
      const count = addon.read(this.#fd, buffer, 0, Math.min(left, DRAIN_CHUNK));
      if (count < 0 && errnoName(count) === "EAGAIN") return;
      if (own === null) this.#takeShared(count);
      else this.#take(own, count);
      left -= count;
    }
  }

  #takeShared(count: number): void {
    bufferInUse = true;
    try {
      this.#take(addon.buffer, count);
    } finally {
      bufferInUse = false;
    }
  }

  /** The result of a read into `buffer`: data, the end, or an error. */
  #take(buffer: Buffer, count: number): void {
    if (count > 0) {
      this.#onData(buffer.subarray(0, count));
      return;
    }
    this.close();
    this.#onEnd(count === 0 ? null : errnoName(count));
  }
}
