/** The JSON API as a program sees it. */
import type {
  ConfigDiff,
  DaemonView,
  FaultView,
  OutputPiece,
  ProcessDetail,
  ProcessView,
  ResultView,
  Snapshot,
  UpdateResult,
  UsageChange,
} from "../../lib/http/api-types.ts";
import type { Daemon } from "./daemon-process.ts";
import { until } from "./daemon-wait.ts";

/** The members that answers have: which of them are there depends on what was asked. */
export type Json = Snapshot &
  ProcessDetail &
  ConfigDiff &
  UpdateResult & {
    readonly error: FaultView;
    readonly results: readonly ResultView[];
    readonly ok: boolean;
    readonly openapi: string;
    readonly paths: Readonly<Record<string, { readonly get?: object }>>;
    readonly components: {
      readonly schemas: Readonly<Record<string, object>> & {
        readonly Process: { readonly required: string[] };
      };
    };
  };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where the answer is no JSON: then what is asked of it throws. */
  readonly json: Json;
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
  return { status: response.status, headers: response.headers, text, json: parse(text) as Json };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What is pushed, by the event's name. */
export interface Pushes {
  readonly snapshot: Snapshot;
  readonly daemon: DaemonView;
  readonly processes: readonly ProcessView[];
  readonly usage: UsageChange;
  readonly output: OutputPiece;
  readonly begin: object;
  readonly ping: object;
}

/** A stream of server-sent events, collected. */
export class Events {
  readonly #all: { readonly name: string; readonly data: unknown }[] = [];
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
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const [, name = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          this.#all.push({ name, data: JSON.parse(data) });
        }
      }
    } catch {
      // Ended by us.
    }
  }

  /** All events of one name so far. */
  of<Name extends keyof Pushes>(name: Name): Pushes[Name][] {
    return this.#all.filter((event) => event.name === name).map(({ data }) => data as Pushes[Name]);
  }

  /** The first event of that name for which `test` holds, now or later. */
  find<Name extends keyof Pushes>(
    what: string,
    name: Name,
    test: (data: Pushes[Name]) => boolean = () => true,
  ): Promise<Pushes[Name]> {
    return until(what, () => this.of(name).find(test));
  }

  /** All text of one channel so far. */
  text(channel: OutputPiece["channel"]): string {
    return this.of("output")
      .filter((piece) => piece.channel === channel)
      .map(({ text }) => text)
      .join("");
  }

  close(): void {
    this.#abort.abort();
  }
}
