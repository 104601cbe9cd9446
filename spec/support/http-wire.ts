/** A client of raw bytes: sends anything, reads replies one by one, and sees whether the connection lives. */
import { connect, type Socket } from "node:net";

export type HttpPlace = { readonly port: number } | { readonly path: string };

/** Longest wait for anything that is to come. */
const DEADLINE_MS = 20_000;
/** How long a connection that says nothing is watched before it is taken for mute. */
const MUTE_MS = 1000;

export class WireClient {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(place: HttpPlace) {
    this.socket = "port" in place ? connect(place.port, "127.0.0.1") : connect(place.path);
    this.socket.on("data", (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
    for (const event of ["end", "error", "close"] as const) {
      this.socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Everything received that no reply has taken yet, as Latin-1. */
  get text(): string {
    return this.#bytes.toString("latin1");
  }

  get received(): number {
    return this.#bytes.length;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves to true when the condition holds, to false after `ms`. */
  until(condition: () => boolean, ms: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (held: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(held);
      };
      const check = (): void => {
        if (condition()) done(true);
      };
      const timer = setTimeout(() => done(false), ms);
      this.#waiting.add(check);
    });
  }

  /** Waits, and fails where the deadline passes. */
  async wait(condition: () => boolean): Promise<void> {
    if (!(await this.until(condition, DEADLINE_MS))) {
      throw new Error(`nothing more came after ${JSON.stringify(this.text.slice(0, 300))}`);
    }
  }

  /** The next whole reply (up to the close, where it has no length), or "" where the connection closes before it. */
  async reply(headOnly = false): Promise<string> {
    await this.wait(() => this.#end(headOnly) !== -1 || this.#ended);
    const end = this.#end(headOnly);
    const reply = this.#bytes.subarray(0, end === -1 ? this.#bytes.length : end);
    this.#bytes = this.#bytes.subarray(reply.length);
    return reply.toString("latin1");
  }

  /** Whether another request is answered here: the connection is open, closed, or neither. */
  async fate(): Promise<"open" | "closed" | "mute"> {
    if (!this.#ended) this.send("GET /nothing HTTP/1.1\r\n\r\n");
    const answered = await this.until(() => this.#ended || this.text.includes("404 Not Found"), MUTE_MS);
    if (!answered) return "mute";
    return this.text.includes("404 Not Found") ? "open" : "closed";
  }

  close(): void {
    this.socket.destroy();
  }

  #end(headOnly: boolean): number {
    const text = this.text;
    const head = text.indexOf("\r\n\r\n");
    if (head === -1) return -1;
    const length = /\r\nContent-Length: (\d+)\r\n/.exec(text.slice(0, head + 2));
    if (length === null) return -1;
    const end = head + 4 + (headOnly ? 0 : Number(length[1]));
    return this.#bytes.length >= end ? end : -1;
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}

/** A reply with the dates taken out. */
export const undated = (reply: string): string =>
  reply.replace(/\r\n(Date|Last-Modified): [^\r]*/g, "\r\n$1: -");
