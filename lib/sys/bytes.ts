/**
 * Text for system calls. The system's names are bytes, ours are strings: a byte that is not UTF-8 travels as the lone
 * surrogate U+DC80 to U+DCFF (Python's "surrogateescape"), so that every path and variable survives the way there and back.
 */

const ESCAPED = /[\udc80-\udcff]/;
const REPLACEMENT = "\ufffd";

/** The bytes of a string, escaped bytes restored. A lone surrogate that stands for no byte becomes U+FFFD. */
export function toBytes(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let plain = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) {
      parts.push(Buffer.from(plain), Buffer.from([code - 0xdc00]));
      plain = "";
    } else {
      plain += character;
    }
  }
  parts.push(Buffer.from(plain));
  return Buffer.concat(parts);
}

/** The string of some bytes, what is not UTF-8 escaped byte by byte. `toBytes(fromBytes(b))` is `b`. */
export function fromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString();
  if (!text.includes(REPLACEMENT)) return text;
  let out = "";
  for (let at = 0; at < buffer.length; ) {
    const size = sequenceLength(buffer, at);
    out +=
      size === 0 ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0)) : buffer.toString("utf8", at, at + size);
    at += size === 0 ? 1 : size;
  }
  return out;
}

/** The length of the well-formed UTF-8 sequence that begins here, 0 where there is none. */
function sequenceLength(buffer: Buffer, at: number): number {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const piece = buffer.subarray(at, at + size);
  return piece.length === size && Buffer.from(piece.toString()).equals(piece) ? size : 0;
}

/** A path for node:fs: itself unless it holds escaped bytes. */
export const pathOf = (path: string): string | Buffer => (ESCAPED.test(path) ? toBytes(path) : path);

/** One text for the addon, NUL at its end. Throws a TypeError that names `what` when the text holds a NUL. */
export function terminated(text: string, what: string): Buffer {
  if (text.includes("\0")) throw new TypeError(`${what} holds a NUL byte: ${JSON.stringify(text)}`);
  return toBytes(`${text}\0`);
}

/** A list of texts for the addon: one block, each with a NUL at its end. Throws as {@link terminated} does. */
export function terminatedList(texts: readonly string[], what: string): Buffer {
  if (texts.length === 0) return Buffer.alloc(0);
  for (const text of texts) {
    if (text.includes("\0")) throw new TypeError(`${what} holds a NUL byte: ${JSON.stringify(text)}`);
  }
  return toBytes(`${texts.join("\0")}\0`);
}
