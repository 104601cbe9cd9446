/**
 * Namespaces as the original's parser applies them: an element in a namespace is not the element of that name, and an
 * unbound prefix makes the document ill-formed.
 */
import { isQualifiedName, XmlSyntaxError } from "./xml-text.ts";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

/** The bindings in force. Scopes are opened and closed by element depth; elements without bindings cost nothing. */
export class XmlNamespaces {
  readonly #bound = new Map<string, string>([["xml", XML]]);
  readonly #scopes: {
    readonly depth: number;
    readonly before: readonly (readonly [string, string | undefined])[];
  }[] = [];

  /** Takes the bindings that an element at `depth` makes; all its attributes must resolve to different names. */
  open(attributes: readonly XmlAttribute[], depth: number): void {
    const before: (readonly [string, string | undefined])[] = [];
    for (const attribute of attributes) {
      const prefix = declaredPrefix(attribute);
      if (prefix === undefined) continue;
      check(prefix, attribute);
      before.push([prefix, this.#bound.get(prefix)]);
      this.#bound.set(prefix, attribute.value);
    }
    if (before.length > 0) this.#scopes.push({ depth, before });
    this.#checkAttributes(attributes);
  }

  /** Forgets the bindings of the element at `depth`. */
  close(depth: number): void {
    if (this.#scopes.at(-1)?.depth !== depth) return;
    for (const [prefix, uri] of this.#scopes.pop()?.before ?? []) {
      if (uri === undefined) this.#bound.delete(prefix);
      else this.#bound.set(prefix, uri);
    }
  }

  /** `name`, or `{uri}name` for an element in a namespace. */
  resolve(name: string, offset: number): string {
    const colon = name.indexOf(":");
    if (colon === -1) {
      const uri = this.#bound.get("");
      return uri === undefined || uri === "" ? name : `{${uri}}${name}`;
    }
    const uri = this.#bound.get(name.slice(0, colon));
    if (uri === undefined || !isQualifiedName(name)) throw new XmlSyntaxError("unbound prefix", offset);
    return `{${uri}}${name.slice(colon + 1)}`;
  }

  #checkAttributes(attributes: readonly XmlAttribute[]): void {
    const seen = new Set<string>();
    for (const { name, offset } of attributes) {
      const colon = name.indexOf(":");
      if (!isQualifiedName(name)) throw new XmlSyntaxError("malformed attribute name", offset);
      const full = colon === -1 || name.startsWith("xmlns:") ? name : this.resolve(name, offset);
      if (seen.has(full)) throw new XmlSyntaxError("duplicate attribute", offset);
      seen.add(full);
    }
  }
}

function declaredPrefix({ name }: XmlAttribute): string | undefined {
  if (name === "xmlns") return "";
  return name.startsWith("xmlns:") ? name.slice(6) : undefined;
}

function check(prefix: string, { value, offset }: XmlAttribute): void {
  const reserved = value === XMLNS || prefix === "xmlns" || (value === XML) !== (prefix === "xml");
  if (reserved || (prefix !== "" && value === ""))
    throw new XmlSyntaxError("reserved or empty namespace", offset);
}
