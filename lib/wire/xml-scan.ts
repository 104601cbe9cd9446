/**
 * A strict, small, linear XML 1.0 scanner: what expat takes and refuses, in one pass over a string, with limits. It
 * reads no document type: a DOCTYPE with an internal subset is refused, so that no entity can be declared and none can
 * grow (supervisor.md section 10.23).
 */
import { type XmlAttribute, XmlNamespaces } from "./xml-namespaces.ts";
import {
  declarationEnd,
  expandReferences,
  isXmlSpace,
  miscEnd,
  nameEnd,
  skipXmlSpace,
  XmlSyntaxError,
} from "./xml-text.ts";

export { XmlSyntaxError } from "./xml-text.ts";

/** Receives the document in order. Text comes in any number of pieces; comments and instructions do not come at all. */
export interface XmlHandler {
  open(name: string): void;
  text(piece: string): void;
  close(name: string): void;
}

/** `depth`: nested elements; `elements`: in the whole document; `attributes`: of one element. */
export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
  readonly attributes: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const ILLEGAL = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/u;

const LF = 10;
const CR = 13;
const LT = 60;
const GT = 62;
const SLASH = 47;
const EQUALS = 61;
const BYTE_ORDER_MARK = "\ufeff";

/** Scans a whole document. Throws {@link XmlSyntaxError}; the handler may throw errors of its own. */
export function scanXml(source: string, handler: XmlHandler, limits: XmlLimits): void {
  const illegal = ILLEGAL.exec(source);
  if (illegal !== null) throw new XmlSyntaxError("illegal character", illegal.index);
  new XmlScan(source.includes("\r") ? withoutCarriageReturns(source) : source, handler, limits).run();
}

/** Every CR LF and every other CR as LF. Over bytes, since replacing millions of matches in a string takes seconds. */
function withoutCarriageReturns(source: string): string {
  const bytes = Buffer.from(source, "utf8");
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte !== CR) bytes[size++] = byte;
    else if (bytes[at + 1] !== LF) bytes[size++] = LF;
  }
  return bytes.toString("utf8", 0, size);
}

class XmlScan {
  readonly #source: string;
  readonly #handler: XmlHandler;
  readonly #limits: XmlLimits;
  readonly #namespaces = new XmlNamespaces();
  /** Raw names of the open elements, and the names as handed on. */
  readonly #raw: string[] = [];
  readonly #names: string[] = [];
  #elements = 0;
  #at = 0;

  constructor(source: string, handler: XmlHandler, limits: XmlLimits) {
    this.#source = source;
    this.#handler = handler;
    this.#limits = limits;
  }

