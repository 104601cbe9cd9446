/**
 * Strict UTF-8 as Python's text files read it: in chunks of 8192 bytes, each bad byte told with its place in the chunk
 * (with what the chunk before left over) and CPython's reason.
 */

/** What was read up to the trouble, whose message is null when all of it was good. */
export interface Decoded {
  /** All text; with an error, only that of the chunks before the one at fault. */
  readonly text: string;
  readonly error: string | null;
}

const CHUNK = 8192;

interface Fault {
  /** Bytes `start` to `end`, the latter not included. */
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  /** The bytes end inside a character: no fault where more of them follow. */
  readonly unfinished: boolean;
}

const fault = (start: number, end: number, reason: string, unfinished = false): Fault => ({
  start,
  end,
  reason,
  unfinished,
});

/** The range that the byte after a lead byte must lie in, and how many continuation bytes there are in all. */
function shapeOf(lead: number): { count: number; low: number; high: number } | null {
  if (lead >= 0xc2 && lead <= 0xdf) return { count: 1, low: 0x80, high: 0xbf };
  if (lead >= 0xe0 && lead <= 0xef) {
    return { count: 2, low: lead === 0xe0 ? 0xa0 : 0x80, high: lead === 0xed ? 0x9f : 0xbf };
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return { count: 3, low: lead === 0xf0 ? 0x90 : 0x80, high: lead === 0xf4 ? 0x8f : 0xbf };
  }
  return null;
}

/** The first place where the bytes are no UTF-8, or null. */
function findFault(bytes: Uint8Array): Fault | null {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const shape = shapeOf(lead);
    if (shape === null) return fault(at, at + 1, "invalid start byte");
    let { low, high } = shape;
    for (let i = 1; i <= shape.count; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) return fault(at, bytes.length, "unexpected end of data", true);
      if (byte < low || byte > high) return fault(at, at + i, "invalid continuation byte");
      low = 0x80;
      high = 0xbf;
    }
    at += shape.count + 1;
  }
  return null;
}

/** Decodes a whole file. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const broken = (start: number, found: Fault): Decoded => ({
    text: decoder.decode(bytes.subarray(0, start)),
    error: complaint(bytes.subarray(start), found),
  });
  let done = 0;
  for (let end = CHUNK; done < bytes.length; end += CHUNK) {
    const found = findFault(bytes.subarray(done, end));
    if (found === null) done = Math.min(end, bytes.length);
    else if (!found.unfinished) return broken(done, found);
    else {
      done += found.start;
      if (end >= bytes.length) return broken(done, { ...found, start: 0, end: bytes.length - done });
    }
  }
  return { text: decoder.decode(bytes), error: null };
}

function complaint(bytes: Uint8Array, { start, end, reason }: Fault): string {
  const what =
    end - start === 1
      ? `byte 0x${(bytes[start] ?? 0).toString(16).padStart(2, "0")} in position ${start}`
      : `bytes in position ${start}-${end - 1}`;
  return `'utf-8' codec can't decode ${what}: ${reason}`;
}
