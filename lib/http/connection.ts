/**
 * One client's connection: requests in order, one reply each, whatever the client sends or fails to send costing nobody
 * else. A request is not looked at before the reply to the one before it has left.
 */
import { type Deadline, schedule } from "../sys/deadline.ts";
import type { Socket } from "../sys/sockets.ts";
import { type HttpLog, logAccess, logServerLine, oneLine } from "./access-log.ts";
import { type Authoriser, UNAUTHORISED } from "./auth.ts";
import { type BodyBudget, BodyError, type BodyReader, BodyStore, ChunkedBody, LengthBody } from "./body.ts";
import { ConnectionExchange, type ExchangeHost } from "./exchange.ts";
import { type Framing, fieldOf, framingOf, type HttpRequest, parseHead } from "./head.ts";
import type { HttpLimits } from "./limits.ts";
import { Output } from "./output.ts";
import { errorReply } from "./reply.ts";
import type { Route } from "./route.ts";

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly limits: HttpLimits;
  readonly log: HttpLog;
  readonly budget: BodyBudget;
  readonly authorise: Authoriser | null;
  /** The first that matches answers; the last one matches everything. */
  readonly routes: readonly Route[];
  /** It rests: it may be made to give way to another. */
  resting(connection: HttpConnection): void;
  /** It has a request to answer. */
  busy(connection: HttpConnection): void;
  gone(connection: HttpConnection): void;
}

const EMPTY = Buffer.alloc(0);
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");

/** While a reply is under way, so much input is taken in before the client has to wait. */
const MAX_AHEAD = 64 * 1024;
/** How much input is passed over after the last reply. */
const MAX_LINGER_BYTES = 16 << 20;

/** A request that could not be read: what the refusal goes out under. */
const NO_REQUEST: HttpRequest = { line: "", method: "GET", uri: "", version: "1.1", fields: [] };

/** Owns its socket, and reads from it at once. Its host hears that it is gone exactly once, whoever ended it. */
export class HttpConnection implements ExchangeHost {
  readonly output: Output;
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #peer: string;
  #phase: "head" | "body" | "busy" | "closing" | "gone" = "head";
  #input: Buffer = EMPTY;
  /** How much of the input holds no end of a head. */
  #searched = 0;
  #exchange: ConnectionExchange | null = null;
  #route: Route | null = null;
  #reader: BodyReader | null = null;
  #store: BodyStore | null = null;
  /** What is waited for now. */
  #deadline: Deadline | null = null;
  #waiting: string | null = null;
  #advancing = false;
  #sentBefore = 0;
  #lingered = 0;
  #peerEnded = false;
  /** No further request is taken. */
  #last = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#peer =
      socket.remoteAddress === undefined ? "localhost:0" : `${socket.remoteAddress}:${socket.remotePort}`;
    const { limits } = host;
    this.output = new Output(
      socket,
      () => (this.#exchange?.streaming ? limits.idleMs : limits.stallMs),
      () => this.destroy(),
      () => this.#drained(),
    );
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("end", () => this.#ended());
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.destroy());
    this.#advance();
  }

