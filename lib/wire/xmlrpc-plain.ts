/**
 * The short way to read a reply: one that is laid out as Python's marshaller (and ours) lays it out, which is every reply of
 * either daemon. A command that lives for a twentieth of a second can't wait for a whole XML reader to warm up.
 */
import type { XmlRpcValue } from "./xmlrpc-value.ts";

const HEAD = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n";
const TAIL = "</param>\n</params>\n</methodResponse>\n";
const MAX_DEPTH = 50;

/** What XML reads differently from what stands there, or not at all; such a reply takes the long way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const SPECIAL = /[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|\]\]>|&(?!(?:lt|gt|amp|#13);)/u;

const MEMBER =
  /<member>\n<name>([^<&]*)<\/name>\n<value><(string|int|boolean)>([^<]*)<\/\2><\/value>\n<\/member>\n/y;
const MEMBER_OPEN = /<member>\n<name>([^<&]*)<\/name>\n/y;
const SCALAR = /<value><(string|int|boolean)>([^<]*)<\/\1><\/value>\n/y;
const ENTITY = /&(lt|gt|amp|#13);/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", "#13": "\r" };
const INTEGER = /^-?\d{1,15}$/;

/** The value of a reply that is no fault; undefined where the layout is any other, or the value of another type. */
export function readPlainReply(text: string): XmlRpcValue | undefined {
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL) || SPECIAL.test(text)) return undefined;
  const reader = new PlainReader(text, HEAD.length);
  const value = reader.value(0);
  return reader.at === text.length - TAIL.length ? value : undefined;
}

class PlainReader {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  value(depth: number): XmlRpcValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const scalar = this.#match(SCALAR);
    if (scalar !== null) return scalarOf(scalar[1], scalar[2]);
    if (this.#skip("<value><struct>\n")) return this.#struct(depth);
    return this.#skip("<value><array><data>\n") ? this.#array(depth) : undefined;
  }

  #array(depth: number): XmlRpcValue | undefined {
    const items: XmlRpcValue[] = [];
    while (!this.#skip("</data></array></value>\n")) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  #struct(depth: number): XmlRpcValue | undefined {
    const members = new Map<string, XmlRpcValue>();
    while (!this.#skip("</struct></value>\n")) {
      const member = this.#match(MEMBER);
      const name = member?.[1] ?? this.#match(MEMBER_OPEN)?.[1];
      const value = member === null ? this.#closedMember(depth) : scalarOf(member[2], member[3]);
      if (name === undefined || value === undefined) return undefined;
      members.set(name, value);
    }
    return members;
  }

  #closedMember(depth: number): XmlRpcValue | undefined {
    const value = this.value(depth + 1);
    return this.#skip("</member>\n") ? value : undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  #skip(what: string): boolean {
    if (!this.#text.startsWith(what, this.at)) return false;
    this.at += what.length;
    return true;
  }
}

function scalarOf(type: string | undefined, text: string | undefined): XmlRpcValue | undefined {
  if (text === undefined) return undefined;
  if (type === "int") return INTEGER.test(text) ? Number(text) : undefined;
  if (type === "boolean") return text === "1" ? true : text === "0" ? false : undefined;
  return text.includes("&") ? text.replace(ENTITY, (_, name: string) => ENTITIES[name] ?? "") : text;
}
