/**
 * What an event listener says on its stdout, byte by byte (supervisor.md section 6.4): `READY\n`, then for each event
 * `RESULT n\n` and n bytes. A machine without I/O: bytes in, changes of state out.
 */
import { pythonInt } from "./python-number.ts";
import { decodeOrRepr } from "./python-repr.ts";

/** ACKNOWLEDGED: waits for READY. READY: takes an event. BUSY: has one. UNKNOWN: broke the protocol, for good. */
export type ListenerState = "ACKNOWLEDGED" | "READY" | "BUSY" | "UNKNOWN";

/** What the result handler made of a result; `error` is a handler that failed itself. */
export type Verdict = "accepted" | "rejected" | "error";

/** Told by `push`, in order, before it returns. */
export interface ProtocolObserver {
  /** A result is complete. The bytes are the observer's to keep. */
  judge(result: Uint8Array): Verdict;
  /** Comes after the state has changed. */
  onChange(from: ListenerState, to: ListenerState): void;
  /** What stands where `RESULT n` should; `onChange` to UNKNOWN follows. */
  onBadResultLine(line: string): void;
  /** The event is done with: taken, or to be given again. Comes after `onChange`. */
  onDone(verdict: Verdict): void;
}

const READY = Buffer.from("READY\n");
const LINE_FEED = 0x0a;
/** The word `RESULT ` itself is not looked at, as in the original. */
const RESULT_WORD = 7;

/** The original reads a line, and a result, of any length into memory. */
const MAX_LINE = 4096;
const MAX_RESULT = 16 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

/**
 * One for each listener, with a `reset` for each child. A result over 16 MiB breaks the protocol, too, and so does a
 * result line whose end is not there after 4096 bytes.
 */
export class ListenerProtocol {
  readonly #observer: ProtocolObserver;
  #state: ListenerState = "ACKNOWLEDGED";
  #rest: Buffer = NOTHING;
  /** The result being collected; null where a result line is due. */
  #result: { readonly bytes: Buffer; filled: number } | null = null;

  constructor(observer: ProtocolObserver) {
    this.#observer = observer;
  }

  get state(): ListenerState {
    return this.#state;
  }

  /** A new child: it has said nothing yet. Nobody is told. */
  reset(): void {
    this.#state = "ACKNOWLEDGED";
    this.#forget();
  }

  /** An event was sent; only meaningful when READY. As in the original, this change is not told. */
  sent(): void {
    this.#state = "BUSY";
  }

  /** Takes the next bytes; `chunk` may be reused by the caller afterwards. */
  push(chunk: Uint8Array): void {
    let data: Buffer = this.#rest.length === 0 ? view(chunk) : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    while (data.length > 0) {
      const used = this.#take(data);
      if (used === 0) {
        this.#rest = Buffer.from(data);
        return;
      }
      data = data.subarray(used);
    }
  }

  /** Consumes a prefix and says how long it was; 0: more is needed to decide. */
  #take(data: Buffer): number {
    switch (this.#state) {
      case "UNKNOWN":
        return data.length;
      case "READY":
        this.#change("UNKNOWN");
        return data.length;
      case "ACKNOWLEDGED":
        if (data.length < READY.length) return 0;
        if (!data.subarray(0, READY.length).equals(READY)) {
          this.#change("UNKNOWN");
          return data.length;
        }
        this.#change("READY");
        return READY.length;
      case "BUSY":
        return this.#result === null ? this.#takeLine(data) : this.#takeResult(this.#result, data);
    }
  }

  #takeLine(data: Buffer): number {
    const end = data.indexOf(LINE_FEED);
    if (end === -1 && data.length <= MAX_LINE) return 0;
    const line = data.subarray(0, end === -1 ? MAX_LINE : end);
    const length = end === -1 ? undefined : pythonInt(line.subarray(RESULT_WORD).toString("latin1"));
    if (length === undefined || length < 0 || length > MAX_RESULT) {
      this.#observer.onBadResultLine(decodeOrRepr(line));
      this.#change("UNKNOWN");
      this.#observer.onDone("rejected");
      return data.length;
    }
    if (length === 0) this.#complete(NOTHING);
    else this.#result = { bytes: Buffer.allocUnsafe(length), filled: 0 };
    return end + 1;
  }

  #takeResult(result: { readonly bytes: Buffer; filled: number }, data: Buffer): number {
    const used = data.copy(result.bytes, result.filled);
    result.filled += used;
    if (result.filled === result.bytes.length) this.#complete(result.bytes);
    return used;
  }

  #complete(result: Buffer): void {
    this.#result = null;
    const verdict = this.#observer.judge(result);
    this.#change(verdict === "error" ? "UNKNOWN" : "ACKNOWLEDGED");
    this.#observer.onDone(verdict);
  }

  #change(to: ListenerState): void {
    const from = this.#state;
    this.#state = to;
    if (to === "UNKNOWN") this.#forget();
    this.#observer.onChange(from, to);
  }

  #forget(): void {
    this.#rest = NOTHING;
    this.#result = null;
  }
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
