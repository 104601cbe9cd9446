/**
 * Slices of a log for readLog and tailLog, with the original's arithmetic (supervisor.md section 1.8). Offsets and
 * lengths count bytes. Text is UTF-8 with replacement, and a slice holds the characters that begin in it, so that adjoining
 * slices make the text of the whole; the original fails on a cut character and on bytes that are not UTF-8.
 */
import { RpcFault } from "../model/faults.ts";
import { errorCode } from "../sys/error-code.ts";
import { factsOfOpen } from "../sys/file-facts.ts";
import { closeFile, readSlice } from "../sys/log-files.ts";
import { isNullDevice } from "../sys/null-device.ts";
import { openLogForReading } from "./auto-log.ts";

/** The longest slice, in bytes: what an answer may cost in memory. */
export const SLICE_LIMIT = 128 * 1024 * 1024;

/** The most bytes of a character beyond its first. */
const MORE = 3;
const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT = new TextDecoder("utf-8", { fatal: true });

/**
 * `offset` below 0 with length 0: the last bytes; from 0 on: `length` bytes from there, or all for length 0. Faults:
 * BAD_ARGUMENTS for other signs, NO_FILE where there is no file, FAILED for what cannot be read or is beyond the limit.
 */
export function readLog(path: string, offset: number, length: number): string {
  return withLog(path, (fd, size) => {
    if (offset < 0) {
      if (length !== 0) throw new RpcFault("BAD_ARGUMENTS");
      return slice(fd, Math.max(0, size + offset), size);
    }
    if (length < 0) throw new RpcFault("BAD_ARGUMENTS");
    return slice(fd, offset, length === 0 ? size : Math.min(size, offset + length));
  });
}

/**
 * `[text, size, overflow]`: `overflow` where the log goes beyond `offset + length`, and then the text is its last `length`
 * bytes. A log that cannot be read gives `["", offset, false]`.
 */
export function tailLog(path: string, offset: number, length: number): [string, number, boolean] {
  try {
    return withLog(path, (fd, size) => {
      const overflow = size > offset + length;
      let from = overflow ? size - 1 : offset;
      let count = length;
      if (from + count > size) {
        if (from > size - 1) count = 0;
        from = size - count;
      }
      from = Math.max(0, from);
      count = Math.max(0, count);
      return [slice(fd, from, Math.min(size, from + count)), size, overflow];
    });
  } catch (error) {
    if (error instanceof Unreadable) return ["", offset, false];
    throw error;
  }
}

/** A log that cannot be read is one fault for readLog and an empty answer for tailLog. */
class Unreadable extends RpcFault {}

function withLog<T>(path: string, use: (fd: number, size: number) => T): T {
  let fd: number;
  try {
    fd = openLogForReading(path);
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes(errorCode(error));
    throw missing ? new Unreadable("NO_FILE", path) : new Unreadable("FAILED");
  }
  try {
    const { regular, size } = factsOfOpen(fd);
    if (!regular && !isNullDevice(fd)) throw new Unreadable("FAILED");
    return use(fd, size);
  } finally {
    closeFile(fd);
  }
}

/** The text of the characters whose first byte is in [from, to); `to` is not beyond the end of the file. */
function slice(fd: number, from: number, to: number): string {
  if (to <= from) return "";
  if (to - from > SLICE_LIMIT) {
    throw new RpcFault("FAILED", `${to - from} bytes of log are too many for one answer (${SLICE_LIMIT})`);
  }
  const start = Math.max(0, from - MORE);
  let bytes: Buffer;
  try {
    bytes = readSlice(fd, start, to + MORE - start);
  } catch {
    throw new Unreadable("FAILED");
  }
  return LENIENT.decode(bytes.subarray(characterEnd(bytes, from - start), characterEnd(bytes, to - start)));
}

/** `at`, or where it falls inside a character, the end of that character. */
function characterEnd(bytes: Buffer, at: number): number {
  for (let first = at - 1; first >= Math.max(0, at - MORE); first--) {
    const lead = bytes[first] ?? 0;
    if (lead < 0x80) return at;
    if (lead < 0xc0) continue;
    const end = first + (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);
    return end > at && isText(bytes.subarray(first, end)) ? end : at;
  }
  return at;
}

function isText(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