  run(): void {
    const start = this.#source.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    this.#at = declarationEnd(this.#source, start);
    this.#misc(true);
    if (this.#source.charCodeAt(this.#at) !== LT) throw this.#error("no element found");
    this.#startTag();
    this.#content();
    this.#misc(false);
    if (this.#at < this.#source.length) throw this.#error("junk after document element");
  }

  #error(reason: string): XmlSyntaxError {
    return new XmlSyntaxError(reason, this.#at);
  }

  /** White space, comments and instructions around the root; before it, one DOCTYPE. */
  #misc(doctype: boolean): void {
    let wanted = doctype;
    for (;;) {
      this.#at = skipXmlSpace(this.#source, this.#at);
      if (wanted && this.#source.startsWith("<!DOCTYPE", this.#at)) {
        this.#doctype();
        wanted = false;
        continue;
      }
      const end = miscEnd(this.#source, this.#at);
      if (end === -1) return;
      this.#at = end;
    }
  }

  #doctype(): void {
    const doctype =
      /<!DOCTYPE[ \t\n]+[^ \t\n<>[\]"'&]+(?:[ \t\n]+(?:SYSTEM|PUBLIC[ \t\n]+(?:"[^"<>&]*"|'[^'<>&]*'))[ \t\n]+(?:"[^"]*"|'[^']*'))?[ \t\n]*>/y;
    doctype.lastIndex = this.#at;
    if (!doctype.test(this.#source)) throw this.#error("unsupported document type");
    this.#at = doctype.lastIndex;
  }

  /** Everything up to the end of the root. */
  #content(): void {
    const source = this.#source;
    const cdata = (content: string): void => this.#handler.text(content);
    while (this.#raw.length > 0) {
      const next = source.indexOf("<", this.#at);
      if (next === -1) throw this.#error("unclosed element");
      if (next > this.#at) this.#text(next);
      if (source.charCodeAt(next + 1) === SLASH) {
        this.#endTag();
        continue;
      }
      const end = miscEnd(source, next, cdata);
      if (end === -1) this.#startTag();
      else this.#at = end;
    }
  }

  #text(end: number): void {
    const raw = this.#source.slice(this.#at, end);
    if (raw.includes("]]>")) throw this.#error("]]> in text");
    this.#handler.text(expandReferences(raw, this.#at));
    this.#at = end;
  }

  #startTag(): void {
    const source = this.#source;
    const from = this.#at + 1;
    let at = nameEnd(source, from);
    if (at === from) throw this.#error("malformed tag");
    const raw = source.slice(from, at);
    if (++this.#elements > this.#limits.elements) throw this.#error("too many elements");
    if (this.#raw.length >= this.#limits.depth) throw this.#error("elements nested too deeply");
    if (source.charCodeAt(at) !== GT) at = this.#attributes(at);
    const name = this.#namespaces.resolve(raw, from);
    this.#handler.open(name);
    if (source.charCodeAt(at) === SLASH) {
      if (source.charCodeAt(at + 1) !== GT) throw this.#error("malformed tag");
      this.#at = at + 2;
      this.#namespaces.close(this.#raw.length);
      this.#handler.close(name);
      return;
    }
    this.#raw.push(raw);
    this.#names.push(name);
    this.#at = at + 1;
  }

  /** Reads attributes from the end of the tag's name; the offset of the `>` or `/` that ends them. */
  #attributes(from: number): number {
    const source = this.#source;
    const attributes: XmlAttribute[] = [];
    let at = from;
    for (;;) {
      const start = skipXmlSpace(source, at);
      const code = source.charCodeAt(start);
      if (code === GT || code === SLASH) {
        if (attributes.length > 0) this.#namespaces.open(attributes, this.#raw.length);
        return start;
      }
      const end = nameEnd(source, start);
      if (start === at || end === start) throw this.#error("malformed tag");
      if (attributes.length >= this.#limits.attributes) throw this.#error("too many attributes");
      const equals = skipXmlSpace(source, end);
      const open = skipXmlSpace(source, equals + 1);
      const quote = source.charAt(open);
      const close = quote === '"' || quote === "'" ? source.indexOf(quote, open + 1) : -1;
      if (source.charCodeAt(equals) !== EQUALS || close === -1) throw this.#error("malformed attribute");
      const value = source.slice(open + 1, close);
      if (value.includes("<")) throw this.#error("< in an attribute");
      attributes.push({
        name: source.slice(start, end),
        value: expandReferences(value.replace(/[\t\n]/g, " "), open + 1),
        offset: start,
      });
      at = close + 1;
    }
  }

  #endTag(): void {
    const source = this.#source;
    const from = this.#at + 2;
    const raw = this.#raw.at(-1) ?? "";
    let end = from + raw.length;
    if (!source.startsWith(raw, from)) throw this.#error("mismatched tag");
    if (isXmlSpace(source.charCodeAt(end))) end = skipXmlSpace(source, end);
    if (source.charCodeAt(end) !== GT) throw this.#error("mismatched tag");
    this.#at = end + 1;
    this.#raw.pop();
    this.#namespaces.close(this.#raw.length);
    this.#handler.close(this.#names.pop() ?? "");
  }
}
