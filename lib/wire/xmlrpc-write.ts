/**
 * Values to XML-RPC text, byte for byte what CPython's `xmlrpc.client.dumps` makes (supervisor.md section 1.1), but for
 * text that XML cannot carry and for whole numbers beyond 32 bits, on which the original fails.
 */
import { pythonFloat } from "./python-number.ts";
import {
  PreparedStruct,
  XmlRpcDouble,
  type XmlRpcMembers,
  type XmlRpcStruct,
  type XmlRpcValue,
} from "./xmlrpc-value.ts";

const HEADER = "<?xml version='1.0'?>\n";

// Whatever may need a second look: markup, CR, what XML 1.0 forbids, and any half of a surrogate pair.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const SUSPECT = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
const ILLEGAL = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/gu;

/**
 * Text as XML content. `& < >` are escaped as Python does it. CR becomes a character reference, since a raw one reaches
 * the client as LF; what XML cannot carry (C0 controls of coloured logs, lone surrogates, U+FFFE, U+FFFF) becomes U+FFFD,
 * since the original's raw bytes make the whole reply unreadable (section 10.18).
 */
export function escapeText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replace(ILLEGAL, "\ufffd");
}

/** A whole reply. Throws TypeError for null, undefined or a recursive value (Python raises; the endpoint answers 500). */
export function writeResponse(value: XmlRpcValue): string {
  return `${HEADER}<methodResponse>\n<params>\n<param>\n${writeValue(value, 0)}</param>\n</params>\n</methodResponse>\n`;
}

/** A whole reply that is a fault. */
export function writeFault(code: number, text: string): string {
  return `${HEADER}<methodResponse>\n<fault>\n${writeValue({ faultCode: code, faultString: text }, 0)}</fault>\n</methodResponse>\n`;
}

/** A whole request, as a client sends it. Throws as {@link writeResponse} does. */
export function writeCall(method: string, params: readonly XmlRpcValue[]): string {
  let text = `${HEADER}<methodCall>\n<methodName>${escapeText(method)}</methodName>\n<params>\n`;
  for (const param of params) text += `<param>\n${writeValue(param, 0)}</param>\n`;
  return `${text}</params>\n</methodCall>\n`;
}

/** Nesting beyond this is taken for a cycle: ours are five deep at most, and clients' parsers have limits too. */
const MAX_DEPTH = 200;

function writeValue(value: XmlRpcValue, depth: number): string {
  switch (typeof value) {
    case "string":
      return `<value><string>${escapeText(value)}</string></value>\n`;
    case "number":
      return writeNumber(value);
    case "boolean":
      return value ? "<value><boolean>1</boolean></value>\n" : "<value><boolean>0</boolean></value>\n";
    case "object":
      if (value !== null) return writeObject(value, depth + 1);
  }
  throw new TypeError(`XML-RPC cannot carry ${value === null ? "null" : typeof value}`);
}

/**
 * Whole numbers go out as `<int>` with all their digits. The original fails beyond 32 bits (a 2 GB maxbytes makes
 * getAllConfigInfo an HTTP 500); readers with 64-bit or big integers take them, and `<i8>` is a tag that many refuse.
 */
function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return `<value><int>${value}</int></value>\n`;
  if (Number.isInteger(value)) return `<value><int>${BigInt(value)}</int></value>\n`;
  return `<value><double>${pythonFloat(value)}</double></value>\n`;
}

function writeObject(value: Exclude<XmlRpcValue, string | number | boolean | null>, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`XML-RPC value is nested deeper than ${MAX_DEPTH}`);
  if (value instanceof PreparedStruct) return value.xml;
  if (Array.isArray(value)) return writeArray(value, depth);
  if (value instanceof Map) return writeMap(value, depth);
  if (value instanceof XmlRpcDouble) return `<value><double>${pythonFloat(value.value)}</double></value>\n`;
  if (value instanceof Uint8Array) return `<value><base64>\n${base64Lines(value)}</base64></value>\n`;
  if (value instanceof Date)
    return `<value><dateTime.iso8601>${dateTime(value)}</dateTime.iso8601></value>\n`;
  return writeMembers(value as XmlRpcMembers, depth);
}

function writeArray(values: readonly XmlRpcValue[], depth: number): string {
  let text = "<value><array><data>\n";
  for (const value of values) text += writeValue(value, depth);
  return `${text}</data></array></value>\n`;
}

function writeMap(members: XmlRpcStruct, depth: number): string {
  let text = "<value><struct>\n";
  for (const [name, value] of members) text += writeMember(name, value, depth);
  return `${text}</struct></value>\n`;
}

function writeMembers(members: XmlRpcMembers, depth: number): string {
  let text = "<value><struct>\n";
  for (const name of Object.keys(members)) text += writeMember(name, members[name] as XmlRpcValue, depth);
  return `${text}</struct></value>\n`;
}

/** A struct from members that are written already. */
export const writeStruct = (members: string): string => `<value><struct>\n${members}</struct></value>\n`;

/** One member of a struct. */
export const writeMemberOf = (name: string, value: XmlRpcValue): string => writeMember(name, value, 1);

const writeMember = (name: string, value: XmlRpcValue, depth: number): string =>
  `<member>\n<name>${escapeText(name)}</name>\n${writeValue(value, depth)}</member>\n`;

/** 57 bytes, so 76 characters, a line, each line ended, as Python's `base64.encodebytes`. */
function base64Lines(bytes: Uint8Array): string {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < whole.length; at += 57) text += `${whole.toString("base64", at, at + 57)}\n`;
  return text;
}

function dateTime(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new TypeError("XML-RPC cannot carry an invalid Date");
  const iso = date.toISOString();
  if (iso.length !== 24) throw new TypeError(`XML-RPC cannot carry the year of ${iso}`);
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 19)}`;
}
