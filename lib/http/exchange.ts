/** One request and its reply on a connection. */
import { type HttpRequest, isPersistent } from "./head.ts";
import type { Output } from "./output.ts";
import {
  errorReply,
  LAST_CHUNK,
  type Reply,
  renderChunk,
  renderReply,
  renderStreamHead,
  streamsInChunks,
} from "./reply.ts";
import type { Exchange, ReplyStream } from "./route.ts";

/** What an exchange needs of its connection. */
export interface ExchangeHost {
  readonly output: Output;
  /** The reply is complete. */
  finished(exchange: ConnectionExchange): void;
}

/** Until its reply is complete, the connection takes no other request. `status` is 0 until the reply has begun. */
export class ConnectionExchange implements Exchange {
  readonly request: HttpRequest;
  body: Buffer = Buffer.alloc(0);
  /** The connection ends after the reply. */
  close: boolean;
  status = 0;
  #state: "open" | "streaming" | "finished" | "left" = "open";
  #told = false;
  #onClose: (() => void)[] = [];
  #onDrain: () => void = () => {};
  #chunked = false;
  readonly #host: ExchangeHost;

  constructor(request: HttpRequest, host: ExchangeHost) {
    this.request = request;
    this.close = !isPersistent(request);
    this.#host = host;
  }

  get streaming(): boolean {
    return this.#state === "streaming";
  }

  get closed(): boolean {
    return this.#told;
  }

  send(reply: Reply): void {
    if (this.#state !== "open") return;
    this.status = reply.status;
    this.#state = "finished";
    for (const part of renderReply(this.request, reply, this.close)) this.#host.output.write(part);
    this.#host.finished(this);
  }

  fail(status: number): void {
    this.send(errorReply(status));
  }

  stream(status: number, fields: string): ReplyStream {
    if (this.#state === "open") {
      this.#state = "streaming";
      this.status = status;
      this.#chunked = !this.close && streamsInChunks(this.request);
      if (!this.#chunked) this.close = true;
      this.#host.output.write(renderStreamHead(this.request, status, fields, this.#chunked));
    }
    return {
      write: (bytes) => this.#write(bytes),
      onDrain: (callback) => {
        this.#onDrain = callback;
      },
      end: () => this.end(),
    };
  }

  onClose(callback: () => void): void {
    if (this.#told) callback();
    else if (this.#state !== "finished") this.#onClose.push(callback);
  }

  /** Completes a stream. */
  end(): void {
    if (this.#state !== "streaming") return;
    this.#state = "finished";
    if (this.#chunked) this.#host.output.write(LAST_CHUNK);
    this.#host.finished(this);
  }

  /** The client has left, or is made to. */
  leave(): void {
    if (this.#state === "finished" || this.#state === "left") return;
    this.#state = "left";
    this.tell();
  }

  /** Tells the handler that nobody waits any more; a reply that still comes goes out where it can. */
  tell(): void {
    this.#told = true;
    const callbacks = this.#onClose;
    this.#onClose = [];
    for (const callback of callbacks) callback();
  }

  drained(): void {
    if (this.#state === "streaming") this.#onDrain();
  }

  #write(bytes: Uint8Array): boolean {
    if (this.#state !== "streaming" || bytes.length === 0) return true;
    const { output } = this.#host;
    return output.write(this.#chunked ? renderChunk(bytes) : Buffer.from(bytes));
  }
}
