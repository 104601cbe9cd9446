/** Replies in the original's bytes (supervisor.md section 2.3). */
import { wall } from "../sys/clock.ts";
import { type HttpRequest, isPersistent } from "./head.ts";

/** The original's phrases, and those of the two statuses that only we give (431, 501 stands in its table unused). */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  301: "Moved Permanently",
  302: "Moved Temporarily",
  303: "See Other",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Time-out",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

export interface Reply {
  readonly status: number;
  /** Whole lines, each with its CRLF, before and after `Content-Length`. */
  readonly before: string;
  readonly after: string;
  readonly body: string | Uint8Array;
}

/** A reply of a type, the length following the other fields. `more`: further whole lines, each with its CRLF. */
export const typedReply = (type: string, body: string | Uint8Array, more = ""): Reply => ({
  status: 200,
  before: `Content-Type: ${type}\r\n${more}`,
  after: "",
  body,
});

/** The original's page for an error. `before`: whole lines. */
export function errorReply(status: number, before = ""): Reply {
  const reason = REASONS[status] ?? "Unknown";
  const lines = [
    ...["<head>", "<title>Error response</title>", "</head>", "<body>", "<h1>Error response</h1>"],
    ...[`<p>Error code ${status}.`, `<p>Message: ${reason}.`, "</body>", ""],
  ];
  return { status, before, after: "Content-Type: text/html\r\n", body: lines.join("\r\n") };
}

export const CLOSING = "Connection: close\r\n";

/** RFC 1123 in GMT. `time`: milliseconds since the epoch. */
export const httpDate = (time: number): string => new Date(time).toUTCString();

let dated = { second: -1, line: "" };

function dateLine(): string {
  const now = wall();
  const second = Math.floor(now / 1000);
  if (second !== dated.second) dated = { second, line: `Date: ${httpDate(now)}\r\n` };
  return dated.line;
}

/** The original says `HTTP/None` to a request without a version; we say 1.0, which is what such a client reads. */
const startOf = (version: string | null, status: number): string =>
  `HTTP/${version ?? "1.0"} ${status} ${REASONS[status] ?? "Unknown"}\r\nServer: Medusa/1.12\r\n${dateLine()}`;

/**
 * A text of ASCII that is longer, in characters, goes out as text in pieces of this length: what Node copies of them for the
 * system is freed when it is written, where a Buffer of everything would wait for a collection of garbage.
 */
const PIECE = 64 * 1024;

/**
 * A whole reply, in the parts that are to be written: mostly one; texts are ASCII. HTTP/1.0 hears that its connection stays
 * open. That it closes is said where the client did not ask for it, since it would send its next request into the end of this
 * connection; where it asked, nothing is said, as in the original.
 */
export function renderReply(
  request: HttpRequest,
  reply: Reply,
  close: boolean,
): readonly (Buffer | string)[] {
  const { status, before, after, body } = reply;
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const keep = !close && request.version === "1.0" ? "Connection: Keep-Alive\r\n" : "";
  const unasked = close && isPersistent(request) && !before.includes(CLOSING);
  // A reply that says "not modified" ends with its head; a length would be that of what is not sent.
  const length = status === 304 ? "" : `Content-Length: ${size}\r\n`;
  const head = `${startOf(request.version, status)}${before}${length}${after}${unasked ? CLOSING : keep}\r\n`;
  // A reply to HEAD has no body; the original's error pages come all the same and upset the next reply.
  const withBody = request.method !== "HEAD";
  if (withBody && typeof body === "string" && size > PIECE && body.length === size) {
    return [Buffer.from(head), ...pieces(body)];
  }
  const headSize = Buffer.byteLength(head);
  const bytes = Buffer.allocUnsafe(headSize + (withBody ? size : 0));
  bytes.write(head);
  if (withBody && typeof body === "string") bytes.write(body, headSize);
  else if (withBody) bytes.set(body as Uint8Array, headSize);
  return [bytes];
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

/** The head of a stream: in chunks for HTTP/1.1 clients that keep their connection, else ended by the close. */
export function renderStreamHead(
  request: HttpRequest,
  status: number,
  fields: string,
  chunked: boolean,
): Buffer {
  const coding = chunked ? "Transfer-Encoding: chunked\r\n" : "";
  return Buffer.from(`${startOf(request.version, status)}${fields}${coding}\r\n`);
}

/**
 * True for an HTTP/1.1 client that keeps its connection (supervisor.md section 2.3); for any other the close ends the
 * stream.
 */
export const streamsInChunks = (request: HttpRequest): boolean =>
  request.version === "1.1" && isPersistent(request);

/** One chunk of a stream. Empty bytes would end it, so there is no such chunk. */
export function renderChunk(bytes: Uint8Array): Buffer {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, "latin1");
  const chunk = Buffer.allocUnsafe(size.length + bytes.length + 2);
  chunk.set(size);
  chunk.set(bytes, size.length);
  chunk.write("\r\n", size.length + bytes.length, "latin1");
  return chunk;
}

export const LAST_CHUNK: Buffer = Buffer.from("0\r\n\r\n", "latin1");
