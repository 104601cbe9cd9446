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

const ENTITY = /&(lt|gt|amp|#13);/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", "#13": "\r" };
/** The most digits of a number that is read here: any such number is exact. */
const MAX_DIGITS = 15;

/** The value of a reply that is no fault; undefined where the layout is any other, or the value of another type. */
export function readPlainReply(text: string): XmlRpcValue | undefined {
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL) || SPECIAL.test(text)) return undefined;
  const reader = new PlainReader(text, HEAD.length);
  const value = reader.value(0);
  return reader.at === text.length - TAIL.length ? value : undefined;
}

/** Written by hand, character by character: it is cold code, and 16,000 matches of a pattern were half of a `status` of 1,000. */
class PlainReader {
  at: number;
  readonly #text: string;
  /** The names of the struct before: the next one most likely has the same. */
  readonly #names: string[] = [];

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  value(depth: number): XmlRpcValue | undefined {
    if (depth > MAX_DEPTH || !this.#skip("<value><")) return undefined;
    if (this.#skip("string>")) return this.#string();
    if (this.#skip("int>")) return this.#integer();
    if (this.#skip("struct>\n")) return this.#struct(depth);
    if (this.#skip("array><data>\n")) return this.#array(depth);
    if (this.#skip("boolean>1</boolean></value>\n")) return true;
    return this.#skip("boolean>0</boolean></value>\n") ? false : undefined;
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
    for (let index = 0; !this.#skip("</struct></value>\n"); index++) {
      if (!this.#skip("<member>\n<name>")) return undefined;
      const name = this.#name(index);
      const value = name === undefined ? undefined : this.value(depth + 1);
      if (name === undefined || value === undefined || !this.#skip("</member>\n")) return undefined;
      members.set(name, value);
    }
    return members;
  }

  #name(index: number): string | undefined {
    const guess = this.#names[index];
    if (guess !== undefined && this.#text.startsWith(guess, this.at)) {
      const before = this.at;
      this.at += guess.length;
      if (this.#skip("</name>\n")) return guess;
      this.at = before;
    }
    const name = this.#plainText();
    if (name === undefined || name.includes("&") || !this.#skip("</name>\n")) return undefined;
    this.#names[index] = name;
    return name;
  }

  #string(): string | undefined {
    const text = this.#plainText();
    if (text === undefined || !this.#skip("</string></value>\n")) return undefined;
    return text.includes("&") ? text.replace(ENTITY, (_, name: string) => ENTITIES[name] ?? "") : text;
  }

  #integer(): number | undefined {
    const negative = this.#skip("-");
    const begin = this.at;
    let value = 0;
    for (let code = this.#digit(); code !== null; code = this.#digit()) value = value * 10 + code;
    const digits = this.at - begin;
    if (digits === 0 || digits > MAX_DIGITS || !this.#skip("</int></value>\n")) return undefined;
    return negative ? -value : value;
  }

  #digit(): number | null {
    const code = this.#text.charCodeAt(this.at) - 48;
    if (!(code >= 0 && code <= 9)) return null;
    this.at += 1;
    return code;
  }

  /** Up to the next tag. */
  #plainText(): string | undefined {
    const end = this.#text.indexOf("<", this.at);
    if (end < 0) return undefined;
    const text = this.#text.slice(this.at, end);
    this.at = end;
    return text;
  }

  #skip(what: string): boolean {
    if (!this.#text.startsWith(what, this.at)) return false;
    this.at += what.length;
    return true;
  }
}
