/** Streams of server-sent events, with a bound on how many there are and on how far each may fall behind. */
import { wall } from "../sys/clock.ts";
import { schedule } from "../sys/deadline.ts";
import type { Exchange, ReplyStream } from "./route.ts";

/** A browser opens two for each page. */
export const MOST_STREAMS = 128;
/** Whoever takes nothing for so long, in milliseconds, is let go. */
export const MOST_PATIENCE = 30_000;
/** How often a word is said on a stream that has nothing to say, in milliseconds: clients take silence for an end. */
export const PING_INTERVAL = 8000;

const FIELDS = [
  "Content-Type: text/event-stream",
  "Cache-Control: no-store",
  "X-Accel-Buffering: no",
  "X-Content-Type-Options: nosniff",
  "",
].join("\r\n");

/** One event, ready to be written to any number of streams. */
export const renderEvent = (name: string, data: unknown): Buffer =>
  Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

const PING = renderEvent("ping", {});

let open = 0;

/** One client's stream. It never queues more than what is written while it is not `blocked`. */
export class EventStream {
  readonly #stream: ReplyStream;
  #blockedSince: number | null = null;
  #ended = false;
  #ping = { cancel: () => {} };
  readonly #onUnblocked: () => void;
  readonly #onGone: () => void;

  /** @param onUnblocked the client has taken everything and there is room again */
  constructor(exchange: Exchange, onUnblocked: () => void, onGone: () => void) {
    this.#onUnblocked = onUnblocked;
    this.#onGone = onGone;
    open++;
    this.#stream = exchange.stream(200, FIELDS);
    this.#stream.onDrain(() => this.#drained());
    exchange.onClose(() => {
      this.#finish();
      onGone();
    });
    if (!this.#ended) this.#armPing();
  }

  /** True where nothing should be written now. */
  get blocked(): boolean {
    return this.#blockedSince !== null || this.#ended;
  }

  write(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (!this.#stream.write(bytes)) this.#blockedSince ??= wall();
  }

  /** Completes the stream. `onGone` is not called. */
  end(): void {
    if (this.#ended) return;
    this.#finish();
    this.#stream.end();
  }

  #drained(): void {
    if (this.#blockedSince === null || this.#ended) return;
    this.#blockedSince = null;
    this.#onUnblocked();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    open--;
    this.#ping.cancel();
  }

  #armPing(): void {
    this.#ping = schedule(PING_INTERVAL, () => {
      if (this.#blockedSince !== null && wall() - this.#blockedSince > MOST_PATIENCE) {
        this.end();
        this.#onGone();
        return;
      }
      if (this.#blockedSince === null) this.write(PING);
      this.#armPing();
    });
  }
}

/** False where one more stream would be too many. */
export const hasRoom = (): boolean => open < MOST_STREAMS;