  /** Ends at once, and tells whoever works on a reply. */
  destroy(): void {
    if (this.#phase === "gone") return;
    this.#phase = "gone";
    this.#wait(null);
    this.output.close();
    this.#input = EMPTY;
    this.#socket.destroy();
    this.#exchange?.leave();
    this.#dropBody();
    this.#host.gone(this);
  }

  /** Ends when the reply that is under way has gone out; streams end now. */
  finish(): void {
    this.#last = true;
    if (this.#phase === "head" || this.#phase === "body") this.#close();
    else if (this.#exchange?.streaming) {
      this.#exchange.tell();
      this.#exchange.end();
    }
  }

  finished(exchange: ConnectionExchange): void {
    const { status, request, close } = exchange;
    logAccess(this.#host.log, this.#peer, request.line, status, this.output.total - this.#sentBefore);
    this.#exchange = null;
    this.#dropBody();
    if (this.#phase === "gone") return;
    if (close || this.#last) {
      this.#close();
      return;
    }
    this.#phase = "head";
    this.#advance();
  }

  #take(bytes: Buffer): void {
    if (this.#phase === "gone") return;
    if (this.#phase === "closing") {
      this.#lingered += bytes.length;
      if (this.#lingered > MAX_LINGER_BYTES) this.destroy();
      return;
    }
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
    this.#advance();
  }

  /** Goes on as far as the input and the client's reading allow. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    let more = true;
    while (more && !this.output.stalled) more = this.#step();
    this.#advancing = false;
    const unfinished = this.#phase === "head" || this.#phase === "body";
    if (unfinished && this.#peerEnded && !this.output.stalled) this.#close();
    if (this.#input.length > MAX_AHEAD + this.#host.limits.headBytes) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #step(): boolean {
    if (this.#phase === "head") return this.#head();
    return this.#phase === "body" && this.#body();
  }

  /** True where there is something to go on with. */
  #head(): boolean {
    const { limits } = this.#host;
    while (this.#input[0] === 13 && this.#input[1] === 10) this.#input = this.#input.subarray(2);
    const end = this.#input.indexOf("\r\n\r\n", Math.max(0, this.#searched - 3), "latin1");
    if (end > limits.headBytes || (end === -1 && this.#input.length > limits.headBytes)) {
      this.#refuse(NO_REQUEST, 431);
      return false;
    }
    if (end === -1) {
      this.#searched = this.#input.length;
      this.#host.resting(this);
      if (this.#input.length === 0) this.#wait("idle", limits.idleMs, () => this.destroy());
      else this.#wait("head", limits.headMs, () => this.#refuse(NO_REQUEST, 408));
      return false;
    }
    const head = this.#input.toString("utf8", 0, end);
    this.#input = this.#input.subarray(end + 4);
    this.#searched = 0;
    this.#begin(head);
    return true;
  }

  #begin(head: string): void {
    this.#wait(null);
    const request = parseHead(head);
    if (request === null) {
      this.#refuse({ ...NO_REQUEST, line: oneLine(head.split("\r\n", 1).join("")) }, 400);
      return;
    }
    const framing = framingOf(request);
    if (framing.kind === "refused") {
      this.#refuse(request, framing.status);
      return;
    }
    this.#host.busy(this);
    const exchange = this.#open(request);
    const verdict = this.#host.authorise?.(request) ?? "granted";
    if (verdict === "granted") {
      this.#dispatch(exchange, framing);
      return;
    }
    exchange.close ||= verdict === "denied" || framing.kind !== "none";
    exchange.send(verdict === "denied" ? UNAUTHORISED : errorReply(400));
  }

  #open(request: HttpRequest): ConnectionExchange {
    this.#phase = "busy";
    this.#sentBefore = this.output.total;
    this.#waitForLeave();
    this.#exchange = new ConnectionExchange(request, this);
    return this.#exchange;
  }

  #dispatch(exchange: ConnectionExchange, framing: Exclude<Framing, { kind: "refused" }>): void {
    const { request } = exchange;
    const route = this.#host.routes.find((candidate) => candidate.matches(request));
    const wanted = route?.bodyLimit(request);
    this.#route = route ?? null;
    const refusal = route?.refusal?.(request) ?? null;
    if (refusal !== null) {
      exchange.close ||= framing.kind !== "none";
      exchange.send(refusal);
      return;
    }
    if (framing.kind === "none") {
      if (wanted === undefined || route?.bodyOptional) this.#handle(exchange);
      else this.#fail(exchange, 411);
      return;
    }
    const limit = wanted ?? this.#host.limits.skipBytes;
    const expects = request.version === "1.1" && fieldOf(request, "expect")?.toLowerCase() === "100-continue";
    if (framing.kind === "length" && framing.length > limit) {
      this.#fail(exchange, 413);
      return;
    }
    if (expects && wanted === undefined) {
      exchange.close = true;
      this.#handle(exchange);
      return;
    }
    if (expects) this.output.write(CONTINUE);
    this.#store = new BodyStore(limit, wanted === undefined ? null : this.#host.budget);
    this.#reader =
      framing.kind === "length" ? new LengthBody(framing.length, this.#store) : new ChunkedBody(this.#store);
    this.#phase = "body";
    this.#wait("body", this.#host.limits.bodyMs, () => this.#fail(exchange, 408));
  }

  /** True where the body is complete and answered. */
  #body(): boolean {
    const exchange = this.#exchange;
    const reader = this.#reader;
    if (exchange === null || reader === null) return false;
    try {
      this.#input = this.#input.subarray(reader.feed(this.#input));
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      this.#fail(exchange, error.status);
      return false;
    }
    if (!reader.done) return false;
    this.#wait(null);
    this.#waitForLeave();
    this.#phase = "busy";
    exchange.body = this.#store?.take() ?? EMPTY;
    this.#reader = null;
    this.#handle(exchange);
    return true;
  }

  #handle(exchange: ConnectionExchange): void {
    try {
      if (this.#route === null) exchange.fail(404);
      else this.#route.handle(exchange);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      logServerLine(this.#host.log, `Server Error: ${detail}`);
      exchange.fail(500);
    }
  }

  /** Answers a request whose body cannot be told from the next request. */
  #fail(exchange: ConnectionExchange, status: number): void {
    this.#phase = "busy";
    exchange.close = true;
    const reply = this.#route?.failure?.(status);
    if (reply === undefined) exchange.fail(status);
    else exchange.send(reply);
  }

  /** Answers what cannot be read as a request. */
  #refuse(request: HttpRequest, status: number): void {
    const exchange = this.#open(request);
    exchange.close = true;
    exchange.send(errorReply(status));
  }

  /** No more replies: lets the last one go out, and takes input for a while so that it is not lost to a reset. */
  #close(): void {
    this.#phase = "closing";
    this.#input = EMPTY;
    this.#dropBody();
    this.#socket.resume();
    this.#hangUp();
  }

  #dropBody(): void {
    this.#reader = null;
    this.#store?.release();
    this.#store = null;
  }

