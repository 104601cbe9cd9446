/**
 * Capture mode (supervisor.md section 5): output between `<!--XSUPERVISOR:BEGIN-->` and `<!--XSUPERVISOR:END-->` is a
 * message for event listeners. The tags belong to the byte stream: how it was cut into chunks changes nothing.
 */

const BEGIN = Buffer.from("<!--XSUPERVISOR:BEGIN-->");
const END = Buffer.from("<!--XSUPERVISOR:END-->");

export { BEGIN as BEGIN_TAG, END as END_TAG };

const NOTHING: Buffer = Buffer.alloc(0);

/** Receives the pieces of a stream in order. Bytes are views, valid during the call only, and never empty. */
export interface CaptureSink {
  /** Output outside the tags. */
  text(bytes: Uint8Array): void;
  /** Output between the tags. */
  captured(bytes: Uint8Array): void;
  /** The END tag: what was captured since BEGIN is complete. */
  complete(): void;
}

/**
 * Splits a stream at the tags and takes them out. At most a tag less one byte is held back, and only while it may
 * become a tag (the original also holds every short line back, and loses what it holds when the program exits).
 */
export class CaptureSplitter {
  readonly #sink: CaptureSink;
  #held: Buffer = NOTHING;
  #capturing = false;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes; they are not kept beyond the call. */
  push(chunk: Uint8Array): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#held.length > 0) {
      rest = Buffer.concat([this.#held, rest]);
      this.#held = NOTHING;
    }
    for (;;) {
      const token = this.#capturing ? END : BEGIN;
      const at = rest.indexOf(token);
      if (at === -1) {
        const kept = prefixAtEnd(rest, token);
        this.#emit(rest.subarray(0, rest.length - kept));
        if (kept > 0) this.#held = Buffer.from(rest.subarray(rest.length - kept));
        return;
      }
      this.#emit(rest.subarray(0, at));
      rest = rest.subarray(at + token.length);
      this.#capturing = !this.#capturing;
      if (!this.#capturing) this.#sink.complete();
    }
  }

  /** The stream is over: what was held back is no tag. A message without its END is never complete. */
  flush(): void {
    const held = this.#held;
    this.#held = NOTHING;
    this.#emit(held);
  }

  #emit(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#capturing) this.#sink.captured(bytes);
    else this.#sink.text(bytes);
  }
}

/** How many bytes at the end of `bytes` are the beginning of `token`: the most, never the whole token. */
function prefixAtEnd(bytes: Buffer, token: Buffer): number {
  for (let length = Math.min(token.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(token.subarray(0, length))) return length;
  }
  return 0;
}

/**
 * What was captured since BEGIN. The bound is the original's: a piece that does not fit pushes as many bytes as it
 * brings out at the front, so one piece larger than `maxbytes` (at most one read) is kept whole.
 */
export class CaptureBuffer {
  readonly #maxbytes: number;
  #store: Buffer = NOTHING;
  #start = 0;
  #end = 0;

  constructor(maxbytes: number) {
    this.#maxbytes = maxbytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#end - this.#start + bytes.length > this.#maxbytes) {
      this.#start = Math.min(this.#start + bytes.length, this.#end);
    }
    if (this.#end + bytes.length > this.#store.length) this.#makeRoom(bytes.length);
    this.#store.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The bytes held, and an empty buffer from now on. */
  take(): Uint8Array {
    const all = this.#store.subarray(this.#start, this.#end);
    this.#store = NOTHING;
    this.#start = 0;
    this.#end = 0;
    return all;
  }

  /** Room for twice what will be held, so that moving it costs a constant share of each write. */
  #makeRoom(count: number): void {
    const held = this.#store.subarray(this.#start, this.#end);
    const store = Buffer.allocUnsafeSlow(2 * (held.length + count));
    store.set(held);
    this.#store = store;
    this.#start = 0;
    this.#end = held.length;
  }
}
