/** Calls of the JSON API (documented by /api/v1/openapi.json). */
import type {
  ConfigDiff,
  FaultView,
  ProcessDetail,
  ProcessView,
  ResultView,
  UpdateResult,
} from "../lib/http/api-types.ts";

export const BASE = "api/v1";

/** What went wrong, in the fault's own words where it is one. */
export class ApiError extends Error {
  readonly fault: FaultView | null;

  constructor(message: string, fault: FaultView | null) {
    super(message);
    this.fault = fault;
  }
}

/** Relative to the page, the id (`group:name`) escaped. */
export const processPath = (id: string): string => `${BASE}/processes/${encodeURIComponent(id)}`;

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError("the daemon does not answer", null);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const fault = (answer as { error?: FaultView } | null)?.error ?? null;
  throw new ApiError(fault?.message ?? `HTTP ${response.status} ${response.statusText}`, fault);
}

export type Channel = ProcessView["logs"][number];
export type Verb = "start" | "stop" | "restart";

interface Results {
  readonly results: readonly ResultView[];
}

export const api = {
  detail: (id: string) => call<ProcessDetail>("GET", processPath(id)),
  /** One process: throws ApiError with the fault. */
  act: (id: string, verb: Verb) => call<unknown>("POST", `${processPath(id)}/${verb}`),
  actOnGroup: (name: string, verb: Verb) =>
    call<Results>("POST", `${BASE}/groups/${encodeURIComponent(name)}/${verb}`),
  /** Null: all processes. */
  actOnMany: (ids: readonly string[] | null, verb: Verb) =>
    call<Results>("POST", `${BASE}/processes/${verb}`, ids === null ? {} : { processes: ids }),
  clearLog: (id: string, channel: Channel) => call<unknown>("DELETE", `${processPath(id)}/logs/${channel}`),
  send: (id: string, text: string) => call<unknown>("POST", `${processPath(id)}/stdin`, { text }),
  signal: (id: string, signal: string) => call<unknown>("POST", `${processPath(id)}/signal`, { signal }),
  diff: () => call<ConfigDiff>("GET", `${BASE}/config/diff`),
  update: () => call<UpdateResult>("POST", `${BASE}/config/update`),
};
