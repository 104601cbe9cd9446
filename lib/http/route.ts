/** What a route is, and what it has in hand for one request. */
import type { HttpRequest } from "./head.ts";
import type { Reply } from "./reply.ts";

/** Bytes that go out as they come: a followed log, server-sent events. */
export interface ReplyStream {
  /** False: the client is slower than this; hold back until {@link onDrain} is called. Bytes written are sent all the same. */
  write(bytes: Uint8Array): boolean;
  /** Called whenever everything written has left. Replaces what was set before. */
  onDrain(callback: () => void): void;
  /** Completes the reply. */
  end(): void;
}

/** One request and its one reply, given by `send`, `fail` or `stream`. Calls after the reply, or after the client left, do nothing. */
export interface Exchange {
  readonly request: HttpRequest;
  /** Empty where the route wants no body. */
  readonly body: Buffer;
  send(reply: Reply): void;
  /** The original's page for an error status. */
  fail(status: number): void;
  /** `fields`: whole lines, each with its CRLF. */
  stream(status: number, fields: string): ReplyStream;
  /**
   * Called once if the client leaves, or finishes its side, or the server closes, before the reply is complete; at once if
   * that has happened already. A reply that comes within a moment still goes out to a client that only finished its side.
   */
  onClose(callback: () => void): void;
  readonly closed: boolean;
}

export interface Route {
  matches(request: HttpRequest): boolean;
  /**
   * The largest body in bytes, where a body is wanted: a request without one is answered 411, a larger one 413. Undefined
   * where none is wanted: one that comes is passed over.
   */
  bodyLimit(request: HttpRequest): number | undefined;
  /** A body that is wanted may be missing: that is an empty one, and no 411. */
  readonly bodyOptional?: true;
  /** Refuses by the head alone, before any body is waited for; null for nothing to refuse. */
  refusal?(request: HttpRequest): Reply | null;
  /** What says that the body can't be taken (400, 408, 413, 503); the original's page where there is none. */
  failure?(status: number): Reply;
  /** Answers, now or later. What it throws is logged and answered 500. */
  handle(exchange: Exchange): void;
}
