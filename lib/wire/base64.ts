/** Base64 as Python's `binascii.a2b_base64` reads it: foreign characters are skipped, the padding must work out. */

const VALUES = new Int8Array(128).fill(-1);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
for (let at = 0; at < ALPHABET.length; at++) VALUES[ALPHABET.charCodeAt(at)] = at;

const PAD = 61;

/** The bytes, or undefined where Python raises (`Incorrect padding`). What follows a complete padding is ignored. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4) + 1);
  let size = 0;
  let place = 0;
  let pads = 0;
  let left = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PAD) {
      if (place >= 2 && place + ++pads >= 4) return bytes.subarray(0, size);
      continue;
    }
    const value = code < 128 ? (VALUES[code] ?? -1) : -1;
    if (value === -1) continue;
    pads = 0;
    if (place > 0) bytes[size++] = ((left << (place * 2)) | (value >> (6 - place * 2))) & 255;
    left = value;
    place = (place + 1) & 3;
  }
  return place === 0 ? bytes.subarray(0, size) : undefined;
}
