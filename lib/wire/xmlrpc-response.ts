/**
 * XML-RPC replies to values, for clients: what Python's `xmlrpc.client` accepts (any integer tag, prefixed tags, untyped
 * values), without its extras (bigdecimal).
 */
import { decodeBase64 } from "./base64.ts";
import { pythonFloatOf, pythonInt } from "./python-number.ts";
import { scanXml, type XmlHandler, XmlSyntaxError } from "./xml-scan.ts";
import { readPlainReply } from "./xmlrpc-plain.ts";
import { readDateTime, type XmlRpcLimits } from "./xmlrpc-read.ts";
import { XmlRpcSyntaxError, type XmlRpcValue } from "./xmlrpc-value.ts";

export type XmlRpcReply =
  | { readonly ok: true; readonly value: XmlRpcValue }
  | { readonly ok: false; readonly code: number; readonly text: string };

/** A reply may hold whole logs of thousands of processes; the limits only keep a broken server from filling memory. */
export const REPLY_LIMITS: XmlRpcLimits = {
  size: 256 << 20,
  depth: 1000,
  elements: 10_000_000,
  attributes: 64,
};

/** Reads a reply. Throws {@link XmlRpcSyntaxError}, always `unmarshallable`. */
export function readResponse(text: string, limits: XmlRpcLimits = REPLY_LIMITS): XmlRpcReply {
  if (text.length > limits.size) throw new XmlRpcSyntaxError("unmarshallable", "document too large");
  const plain = readPlainReply(text);
  return plain === undefined ? readAnyReply(text, limits) : { ok: true, value: plain };
}

/** As {@link readResponse}, by the whole XML reader, whatever the layout. */
export function readAnyReply(text: string, limits: XmlRpcLimits = REPLY_LIMITS): XmlRpcReply {
  const walk = new ReplyWalk();
  try {
    scanXml(text, walk, limits);
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw new XmlRpcSyntaxError("unmarshallable", error.message);
    throw error;
  }
  return walk.reply();
}

function fail(detail: string): never {
  throw new XmlRpcSyntaxError("unmarshallable", detail);
}

/** A stack machine: a scalar pushes itself, the end of an array or struct gathers what came since its start. */
class ReplyWalk implements XmlHandler {
  readonly #stack: XmlRpcValue[] = [];
  readonly #marks: number[] = [];
  #data = "";
  /** In a `<value>` that has had no child yet. */
  #untyped = false;
  #kind: "params" | "fault" | null = null;

  open(name: string): void {
    const tag = localName(name);
    if (tag === "array" || tag === "struct") this.#marks.push(this.#stack.length);
    if (this.#untyped && !KNOWN.has(tag)) fail("unknown type");
    this.#data = "";
    this.#untyped = tag === "value";
  }

  text(piece: string): void {
    this.#data += piece;
  }

  close(name: string): void {
    const tag = localName(name);
    const scalar = SCALARS.get(tag);
    if (scalar !== undefined) this.#push(scalar(this.#data));
    else if (tag === "value" && this.#untyped) this.#push(this.#data);
    else if (tag === "array") this.#push(this.#gathered());
    else if (tag === "struct") this.#push(structOf(this.#gathered()));
    else if (tag === "params" || tag === "fault") this.#kind = tag;
  }

  reply(): XmlRpcReply {
    const [value] = this.#stack;
    if (this.#kind === null || value === undefined || this.#stack.length !== 1) fail("not a reply");
    if (this.#kind === "params") return { ok: true, value };
    const code = value instanceof Map ? value.get("faultCode") : undefined;
    const text = value instanceof Map ? value.get("faultString") : undefined;
    if (typeof code !== "number" || typeof text !== "string") fail("malformed fault");
    return { ok: false, code, text };
  }

  #push(value: XmlRpcValue): void {
    this.#stack.push(value);
    this.#untyped = false;
  }

  #gathered(): XmlRpcValue[] {
    return this.#stack.splice(this.#marks.pop() ?? 0);
  }
}

const localName = (name: string): string => {
  const end = name.lastIndexOf("}");
  return end === -1 ? name : name.slice(end + 1);
};

const integer = (text: string): number => pythonInt(text) ?? fail("malformed integer");
const double = (text: string): number => pythonFloatOf(text) ?? fail("malformed double");

function boolean(text: string): boolean {
  if (text !== "0" && text !== "1") fail("malformed boolean");
  return text === "1";
}

const SCALARS: ReadonlyMap<string, (text: string) => XmlRpcValue> = new Map<
  string,
  (text: string) => XmlRpcValue
>([
  ["nil", () => null],
  ["boolean", boolean],
  ["i1", integer],
  ["i2", integer],
  ["i4", integer],
  ["i8", integer],
  ["int", integer],
  ["biginteger", integer],
  ["double", double],
  ["float", double],
  ["string", (text) => text],
  ["name", (text) => text],
  ["base64", (text) => decodeBase64(text) ?? fail("malformed base64")],
  ["dateTime.iso8601", (text) => readDateTime(text) ?? fail("malformed dateTime.iso8601")],
]);

const KNOWN: ReadonlySet<string> = new Set([
  ...SCALARS.keys(),
  "value",
  "array",
  "struct",
  "params",
  "fault",
  "methodName",
]);

function structOf(items: readonly XmlRpcValue[]): XmlRpcValue {
  const struct = new Map<string, XmlRpcValue>();
  for (let at = 0; at < items.length; at += 2) {
    const name = items[at];
    const value = items[at + 1];
    if (typeof name !== "string" || value === undefined) fail("malformed struct");
    struct.set(name, value);
  }
  return struct;
}
