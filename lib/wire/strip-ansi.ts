/**
 * strip_ansi (supervisor.md section 5): takes terminal control sequences, `ESC [ ... final`, out of a stream.
 *
 * The original knows 15 final bytes (`HfABCDRsuJKhlpm`) and after any other swallows text up to the next of them, or to
 * the end of what it read; and it shows the second half of a sequence that two reads cut. Here a sequence is what ECMA-48
 * says: bytes 0x20 to 0x3f, then one final byte 0x40 to 0x7e, wherever the reads fall. A byte that cannot belong
 * to a sequence ends it and is kept. An unfinished sequence at the end of the stream is dropped.
 */

const ESC = 0x1b;
const BRACKET = 0x5b;
const NOTHING = new Uint8Array(0);

/** One for each stream, since a sequence may go on in the next chunk. After `flush` it begins anew. */
export class AnsiStripper {
  /** `escape`: the last byte was an ESC, held back. `sequence`: inside one. */
  #state: "text" | "escape" | "sequence" = "text";

  /** The chunk without its sequences: the chunk itself when it has none, so valid as long as it is. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#state === "text" && chunk.indexOf(ESC) === -1) return chunk;
    const out = new Uint8Array(chunk.length + 1);
    let length = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "text") {
        const found = chunk.indexOf(ESC, at);
        const end = found === -1 ? chunk.length : found;
        out.set(chunk.subarray(at, end), length);
        length += end - at;
        at = end + 1;
        if (found !== -1) this.#state = "escape";
      } else if (this.#state === "escape") {
        if (chunk[at] === BRACKET) {
          this.#state = "sequence";
          at++;
        } else {
          this.#state = "text";
          out[length++] = ESC;
        }
      } else {
        const byte = chunk[at] ?? 0;
        if (byte >= 0x20 && byte <= 0x7e) at++;
        if (byte < 0x20 || byte > 0x3f) this.#state = "text";
      }
    }
    return out.subarray(0, length);
  }

  /** The stream, or the part of it that sequences may not cross, is over: gives an ESC that was held back. */
  flush(): Uint8Array {
    const held = this.#state === "escape";
    this.#state = "text";
    return held ? Uint8Array.of(ESC) : NOTHING;
  }
}
