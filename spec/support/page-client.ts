/** The JSON API as a program sees it. */
import type { Daemon } from "./daemon-process.ts";
import { until } from "./daemon-wait.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what is asked of it is what is proved
  readonly json: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call(
  daemon: Daemon,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { body, headers = {} } = options;
  const response = await fetch(`http://127.0.0.1:${daemon.port}/api/v1${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

export interface Event {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly data: any;
}

/** A stream of server-sent events, collected. */
export class Events {
  readonly all: Event[] = [];
  ended = false;
  readonly #abort = new AbortController();

  static async open(daemon: Daemon, path: string): Promise<Events> {
    const events = new Events();
    const response = await fetch(`http://127.0.0.1:${daemon.port}/api/v1${path}`, {
      signal: events.#abort.signal,
    });
    if (response.status !== 200 || response.body === null) throw new Error(`HTTP ${response.status}`);
    void events.#read(response.body);
    return events;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        const [...blocks] = (rest + chunk).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const [, name = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          this.all.push({ name, data: JSON.parse(data) });
        }
      }
    } catch {
      // Ended by us.
    }
    this.ended = true;
  }

  /** The first event for which `test` holds, now or later. */
  find(what: string, test: (event: Event) => boolean): Promise<Event> {
    return until(what, () => this.all.find(test));
  }

  /** All text of one channel so far. */
  text(channel: string): string {
    return this.all
      .filter(({ name, data }) => name === "output" && data.channel === channel)
      .map(({ data }) => data.text)
      .join("");
  }

  close(): void {
    this.#abort.abort();
  }
}