  #hangUp(): void {
    if (this.output.stalled) return;
    if (this.#last) {
      this.#socket.destroySoon();
      return;
    }
    this.#socket.end();
    // It may linger, but in nobody's way.
    this.#host.resting(this);
    if (this.#peerEnded) return;
    this.#wait("linger", this.#host.limits.lingerMs, () => this.destroy());
  }

  #drained(): void {
    if (this.#phase === "closing") this.#hangUp();
    else if (this.#exchange === null || this.#phase === "body") this.#advance();
    else this.#exchange.drained();
  }

  /** The client has finished its side: it has left, or (`nc -N`) waits for one last reply. */
  #ended(): void {
    this.#peerEnded = true;
    if (this.#phase === "closing") {
      if (!this.output.stalled) this.#socket.end();
    } else if (this.#phase !== "busy") {
      this.#close();
    } else if (this.#exchange === null || this.#exchange.streaming) {
      this.destroy();
    } else {
      this.#waitForLeave();
      this.#exchange.tell();
    }
  }

  /** A client that has finished its side gets what comes soon. */
  #waitForLeave(): void {
    if (this.#peerEnded) this.#wait("leave", this.#host.limits.leaveMs, () => this.destroy());
  }

  /** Sets what is waited for; waiting for the same again does not begin anew. */
  #wait(kind: null): void;
  #wait(kind: string, ms: number, expired: () => void): void;
  #wait(kind: string | null, ms = 0, expired: () => void = () => {}): void {
    if (kind !== null && kind === this.#waiting) return;
    this.#deadline?.cancel();
    this.#waiting = kind;
    this.#deadline = kind === null ? null : schedule(ms, expired);
  }
}
