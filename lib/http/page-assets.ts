/** Script, style and images of the page. Names with a hash never change; the original's names are asked for again. */
import { readWebFile } from "../sys/web-files.ts";
import { fieldOf, type HttpRequest } from "./head.ts";
import { errorReply, httpDate, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { plainPath } from "./uri.ts";

interface Manifest {
  /** Path as asked for -> file in dist/web. */
  readonly files: Readonly<Record<string, string>>;
  readonly script: string;
  readonly style: string;
  /** When they were made, epoch milliseconds in whole seconds. */
  readonly time: number;
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
    manifest =
      text === null ? { files: {}, script: "", style: "", time: 0 } : JSON.parse(text.toString("utf8"));
  }
  return manifest as Manifest;
}

const nameOf = (request: HttpRequest): string | undefined => {
  const { files } = assets();
  const path = plainPath(request.uri);
  return Object.hasOwn(files, path) ? files[path] : undefined;
};

const isReading = ({ method }: HttpRequest): boolean => method === "GET" || method === "HEAD";

export const assetsRoute: Route = {
  matches: (request) =>
    isReading(request) &&
    /^\/+(?:assets|stylesheets|images)\//.test(request.uri) &&
    nameOf(request) !== undefined,
  bodyLimit: () => undefined,
  handle: (exchange) => exchange.send(fileReply(exchange.request, nameOf(exchange.request) ?? "")),
};

/** Folders lead to themselves with a slash, of which there is no page, as in the original. */
export const foldersRoute: Route = {
  matches: (request) => isReading(request) && /^(?:stylesheets|images)$/.test(plainPath(request.uri)),
  bodyLimit: () => undefined,
  handle: (exchange) => {
    const { request } = exchange;
    const location = `${serverOf(request)}/${plainPath(request.uri)}/`;
    exchange.send(errorReply(301, `Location: ${location}\r\n`));
  },
};

/** Where the client has found us, as the beginning of a URL; empty where it does not say. */
export function serverOf(request: HttpRequest): string {
  const host = (fieldOf(request, "host") ?? "").replace(/[\r\n]/g, "").replace(/:80$/, "");
  return host === "" ? "" : `http://${host}`;
}

function fileReply(request: HttpRequest, file: string): Reply {
  const plain = readWebFile(file);
  if (plain === null) return errorReply(404);
  const packed = acceptsGzip(request) ? readWebFile(`${file}.gz`) : null;
  const kept = request.uri.startsWith("/assets/");
  const common = `Cache-Control: ${kept ? "max-age=31536000, immutable" : "no-cache"}\r\nVary: Accept-Encoding\r\n`;
  const { time } = assets();
  if (!kept && isUnchanged(request, time, plain.length)) {
    return { status: 304, before: common, after: "", body: "" };
  }
  const extension = file.slice(file.lastIndexOf(".") + 1);
  return {
    status: 200,
    before: [
      ...(kept ? [] : [`Last-Modified: ${httpDate(time)}\r\n`]),
      common,
      "X-Content-Type-Options: nosniff\r\n",
      ...(packed === null ? [] : ["Content-Encoding: gzip\r\n"]),
    ].join(""),
    after: `Content-Type: ${TYPES[extension] ?? "application/octet-stream"}\r\n`,
    body: packed ?? plain,
  };
}

const SINCE = /^([a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d gmt)(?:; length=(\d+))?$/i;

/** True where the client has what there is; a length that it gives along (an old habit) must be right. */
function isUnchanged(request: HttpRequest, time: number, length: number): boolean {
  const [, since, size] = SINCE.exec(fieldOf(request, "if-modified-since") ?? "") ?? [];
  return since !== undefined && time <= Date.parse(since) && (size === undefined || Number(size) === length);
}

/** True where Accept-Encoding names gzip with any q but zero; `*` and `x-gzip` count for no. */
export const acceptsGzip = (request: HttpRequest): boolean =>
  /(?:^|[\s,])gzip(?:\s*;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+)?\s*(?:,|$)/i.test(
    fieldOf(request, "accept-encoding") ?? "",
  );
