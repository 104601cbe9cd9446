/** A client of raw bytes: sends anything, reads replies one by one, and sees whether the connection lives. */
import { connect, type Socket } from "node:net";

export type HttpPlace = { readonly port: number } | { readonly path: string };

/** Longest wait for anything that is to come. */
const DEADLINE_MS = 60_000;
/** How long a connection that says nothing is watched before it is taken for mute. */
const MUTE_MS = 6000;

export class WireClient {
  readonly socket: Socket;
  #pieces: Buffer[] = [];
  #size = 0;
  /** Where the next reply ends, once its head has come. */
  #expected = -1;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(place: HttpPlace) {
    this.socket = "port" in place ? connect(place.port, "127.0.0.1") : connect(place.path);
    this.socket.on("data", (bytes: Buffer) => {
      this.#pieces.push(bytes);
      this.#size += bytes.length;
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
    return this.#bytes().toString("latin1");
  }

  /** The size of that; cheaper than the text. */
  get received(): number {
    return this.#size;
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
    await this.wait(() => this.#replied(headOnly) || this.#ended);
    const bytes = this.#bytes();
    const reply = bytes.subarray(0, this.#replied(headOnly) ? this.#expected : bytes.length);
    this.#pieces = [bytes.subarray(reply.length)];
    this.#size -= reply.length;
    this.#expected = -1;
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

  #replied(headOnly: boolean): boolean {
    if (this.#expected === -1) {
      const head = this.text.split("\r\n\r\n", 1).join("");
      const length = /\r\nContent-Length: (\d+)(?:\r\n|$)/.exec(head);
      if (head.length + 4 > this.#size || length === null) return false;
      this.#expected = head.length + 4 + (headOnly ? 0 : Number(length[1]));
    }
    return this.#size >= this.#expected;
  }

  #bytes(): Buffer {
    const bytes =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
    this.#pieces = [bytes];
    return bytes;
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}

/** A reply with the dates taken out. */
export const undated = (reply: string): string =>
  reply.replace(/\r\n(Date|Last-Modified): [^\r]*/g, "\r\n$1: -");
