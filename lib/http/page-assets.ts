/** Script, style and images of the page. Names with a hash never change; the original's names are asked for again. */
import { readWebFile } from "../sys/web-files.ts";
import { fieldOf, type HttpRequest } from "./head.ts";
import { typedReply } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";
import { plainPath } from "./uri.ts";

interface Manifest {
  /** Path as asked for -> file in dist/web. */
  readonly files: Readonly<Record<string, string>>;
  readonly script: string;
  readonly style: string;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript;charset=utf-8",
  css: "text/css",
  png: "image/png",
  gif: "image/gif",
};

let manifest: Manifest | null = null;

/** What the build made. Empty where it made no page: the table then comes without style and script. */
export function assets(): Manifest {
  if (manifest === null) {
    const text = readWebFile("manifest.json");
    manifest = text === null ? { files: {}, script: "", style: "" } : JSON.parse(text.toString("utf8"));
  }
  return manifest as Manifest;
}

const nameOf = (request: HttpRequest): string | undefined => {
  const { files } = assets();
  const path = plainPath(request.uri);
  return Object.hasOwn(files, path) ? files[path] : undefined;
};

export const assetsRoute: Route = {
  matches: (request) =>
    (request.method === "GET" || request.method === "HEAD") &&
    /^\/+(?:assets|stylesheets|images)\//.test(request.uri) &&
    nameOf(request) !== undefined,
  bodyLimit: () => undefined,
  handle: (exchange) => send(exchange, nameOf(exchange.request) ?? ""),
};

function send(exchange: Exchange, file: string): void {
  const { request } = exchange;
  const packed = acceptsGzip(request) ? readWebFile(`${file}.gz`) : null;
  const bytes = packed ?? readWebFile(file);
  if (bytes === null) {
    exchange.fail(404);
    return;
  }
  const fresh = request.uri.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache";
  const fields = [
    `Cache-Control: ${fresh}`,
    "X-Content-Type-Options: nosniff",
    "Vary: Accept-Encoding",
    ...(packed === null ? [] : ["Content-Encoding: gzip"]),
    "",
  ].join("\r\n");
  const extension = file.slice(file.lastIndexOf(".") + 1);
  exchange.send(typedReply(TYPES[extension] ?? "application/octet-stream", bytes, fields));
}

export const acceptsGzip = (request: HttpRequest): boolean =>
  /(?:^|[\s,])gzip(?:\s*;\s*q=(?:1|0?\.0*[1-9]))?\s*(?:,|$)/i.test(fieldOf(request, "accept-encoding") ?? "");
