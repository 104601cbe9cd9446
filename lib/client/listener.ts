/** The listener's side of the event protocol: what `supervisor.childutils.listener` is to Python (supervisor.md section 6.4). */
import type { Readable, Writable } from "node:stream";
import { EventReader, type ReceivedEvent } from "./event-reader.ts";

export interface ListenerStreams {
  readonly input?: Readable;
  readonly output?: Writable;
}

/** What a handler says of an event: `fail` gives it to a listener again, anything else (nothing, too) takes it. */
export type Answer = "ok" | "fail";

/**
 * Each event that `wait` gives is to be answered once, with `ok`, `fail` or `send`, before the next `wait`: a READY in
 * between breaks the protocol, and the daemon sends no more events (supervisor.md section 6.4).
 */
export class EventListenerProtocol {
  readonly #input: AsyncIterator<Buffer | string>;
  readonly #output: Writable;
  readonly #reader = new EventReader();
  readonly #events: ReceivedEvent[] = [];

  /** Speaks over standard input and output unless told otherwise: nothing else may write there. */
  constructor({ input = process.stdin, output = process.stdout }: ListenerStreams = {}) {
    this.#input = input[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
    this.#output = output;
  }

  /** Says READY, and gives the next event; null once the daemon has closed the stream. */
  async wait(): Promise<ReceivedEvent | null> {
    this.ready();
    for (let event = this.#events.shift(); ; event = this.#events.shift()) {
      if (event !== undefined) return event;
      const { done, value } = await this.#input.next();
      if (done === true) return null;
      this.#events.push(...this.#reader.push(typeof value === "string" ? Buffer.from(value) : value));
    }
  }

  ready(): void {
    this.#output.write("READY\n");
  }

  /** The event is dealt with. */
  ok(): void {
    this.send("OK");
  }

  /** The event is to be given to a listener again. */
  fail(): void {
    this.send("FAIL");
  }

  /** Any result, for a result handler of one's own. */
  send(result: string | Uint8Array): void {
    const bytes = typeof result === "string" ? Buffer.from(result) : result;
    this.#output.write(Buffer.concat([Buffer.from(`RESULT ${bytes.length}\n`), bytes]));
  }
}

/**
 * Answers events with `handle` until the daemon closes the stream. An event whose handler throws, or that it answers with
 * `fail`, is given to a listener again; `onError` is told of what was thrown (standard error, unless given).
 */
export async function listen(
  handle: (event: ReceivedEvent) => unknown,
  options: ListenerStreams & { readonly onError?: (error: unknown) => void } = {},
): Promise<void> {
  const { onError = (error) => console.error(error) } = options;
  const protocol = new EventListenerProtocol(options);
  for (let event = await protocol.wait(); event !== null; event = await protocol.wait()) {
    let answer: unknown;
    try {
      answer = await handle(event);
    } catch (error) {
      onError(error);
      answer = "fail" satisfies Answer;
    }
    if (answer === "fail") protocol.fail();
    else protocol.ok();
  }
}
