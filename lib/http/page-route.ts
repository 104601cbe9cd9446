/** `/`, `/index.html` and `/tail.html`: the original's pages, parameters, redirects and messages (supervisor.md section 2.7). */
import { RpcFault } from "../model/faults.ts";
import { namespecOf } from "../rpc/address.ts";
import { processInfo } from "../rpc/process-info.ts";
import type { RpcRegistry } from "../rpc/registry.ts";
import { wall } from "../sys/clock.ts";
import { hostName } from "../sys/host.ts";
import { compression } from "../sys/lazy.ts";
import { type Call, callsOf } from "./api-actions.ts";
import { type PageDaemon, sortedProcesses } from "./api-view.ts";
import type { HttpRequest } from "./head.ts";
import { confirmationToken, isForeignAction } from "./origin.ts";
import { performAction } from "./page-actions.ts";
import { acceptsGzip, serverOf } from "./page-assets.ts";
import { confirmPage, quote, statusPage, tailPage } from "./page-html.ts";
import { htmlReply, pageName, pageRoute } from "./pages.ts";
import { errorReply, type Reply } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";
import { formFields, splitUri } from "./uri.ts";

/** Nothing but what we serve ourselves, no script in the page, and only our own pages around it. */
const SECURITY = [
  "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
  "X-Content-Type-Options: nosniff",
  "Referrer-Policy: same-origin",
  "",
].join("\r\n");

const UNCACHED = "Pragma: no-cache\r\nCache-Control: no-cache\r\nExpires: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

/** Pages below this size are sent as they are. */
const WORTH_PACKING = 4096;
const LEAST_TAIL = 1024;

/** The confirmation's field for {@link confirmationToken}. */
const TOKEN = "confirmed";

/** GET and POST alike, an action being a parameter of either. HEAD is answered here too, for `ok.html` as well. */
export function pageRoutes(daemon: PageDaemon, registry: RpcRegistry): readonly Route[] {
  const call = callsOf(registry);
  const index = (exchange: Exchange) => {
    showStatus(daemon, call, exchange).catch((error: unknown) => failed(daemon, exchange, error));
  };
  return [
    pageRoute("index.html", index),
    // The original's raw template: whoever asks for it wants the page.
    pageRoute("status.html", index),
    pageRoute("tail.html", (exchange) => {
      showTail(call, exchange).catch((error: unknown) => failed(daemon, exchange, error));
    }),
    headRoute,
  ];
}

/** The original looks for a file here and does not find each; a monitor that asks for the head alone is answered. */
const headRoute: Route = {
  matches: (request) =>
    request.method === "HEAD" &&
    ["index.html", "status.html", "tail.html", "ok.html"].includes(pageName(request)),
  bodyLimit: () => undefined,
  handle: (exchange) => exchange.send(htmlReply("")),
};

function failed(daemon: PageDaemon, exchange: Exchange, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  daemon.log.critical(`Web interface error: ${detail}`);
  exchange.fail(500);
}

/** The form: of the query the first of a name counts, of a body the last, and that before the query. Empty values do not. */
export function formOf(request: HttpRequest, body: Buffer): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of formFields(splitUri(request.uri).query ?? "")) {
    if (value !== "" && !form.has(name)) form.set(name, value);
  }
  for (const [name, value] of formFields(body.toString("utf8"))) {
    if (value !== "") form.set(name, value);
  }
  return form;
}

async function showStatus(daemon: PageDaemon, call: Call, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const form = formOf(request, exchange.body);
  const action = form.get("action");
  if (action === undefined) {
    exchange.send(page(request, statusPage(whoseOf(daemon), rowsOf(daemon), form.get("message") ?? null)));
    return;
  }
  const name = form.get("processname");
  if (action !== "refresh" && form.get(TOKEN) !== confirmationToken() && isForeignAction(request)) {
    const fields = {
      action,
      ...(name === undefined ? {} : { processname: name }),
      [TOKEN]: confirmationToken(),
    };
    exchange.send({ ...page(request, confirmPage(fields)), status: 403 });
    return;
  }
  const message = await performAction(call, daemon, action, name);
  exchange.send(message === null ? errorReply(400) : redirect(request, message));
}

const whoseOf = ({ identifier }: PageDaemon) => ({ identifier, host: hostName() });

const rowsOf = (daemon: PageDaemon) => {
  const now = wall();
  return sortedProcesses(daemon).map((process) => ({
    id: namespecOf(process),
    state: process.record.state,
    description: String(processInfo(process, now)["description"]),
  }));
};

/** The order of the fields is the original's. */
function redirect(request: HttpRequest, message: string): Reply {
  const { body } = errorReply(301);
  const before = `Location: ${serverOf(request)}/?message=${quote(message)}\r\nContent-Type: text/html\r\n${UNCACHED}`;
  return { status: 301, before, after: "", body };
}

function page(request: HttpRequest, html: string): Reply {
  const reply = htmlReply(html);
  if (html.length < WORTH_PACKING || !acceptsGzip(request))
    return { ...reply, before: reply.before + SECURITY };
  // Loaded with the first page that is worth it: a daemon that nobody looks at goes without.
  const { gzipSync } = compression();
  // Level 1: a page of 500 programs takes a millisecond or two, and a twentieth of the bytes.
  const fields = `${reply.before}${SECURITY}Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n`;
  return { ...reply, before: fields, body: gzipSync(html, { level: 1 }) };
}

async function showTail(call: Call, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const form = formOf(request, exchange.body);
  const name = form.get("processname");
  const asked = form.get("limit") ?? "";
  const limit = Math.max(LEAST_TAIL, /^\d{1,9}$/.test(asked) ? Number(asked) : LEAST_TAIL);
  const text = name === undefined ? "No process name found" : await tailOf(call, name, limit);
  // The original's title says so too.
  const title = `Supervisor tail of process ${name ?? "None"}`;
  const refresh = name === undefined ? null : `tail.html?processname=${quote(name)}&limit=${limit}`;
  exchange.send(page(request, tailPage(title, text, refresh)));
}

async function tailOf(call: Call, name: string, limit: number): Promise<string> {
  try {
    return String(await call("readProcessStdoutLog", name, -limit, 0));
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    if (error.fault === "NO_FILE") return `No file for ${name}`;
    return `ERROR: unexpected rpc fault [${error.code}] ${error.message}`;
  }
}
