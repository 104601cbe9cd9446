/** `/api/v1`: the daemon in JSON (described by api-openapi.ts). */

import { readLog } from "../log/read-log.ts";
import { RpcFault } from "../model/faults.ts";
import { findGroup, findProcess } from "../rpc/address.ts";
import type { RpcRegistry } from "../rpc/registry.ts";
import {
  actOnGroup,
  actOnMany,
  actOnProcess,
  type Call,
  callsOf,
  clearChannel,
  configDiff,
  updateConfig,
  VERBS,
  type Verb,
} from "./api-actions.ts";
import { hasRoom } from "./api-clients.ts";
import { sendFile } from "./api-download.ts";
import type { StateHub } from "./api-hub.ts";
import { openApi } from "./api-openapi.ts";
import { followActivity, followProcess } from "./api-output.ts";
import {
  BadRequest,
  bodyFailure,
  type JsonObject,
  jsonReply,
  readObject,
  refusalReply,
  refuseFault,
} from "./api-reply.ts";
import {
  CHANNELS,
  optionViews,
  type PageDaemon,
  processView,
  snapshot,
  sortedProcesses,
} from "./api-view.ts";
import { isForeignCall } from "./origin.ts";
import { typedReply } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";

const PREFIX = "/api/v1";
/** What is sent to stdin is most of it. */
const BODY_BYTES = 256 * 1024;
const MOST_TAIL = 1 << 20;
const NO_SNIFFING = "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";

export interface ApiOptions {
  readonly daemon: PageDaemon;
  readonly registry: RpcRegistry;
  readonly hub: StateHub;
}

/**
 * Takes /api/v1 and all below it. What a page of another site may have sent is refused with 403, unless it only reads.
 */
export function apiRoute(options: ApiOptions): Route {
  const api = new Api(options);
  return {
    matches: ({ uri }) => uri.startsWith(PREFIX) && /^$|^[/?]/.test(uri.slice(PREFIX.length)),
    bodyLimit: ({ method }) => (method === "POST" ? BODY_BYTES : undefined),
    // `curl -X POST` sends neither a body nor its length.
    bodyOptional: true,
    refusal: (request) =>
      isReading(request) || !isForeignCall(request)
        ? null
        : refusalReply(403, "refused: the request was made by a page of another site"),
    failure: bodyFailure,
    handle: (exchange) => api.handle(exchange),
  };
}

const isReading = ({ method }: Exchange["request"]): boolean => method === "GET" || method === "HEAD";

/** The target as it came: names in it may hold anything once they are decoded. */
function target({ line }: Exchange["request"]): {
  readonly segments: string[];
  readonly query: URLSearchParams;
} {
  const raw = line.split(" ")[1] ?? "";
  const mark = raw.indexOf("?");
  const path = mark < 0 ? raw : raw.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : raw.slice(mark + 1));
  try {
    const [, , , ...segments] = path.split("/").map(decodeURIComponent);
    return { segments: segments.filter((segment) => segment !== ""), query };
  } catch {
    throw new BadRequest("the path is not percent-encoded UTF-8");
  }
}

/** What one request may be answered from. */
interface Context {
  readonly exchange: Exchange;
  readonly query: URLSearchParams;
  readonly method: string;
  body(): JsonObject;
}

class Api {
  readonly #daemon: PageDaemon;
  readonly #hub: StateHub;
  readonly #call: Call;

  constructor({ daemon, registry, hub }: ApiOptions) {
    this.#daemon = daemon;
    this.#hub = hub;
    this.#call = callsOf(registry);
  }

