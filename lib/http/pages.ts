/** The pages that are always there, and what becomes of everything else (supervisor.md sections 2.1 and 2.7). */
import type { HttpRequest } from "./head.ts";
import { type Reply, typedReply } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";
import { splitUri } from "./uri.ts";

/** Largest form that a page takes. */
const FORM_BYTES = 64 * 1024;

const UNCACHED = "Pragma: no-cache\r\nCache-Control: no-cache\r\nExpires: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

/** An HTML page as the original's user interface sends it: never cached. */
export const htmlReply = (html: string): Reply => typedReply("text/html;charset=utf-8", html, UNCACHED);

/** The path by which the user interface knows a page: no leading slashes, `index.html` for none. */
export function pageName(request: HttpRequest): string {
  const path = splitUri(request.uri).path.replace(/^\/+/, "");
  return path === "" ? "index.html" : path;
}

/** A page by its name, for GET and POST; a POST needs a length, whatever it holds. */
export function pageRoute(name: string, handle: (exchange: Exchange) => void): Route {
  return {
    matches: (request) =>
      (request.method === "GET" || request.method === "POST") && pageName(request) === name,
    bodyLimit: ({ method }) => (method === "POST" ? FORM_BYTES : undefined),
    handle,
  };
}

/** `/ok.html`, for those who ask whether we live. */
export const okRoute: Route = pageRoute("ok.html", (exchange) =>
  exchange.send(typedReply("text/plain", "OK")),
);

/** What `/` shows where no status page is installed. */
export const plainIndexRoute: Route = pageRoute("index.html", (exchange) =>
  exchange.send(
    htmlReply(
      "<!DOCTYPE html>\n<html>\n<head>\n<title>Supervisor Status</title>\n</head>\n<body>\n<h1>Supervisor</h1>\n" +
        "<p>The process control system is running. Use supervisorctl or XML-RPC to control it.</p>\n</body>\n</html>\n",
    ),
  ),
);

/** The last route: there is nothing here. */
export const nothingRoute: Route = {
  matches: () => true,
  bodyLimit: () => undefined,
  handle: (exchange) => {
    const { method } = exchange.request;
    exchange.fail(method === "GET" || method === "HEAD" ? 404 : 400);
  },
};
