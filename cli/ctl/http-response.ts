/** An HTTP/1.1 response, bytes in, head and body out. Pure; one instance reads one response. */

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; of a repeated header the last one counts. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A peer that does not speak HTTP, or speaks too much of it. */
export class HttpSyntaxError extends Error {
  override readonly name = "HttpSyntaxError";
}

const MAX_LINE = 65536;
const MAX_HEADERS = 200;

type Phase =
  | "status"
  | "headers"
  | "size"
  | "chunk"
  | "chunk-end"
  | "trailer"
  | "counted"
  | "until-close"
  | "done";

const EMPTY = new Uint8Array(0);
const latin1 = new TextDecoder("latin1");

/** Feeds on chunks of any size; gives the body's bytes through `onBody` as they come. */
export class ResponseReader {
  readonly #onBody: (bytes: Uint8Array) => void;
  readonly #headers = new Map<string, string>();
  #phase: Phase = "status";
  #rest: Uint8Array = EMPTY;
  #left = 0;
  #status = { status: 0, reason: "" };
  #head: ResponseHead | null = null;

  constructor(onBody: (bytes: Uint8Array) => void) {
    this.#onBody = onBody;
  }

  /** The status line and headers once they are complete. */
  get head(): ResponseHead | null {
    return this.#head;
  }

  get done(): boolean {
    return this.#phase === "done";
  }

  /** Takes the next bytes off the wire. Throws {@link HttpSyntaxError}. */
  push(bytes: Uint8Array): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (rest.length > 0 && this.#phase !== "done") {
      const used = this.#isBody() ? this.#body(rest) : this.#line(rest);
      if (used === 0) break;
      rest = rest.subarray(used);
    }
    this.#rest = this.#phase === "done" ? EMPTY : rest;
  }

  /** The peer has closed. True if that ends the response rightly. */
  end(): boolean {
    if (this.#phase === "until-close") this.#phase = "done";
    return this.done;
  }

  #isBody(): boolean {
    return this.#phase === "chunk" || this.#phase === "counted" || this.#phase === "until-close";
  }

  #body(rest: Uint8Array): number {
    if (this.#phase === "until-close") {
      this.#onBody(rest);
      return rest.length;
    }
    const part = rest.subarray(0, this.#left);
    this.#onBody(part);
    this.#left -= part.length;
    if (this.#left === 0) this.#phase = this.#phase === "chunk" ? "chunk-end" : "done";
    return part.length;
  }

  #line(rest: Uint8Array): number {
    const newline = rest.indexOf(10);
    if (newline < 0 ? rest.length > MAX_LINE : newline > MAX_LINE) throw new HttpSyntaxError("line too long");
    if (newline < 0) return 0;
    const end = newline > 0 && rest[newline - 1] === 13 ? newline - 1 : newline;
    this.#take(latin1.decode(rest.subarray(0, end)));
    return newline + 1;
  }

  #take(line: string): void {
    switch (this.#phase) {
      case "status":
        this.#takeStatus(line);
        break;
      case "headers":
        if (line === "") this.#endHeaders();
        else this.#takeHeader(line);
        break;
      case "size":
        this.#takeSize(line);
        break;
      case "chunk-end":
        this.#phase = "size";
        break;
      case "trailer":
        if (line === "") this.#phase = "done";
        break;
      default:
        throw new HttpSyntaxError(`no line is due in ${this.#phase}`);
    }
  }

  #takeStatus(line: string): void {
    const match = /^HTTP\/\S*\s+(\d{3})(?:\s+(.*))?$/.exec(line);
    if (match === null) throw new HttpSyntaxError(line);
    this.#status = { status: Number(match[1]), reason: match[2]?.trim() ?? "" };
    this.#phase = "headers";
  }

  #takeHeader(line: string): void {
    const colon = line.indexOf(":");
    if (colon > 0) this.#headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    if (this.#headers.size > MAX_HEADERS) throw new HttpSyntaxError("too many headers");
  }

  #endHeaders(): void {
    if (this.#status.status < 200) {
      this.#headers.clear();
      this.#phase = "status";
      return;
    }
    this.#head = { ...this.#status, headers: this.#headers };
    const length = this.#headers.get("content-length");
    if (this.#headers.get("transfer-encoding")?.toLowerCase() === "chunked") this.#phase = "size";
    else if (this.#status.status === 204 || this.#status.status === 304) this.#phase = "done";
    else if (length === undefined) this.#phase = "until-close";
    else {
      if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError(`content-length ${length}`);
      this.#left = Number(length);
      this.#phase = this.#left === 0 ? "done" : "counted";
    }
  }

  #takeSize(line: string): void {
    const size = /^([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new HttpSyntaxError(`chunk size ${line}`);
    this.#left = Number.parseInt(size, 16);
    this.#phase = this.#left === 0 ? "trailer" : "chunk";
  }
}
