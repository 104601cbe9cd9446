import { getHeaders, type Headers } from "./headers.ts";

/** One event as it came in: the header line's pairs, and the payload. */
export interface ReceivedEvent {
  readonly headers: Headers;
  readonly payload: string;
}

const LINE_FEED = 0x0a;

/** The most that a header line may hold. */
const MAX_HEADER = 64 * 1024;

/**
 * Cuts the daemon's bytes into events. `len` counts code points, so that the payload's end is found by its characters, also
 * where a piece ends inside of one.
 */
export class EventReader {
  #rest: Buffer = Buffer.alloc(0);
  /** The event whose payload is due: its headers, and how many code points. */
  #due: { readonly headers: Headers; readonly length: number } | null = null;

  /** The events that are complete with these bytes. Throws Error where there is no header with a `len`. */
  push(chunk: Uint8Array): ReceivedEvent[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const events: ReceivedEvent[] = [];
    for (let event = this.#take(); event !== null; event = this.#take()) events.push(event);
    return events;
  }

  #take(): ReceivedEvent | null {
    this.#due ??= this.#takeHeader();
    if (this.#due === null) return null;
    const { headers, length } = this.#due;
    const end = endOf(this.#rest, length);
    if (end === null) return null;
    const payload = this.#rest.toString("utf8", 0, end);
    this.#rest = this.#rest.subarray(end);
    this.#due = null;
    return { headers, payload };
  }

  #takeHeader(): { readonly headers: Headers; readonly length: number } | null {
    const end = this.#rest.indexOf(LINE_FEED);
    if (end === -1) {
      if (this.#rest.length > MAX_HEADER) throw new Error("the event's header line does not end");
      return null;
    }
    const headers = getHeaders(this.#rest.toString("utf8", 0, end));
    const length = Number(headers["len"]);
    if (!Number.isSafeInteger(length) || length < 0) throw new Error("the event's header has no length");
    this.#rest = this.#rest.subarray(end + 1);
    return { headers, length };
  }
}

/** The index of the byte behind so many code points of UTF-8, or null where they are not all there. */
function endOf(bytes: Buffer, codePoints: number): number | null {
  let at = 0;
  for (let seen = 0; seen < codePoints; seen++) {
    const first = bytes[at];
    if (first === undefined) return null;
    at += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }
  return at <= bytes.length ? at : null;
}
