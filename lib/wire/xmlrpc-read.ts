/**
 * XML-RPC requests to values, exactly as tolerant and as strict as the original's bottom-up walk over the elements
 * (supervisor.md section 1.1): the root's tag is irrelevant, the last `<methodName>` and the last `<params>` win, typed
 * values may stand where `<param>` and `<value>` are left out, unknown tags give their text, empty ones null.
 */
import { decodeBase64 } from "./base64.ts";
import { pythonFloat, pythonFloatOf, pythonInt } from "./python-number.ts";
import { scanXml, type XmlHandler, type XmlLimits, XmlSyntaxError } from "./xml-scan.ts";
import { isXmlRpcArray, XmlRpcSyntaxError, type XmlRpcValue } from "./xmlrpc-value.ts";

export interface XmlRpcCall {
  /** Untouched: not trimmed, not checked against any table. */
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

export interface XmlRpcLimits extends XmlLimits {
  /** Size of the document: bytes, or UTF-16 units of a string. */
  readonly size: number;
}

/** Far beyond what any client sends, and small enough that the worst document is read in a fraction of a second. */
export const CALL_LIMITS: XmlRpcLimits = { size: 8 << 20, depth: 256, elements: 200_000, attributes: 64 };

/**
 * Reads a request. Bytes are UTF-8 whatever the declaration says. Throws {@link XmlRpcSyntaxError} and nothing else:
 * `unmarshallable` for ill-formed XML, values that do not read, and anything beyond the limits; `no method name` where
 * there is none or it is empty. A base64 that holds UTF-8 comes as a string, as in the original; one that does not,
 * which the original refuses, comes as bytes.
 */
export function readCall(body: Uint8Array | string, limits: XmlRpcLimits = CALL_LIMITS): XmlRpcCall {
  if (body.length > limits.size) throw new XmlRpcSyntaxError("unmarshallable", "document too large");
  const walk = new CallWalk();
  try {
    scanXml(typeof body === "string" ? body : decodeUtf8(body), walk, limits);
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw new XmlRpcSyntaxError("unmarshallable", error.message);
    throw error;
  }
  if (walk.method === null || walk.method === "") throw new XmlRpcSyntaxError("no method name");
  return { method: walk.method, params: walk.params };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new XmlRpcSyntaxError("unmarshallable", "not UTF-8");
  }
}

/** An element: its text (before its first child, until it is converted) and its children, dropped once converted. */
interface Element {
  text: string | null;
  value: XmlRpcValue;
  children: Element[];
}

const NO_CHILDREN: Element[] = [];

class CallWalk implements XmlHandler {
  method: string | null = null;
  params: readonly XmlRpcValue[] = [];
  readonly #open: Element[] = [{ text: null, value: null, children: [] }];

  open(): void {
    this.#open.push({ text: null, value: null, children: NO_CHILDREN });
  }

  text(piece: string): void {
    const element = this.#open.at(-1) as Element;
    if (element.children.length === 0) element.text = (element.text ?? "") + piece;
  }

  close(name: string): void {
    const element = this.#open.pop() as Element;
    const convert = CONVERTERS.get(name);
    if (convert !== undefined) {
      element.value = convert(element);
      element.children = NO_CHILDREN;
    } else {
      element.value = element.text;
      if (name === "methodName") this.method = element.text;
      else if (name === "params") this.params = element.children.map(elementValue);
    }
    const parent = this.#open.at(-1) as Element;
    if (parent.children === NO_CHILDREN) parent.children = [element];
    else parent.children.push(element);
  }
}

const elementValue = (element: Element): XmlRpcValue => element.value;

function fail(detail: string): never {
  throw new XmlRpcSyntaxError("unmarshallable", detail);
}

const integer = ({ text }: Element): number => pythonInt(text ?? "") ?? fail("malformed integer");

const firstChild = ({ children }: Element): XmlRpcValue => (children[0] ?? fail("a value is missing")).value;

const CONVERTERS: ReadonlyMap<string, (element: Element) => XmlRpcValue> = new Map<
  string,
  (element: Element) => XmlRpcValue
>([
  ["int", integer],
  ["i4", integer],
  ["boolean", ({ text }) => text === "1"],
  ["string", ({ text }) => text ?? ""],
  ["double", ({ text }) => pythonFloatOf(text ?? "") ?? fail("malformed double")],
  ["dateTime.iso8601", ({ text }) => readDateTime(text ?? "") ?? fail("malformed dateTime.iso8601")],
  ["base64", ({ text }) => readBase64(text ?? "")],
  ["array", firstChild],
  ["data", ({ children }) => children.map(elementValue)],
  ["struct", readStruct],
  ["param", firstChild],
  ["value", ({ text, children }) => (children[0] === undefined ? (text ?? "") : children[0].value)],
]);

/** Every member has two children, whatever their tags: the first one's value is the name. */
function readStruct({ children }: Element): XmlRpcValue {
  const struct = new Map<string, XmlRpcValue>();
  for (const { children: pair } of children) {
    const [name, value] = pair;
    if (name === undefined || value === undefined || pair.length !== 2) fail("malformed member");
    struct.set(memberName(name.value), value.value);
  }
  return struct;
}

/** Names are text; a typed value there is a key of its own type in Python, and here its text. */
function memberName(value: XmlRpcValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "";
  if (typeof value === "number") return memberNumber(value);
  if (value === null || (isXmlRpcArray(value) && value.length === 0)) return "";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map && value.size === 0) return "";
  return fail("malformed name");
}

function memberNumber(value: number): string {
  if (value === 0) return "";
  return Number.isSafeInteger(value) ? String(value) : pythonFloat(value);
}

function readBase64(text: string): string | Uint8Array {
  const bytes = decodeBase64(text) ?? fail("malformed base64");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

// strptime's "%Y%m%dT%H:%M:%S": months, days and times of one digit read too.
const DATE_TIME =
  /^([0-9]{4})(1[0-2]|0[1-9]|[1-9])(3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9])T(2[0-3]|[01][0-9]|[0-9]):([0-5][0-9]|[0-9]):([0-5][0-9]|[0-9])$/i;

/** A dateTime.iso8601, its fields taken as UTC; undefined where Python raises. */
export function readDateTime(text: string): Date | undefined {
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(Number);
  if (year === 0) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hours, minutes, seconds);
  return date.getUTCMonth() === month - 1 ? date : undefined;
}
