/** The bodies of requests, as they come in pieces. */

/** A body that is not what its head or its chunks say, or is larger than it may be. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 503;

  constructor(status: 400 | 413 | 503) {
    super(status === 400 ? "malformed body" : status === 413 ? "body too large" : "too many bodies at once");
    this.name = "BodyError";
    this.status = status;
  }
}

/** How many bytes of bodies a server may hold at once, over all its connections. */
export class BodyBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** Throws BodyError 503 where there is no room. */
  take(bytes: number): void {
    if (bytes > this.#left) throw new BodyError(503);
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** The largest block that small pieces are gathered in. */
const BLOCK = 64 * 1024;

/** Where a body's bytes go: kept for the handler, or passed over. */
export class BodyStore {
  readonly #limit: number;
  readonly #budget: BodyBudget | null;
  #held = 0;
  #pieces: Buffer[] = [];
  /** What is free at the end of the last piece, from the second on: many small pieces would cost many times their size. */
  #room = 0;
  #size = 0;
  #passed = 0;

  /**
   * @param limit most bytes; beyond it BodyError 413 is thrown
   * @param budget what kept bytes are taken from until `release`; null: none are kept
   */
  constructor(limit: number, budget: BodyBudget | null) {
    this.#limit = limit;
    this.#budget = budget;
  }

  add(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#limit) throw new BodyError(413);
    if (this.#budget === null) return;
    this.#budget.take(piece.length);
    this.#held += piece.length;
    this.#keep(piece);
  }

  /** What comes beside the body's own bytes counts, too: a body of tiny chunks is mostly that. */
  pass(bytes: number): void {
    this.#passed += bytes;
    if (this.#passed > Math.max(this.#limit, BLOCK)) throw new BodyError(413);
  }

  #keep(piece: Buffer): void {
    const last = this.#pieces.at(-1);
    if (last === undefined) {
      // Most bodies come in one piece.
      this.#pieces.push(piece);
      return;
    }
    const fits = Math.min(this.#room, piece.length);
    if (fits > 0) last.set(piece.subarray(0, fits), last.length - this.#room);
    this.#room -= fits;
    const rest = piece.subarray(fits);
    if (rest.length === 0) return;
    const block = Buffer.allocUnsafeSlow(Math.max(rest.length, Math.min(Math.max(this.#held, 256), BLOCK)));
    block.set(rest);
    this.#pieces.push(block);
    this.#room = block.length - rest.length;
  }

  take(): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, this.#held);
  }

  /** Gives the bytes back to the budget: nobody holds them any more. */
  release(): void {
    this.#pieces = [];
    this.#budget?.give(this.#held);
    this.#held = 0;
  }
}

export interface BodyReader {
  /** Takes what belongs to the body from the front of `input` and says how many bytes. Throws BodyError. */
  feed(input: Buffer): number;
  readonly done: boolean;
}

/** A body of a known length. */
export class LengthBody implements BodyReader {
  readonly #store: BodyStore;
  #left: number;

  constructor(length: number, store: BodyStore) {
    this.#left = length;
    this.#store = store;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  feed(input: Buffer): number {
    const count = Math.min(input.length, this.#left);
    if (count === 0) return 0;
    this.#left -= count;
    this.#store.add(input.subarray(0, count));
    return count;
  }
}

/** Longest line that says a chunk's size, with extensions; longest trailer section. */
const MAX_SIZE_LINE = 256;
const MAX_TRAILERS = 8192;

/** Beyond this a line without an end is malformed. */
const LONGEST = { size: MAX_SIZE_LINE, "end of data": 2, trailers: MAX_TRAILERS, data: 0, done: 0 } as const;

/** A body in chunks. Extensions and trailers are passed over. */
export class ChunkedBody implements BodyReader {
  readonly #store: BodyStore;
  #state: "size" | "data" | "end of data" | "trailers" | "done" = "size";
  #left = 0;
  #trailers = 0;

  constructor(store: BodyStore) {
    this.#store = store;
  }

  get done(): boolean {
    return this.#state === "done";
  }

  feed(input: Buffer): number {
    let at = 0;
    while (this.#state !== "done") {
      const count = this.#state === "data" ? this.#data(input.subarray(at)) : this.#line(input.subarray(at));
      if (count === 0) break;
      at += count;
    }
    return at;
  }

  #data(input: Buffer): number {
    const count = Math.min(input.length, this.#left);
    if (count === 0) return 0;
    this.#left -= count;
    this.#store.add(input.subarray(0, count));
    if (this.#left === 0) this.#state = "end of data";
    return count;
  }

  #line(input: Buffer): number {
    const end = input.subarray(0, MAX_TRAILERS).indexOf("\r\n");
    if (end === -1) {
      if (input.length >= LONGEST[this.#state]) throw new BodyError(400);
      return 0;
    }
    this.#store.pass(end + 2);
    this.#took(input.toString("latin1", 0, end));
    return end + 2;
  }

  #took(line: string): void {
    if (this.#state === "end of data") {
      if (line !== "") throw new BodyError(400);
      this.#state = "size";
    } else if (this.#state === "trailers") {
      this.#trailers += line.length;
      if (this.#trailers > MAX_TRAILERS) throw new BodyError(400);
      if (line === "") this.#state = "done";
    } else {
      const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined || line.length > MAX_SIZE_LINE) throw new BodyError(400);
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailers" : "data";
    }
  }
}
