/** What XML-RPC can carry, as JavaScript values (supervisor.md section 1.1). */

/** A struct as the readers give it: a Map keeps every member's order, also of `2`, `1` and `__proto__`. */
export type XmlRpcStruct = ReadonlyMap<string, XmlRpcValue>;

/**
 * A struct written as an object literal, for members whose names the code itself chooses (JavaScript would reorder
 * names that look like integers; for names that come from outside use a Map). Only the writers accept it.
 */
export interface XmlRpcMembers {
  readonly [member: string]: XmlRpcValue;
}

export type XmlRpcArray = readonly XmlRpcValue[];

/**
 * - number: an integer is an `<int>`, anything else a `<double>`; `new XmlRpcDouble(1)` says `<double>1.0</double>`;
 * - Date: a dateTime.iso8601, whose fields are those of the Date in UTC (the wire has no zone);
 * - Uint8Array: a base64;
 * - null: what an unknown empty tag such as `<nil/>` decodes to. It cannot be written.
 */
export type XmlRpcValue =
  | string
  | boolean
  | number
  | null
  | Date
  | Uint8Array
  | XmlRpcDouble
  | PreparedStruct
  | XmlRpcArray
  | XmlRpcStruct
  | XmlRpcMembers;

/** A number that is to be written as a `<double>` although it is whole. The readers give plain numbers. */
export class XmlRpcDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * A struct that is written many times and changes little: its text is made by whoever knows what changed, its members only
 * where somebody looks at them.
 */
export class PreparedStruct {
  /** The whole value, as the writers would write the members. */
  readonly xml: string;
  readonly members: () => XmlRpcMembers;

  constructor(xml: string, members: () => XmlRpcMembers) {
    this.xml = xml;
    this.members = members;
  }
}

/** The value with its prepared structs, and those in its arrays, as ordinary members. */
export function withMembers(value: XmlRpcValue): XmlRpcValue {
  if (value instanceof PreparedStruct) return value.members();
  return isXmlRpcArray(value) ? value.map(withMembers) : value;
}

/** True for a struct as the readers give it. */
export const isXmlRpcStruct = (value: XmlRpcValue): value is XmlRpcStruct => value instanceof Map;

/** True for an array. (`Array.isArray` alone does not narrow a readonly array.) */
export const isXmlRpcArray = (value: XmlRpcValue): value is XmlRpcArray => Array.isArray(value);

/** A document that is no request or response: the endpoint answers HTTP 400. */
export class XmlRpcSyntaxError extends Error {
  readonly kind: "unmarshallable" | "no method name";

  constructor(kind: "unmarshallable" | "no method name", detail?: string) {
    super(detail === undefined ? kind : `${kind}: ${detail}`);
    this.name = "XmlRpcSyntaxError";
    this.kind = kind;
  }
}
