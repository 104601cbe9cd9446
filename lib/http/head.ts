/** The head of a request: its line and its fields (supervisor.md section 2.2). Pure. */
import { decodeTarget } from "./uri.ts";

export interface HttpRequest {
  /** The request line as it came, for the access log. */
  readonly line: string;
  readonly method: string;
  /** The target with its path percent-decoded: what routes match against. */
  readonly uri: string;
  /** `1.1`; null where the line names no version. */
  readonly version: string | null;
  /** Names in lower case, values trimmed, in order, repeated ones included. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no request line may hold
const REQUEST_LINE = /^([^ \0-\x1f\x7f\ufffd]+) ([^ \0-\x1f\x7f\ufffd]+)(?: HTTP\/([0-9.]{1,16}))?$/;

/** What a line may not hold where others would see its end, and a name where others would see another name: `Content-Length :`. */
const BROKEN_FIELD = /[\0\r\n]/;
const BROKEN_NAME = /[^!-~]/;

/** Many more than any client sends, and few enough to look through. */
const MAX_FIELDS = 200;

/**
 * Reads a head, without the empty line that ends it; null for one that is no request. A line that begins with white
 * space continues the one before it; a line without a colon says nothing and is passed over, as in the original. The
 * original misses fields without exactly one space after the colon; they count here.
 */
export function parseHead(head: string): HttpRequest | null {
  const [line = "", ...rest] = head.split("\r\n");
  const found = REQUEST_LINE.exec(line);
  if (found === null || rest.length > MAX_FIELDS) return null;
  const lines = unfold(rest);
  if (lines === null) return null;
  const fields: [string, string][] = [];
  for (const field of lines) {
    if (BROKEN_FIELD.test(field)) return null;
    const colon = field.indexOf(":");
    if (colon <= 0) continue;
    const name = field.slice(0, colon).toLowerCase();
    if (BROKEN_NAME.test(name)) return null;
    fields.push([name, withoutBlanks(field, colon + 1)]);
  }
  const [, method = "", target = "", version] = found;
  return { line, method, uri: decodeTarget(target), version: version ?? null, fields };
}

const isBlank = (text: string, at: number): boolean => text[at] === " " || text[at] === "\t";

/** The text from there on without blanks and tabs at its ends; other white space is the value's own. */
function withoutBlanks(text: string, from: number): string {
  let end = text.length;
  let begin = from;
  while (begin < end && isBlank(text, begin)) begin++;
  while (end > begin && isBlank(text, end - 1)) end--;
  return text.slice(begin, end);
}

/** Joins continuation lines less their first blank; null where there is nothing to continue. */
function unfold(lines: readonly string[]): string[] | null {
  const joined: string[] = [];
  for (const line of lines) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      const last = joined.pop();
      if (last === undefined) return null;
      joined.push(last + line.slice(1));
    } else {
      joined.push(line);
    }
  }
  return joined;
}

/** The first field of that name (in lower case), or undefined. */
export function fieldOf(request: HttpRequest, name: string): string | undefined {
  for (const [field, value] of request.fields) if (field === name) return value;
  return undefined;
}

function connectionSays(request: HttpRequest, token: string): boolean {
  return request.fields.some(
    ([name, value]) =>
      name === "connection" &&
      value
        .toLowerCase()
        .split(/[ \t]*,[ \t]*/)
        .includes(token),
  );
}

/** True where the connection is to stay open after the reply. */
export function isPersistent(request: HttpRequest): boolean {
  if (request.version === null) return false;
  if (request.version === "1.0") return connectionSays(request, "keep-alive");
  return !connectionSays(request, "close");
}

/** How the request's body is delimited, or the status that refuses a head that leaves it in doubt. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "refused"; readonly status: 400 | 501 };

/** Where two servers could disagree on where a body ends (two lengths, a length and chunks), the request is refused. */
export function framingOf(request: HttpRequest): Framing {
  const lengths = request.fields.filter(([name]) => name === "content-length").map(([, value]) => value);
  const codings = request.fields.filter(([name]) => name === "transfer-encoding").map(([, value]) => value);
  if (codings.length > 0) {
    if (codings.length > 1 || codings[0]?.toLowerCase() !== "chunked")
      return { kind: "refused", status: 501 };
    return lengths.length > 0 ? { kind: "refused", status: 400 } : { kind: "chunked" };
  }
  const [length] = lengths;
  if (length === undefined || (length === "" && lengths.length === 1)) return { kind: "none" };
  if (lengths.some((other) => other !== length) || !/^[0-9]{1,15}$/.test(length)) {
    return { kind: "refused", status: 400 };
  }
  return { kind: "length", length: Number(length) };
}
