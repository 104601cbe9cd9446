/**
 * A log's end read by a call, and the same log followed from a little before its end: what the stream repeats is left
 * out. Pure.
 */

/** What a stream shows of the past at most, in bytes (supervisor.md section 2.5). */
export const STREAM_PAST = 1024;

const agrees = (read: Uint8Array, at: number, stream: Uint8Array): boolean => {
  const length = Math.min(read.length - at, stream.length);
  for (let offset = 0; offset < length; offset += 1) {
    if (read[at + offset] !== stream[offset]) return false;
  }
  return true;
};

/** How many bytes of the stream are known from `read`: 0 where the two do not fit together. */
export function overlap(read: Uint8Array, stream: Uint8Array): number {
  const usual = read.length - Math.min(STREAM_PAST, read.length);
  for (let at = usual; at >= 0; at -= 1) if (agrees(read, at, stream)) return read.length - at;
  for (let at = usual + 1; at < read.length; at += 1) if (agrees(read, at, stream)) return read.length - at;
  return 0;
}

/** Takes the stream's bytes as they come, gives those that are new. */
export class Splice {
  readonly #read: Uint8Array;
  #held: Uint8Array = new Uint8Array(0);
  #skip: number | null = null;

  constructor(read: Uint8Array) {
    this.#read = read;
    if (read.length === 0) this.#skip = 0;
  }

  take(bytes: Uint8Array): Uint8Array {
    if (this.#skip === null) {
      this.#held = Buffer.concat([this.#held, bytes]);
      if (this.#held.length < Math.min(STREAM_PAST, this.#read.length)) return new Uint8Array(0);
      this.#skip = overlap(this.#read, this.#held);
      return this.#drop(this.#held);
    }
    return this.#drop(bytes);
  }

  #drop(bytes: Uint8Array): Uint8Array {
    const skip = Math.min(this.#skip ?? 0, bytes.length);
    this.#skip = (this.#skip ?? 0) - skip;
    return bytes.subarray(skip);
  }
}