  handle(exchange: Exchange): void {
    this.#answer(exchange).catch((error: unknown) => {
      if (error instanceof RpcFault) refuseFault(exchange, error);
      else if (error instanceof BadRequest) exchange.send(refusalReply(error.status, error.message));
      else {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#daemon.log.critical(
          `Answering ${exchange.request.line} raised an unexpected exception: ${detail}`,
        );
        exchange.send(refusalReply(500, "the daemon failed to answer"));
      }
    });
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const method = isReading(request) ? "GET" : request.method;
    const { segments, query } = target(request);
    const context: Context = { exchange, query, method, body: () => readObject(exchange.body) };
    const answer = await this.#route(context, segments);
    if (answer !== undefined) exchange.send(jsonReply(200, answer));
  }

  /** The answer; undefined where it was given otherwise. */
  async #route(context: Context, [first, ...rest]: string[]): Promise<unknown> {
    const { exchange, method } = context;
    const [second] = rest;
    switch (first) {
      case undefined:
      case "openapi.json":
        only(method, "GET");
        return openApi();
      case "state":
        only(method, "GET");
        return snapshot(this.#daemon);
      case "events":
        only(method, "GET");
        return this.#stream(exchange, () => this.#hub.attach(exchange));
      case "processes":
        return this.#processes(context, rest);
      case "groups":
        return this.#group(context, rest);
      case "log":
        only(method, "GET");
        return this.#activity(context, second);
      case "config":
        return this.#config(method, second);
      default:
        throw new BadRequest("there is no such thing in this API: see /api/v1/openapi.json", 404);
    }
  }

  #stream(exchange: Exchange, begin: () => void): unknown {
    if (exchange.request.method === "HEAD") {
      exchange.send(typedReply("text/event-stream", "", NO_SNIFFING));
      return undefined;
    }
    if (!hasRoom()) throw new BadRequest("too many streams are open already", 503);
    begin();
    return undefined;
  }

  async #processes(context: Context, [id, what, channel]: string[]): Promise<unknown> {
    if (id === undefined) {
      only(context.method, "GET");
      return sortedProcesses(this.#daemon).map(processView);
    }
    if (what === undefined && isVerb(id) && context.method === "POST") return this.#many(context, id);
    const process = findProcess(this.#daemon, id);
    if (what === undefined) {
      only(context.method, "GET");
      const { entries: history } = process.history;
      const usage = this.#hub.usageHistory(id);
      return { process: processView(process), options: optionViews(process), history, usage };
    }
    if (what === "logs") return this.#logs(context, id, channel);
    if (what === "output") {
      only(context.method, "GET");
      return this.#stream(context.exchange, () => {
        const channels = CHANNELS.filter((each) => process.logfile(each) !== null);
        followProcess(
          context.exchange,
          this.#daemon,
          process,
          channels,
          bytesOf(context.query, "tail", 16_384),
        );
      });
    }
    only(context.method, "POST");
    if (isVerb(what)) await actOnProcess(this.#call, this.#daemon, id, what);
    else if (what === "signal") await this.#call("signalProcess", id, signalOf(context.body()["signal"]));
    else if (what === "stdin")
      await this.#call("sendProcessStdin", id, textOf(context.body()["text"], "text"));
    else throw new BadRequest(`a process has no ${what}`, 404);
    return { ok: true };
  }

  async #many(context: Context, verb: Verb): Promise<unknown> {
    const { processes } = context.body();
    if (processes === undefined) return { results: await actOnGroup(this.#call, null, verb) };
    if (!Array.isArray(processes) || !processes.every((id) => typeof id === "string")) {
      throw new BadRequest("processes: a list of names is expected");
    }
    return { results: await actOnMany(this.#call, this.#daemon, processes, verb) };
  }

  async #group({ method }: Context, [name, verb]: string[]): Promise<unknown> {
    if (name === undefined || verb === undefined || !isVerb(verb)) {
      throw new BadRequest("expected /groups/NAME/start, stop or restart", 404);
    }
    only(method, "POST");
    findGroup(this.#daemon, name);
    return { results: await actOnGroup(this.#call, name, verb) };
  }

  async #logs(
    { exchange, method, query }: Context,
    id: string,
    channel: string | undefined,
  ): Promise<unknown> {
    if (channel === undefined) {
      only(method, "DELETE");
      await this.#call("clearProcessLogs", id);
      return { ok: true };
    }
    const known = CHANNELS.find((each) => each === channel);
    if (known === undefined) throw new BadRequest("a channel is stdout or stderr", 404);
    if (method === "DELETE") {
      clearChannel(this.#daemon, id, known);
      return { ok: true };
    }
    only(method, "GET");
    return sendLog(exchange, query, findProcess(this.#daemon, id).logfile(known), `${id}-${channel}.log`);
  }

  #activity({ exchange, query }: Context, what: string | undefined): unknown {
    const { path } = this.#daemon.log;
    if (what === undefined) return sendLog(exchange, query, path, `${this.#daemon.identifier}.log`);
    if (what !== "output") throw new BadRequest("expected /log or /log/output", 404);
    if (path === null) throw new RpcFault("NO_FILE");
    return this.#stream(exchange, () => followActivity(exchange, path, bytesOf(query, "tail", 16_384)));
  }

  async #config(method: string, what: string | undefined): Promise<unknown> {
    if (what === "diff") {
      only(method, "GET");
      return configDiff(this.#daemon);
    }
    if (what !== "update") throw new BadRequest("expected /config/diff or /config/update", 404);
    only(method, "POST");
    return updateConfig(this.#call);
  }
}

function sendLog(exchange: Exchange, query: URLSearchParams, path: string | null, name: string): unknown {
  if (path === null) throw new RpcFault("NO_FILE");
  if (query.has("download")) sendFile(exchange, path, name);
  else {
    const text = readLog(path, -bytesOf(query, "bytes", 65_536), 0);
    exchange.send(typedReply("text/plain;charset=utf-8", text, NO_SNIFFING));
  }
  return undefined;
}

const isVerb = (text: string): text is Verb => (VERBS as readonly string[]).includes(text);

function only(method: string, expected: "GET" | "POST" | "DELETE"): void {
  if (method !== expected) throw new BadRequest(`${expected} is expected here`, 405);
}

function bytesOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new BadRequest(`${name}: a number of bytes is expected`);
  return Math.max(1, Math.min(MOST_TAIL, Number(text)));
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw new BadRequest(`${name}: a string is expected`);
  return value;
}

function signalOf(value: unknown): string | number {
  if (typeof value === "number" || typeof value === "string") return value;
  throw new BadRequest("signal: a name or a number is expected");
}
