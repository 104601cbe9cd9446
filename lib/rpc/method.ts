/** How a method is written down, and how its arguments are read. */
import { parseInteger } from "../config/pyint.ts";
import { RpcFault } from "../model/faults.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { pythonText } from "./python-text.ts";

export type RpcResult = XmlRpcValue | Promise<XmlRpcValue>;

/** One method of a namespace. `help` carries the `@param` and `@return` tags that methodSignature is taken from. */
export interface Method {
  readonly help: string;
  /** Least and most arguments: anything else is INCORRECT_PARAMETERS. */
  readonly arity: readonly [number, number];
  call(params: readonly XmlRpcValue[]): RpcResult;
}

/** Methods by their name after the dot. */
export type Namespace = ReadonlyMap<string, Method>;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A string argument, or base64 of one; anything else is INCORRECT_PARAMETERS (the original answers HTTP 500 or 400). */
export function text(value: XmlRpcValue | undefined): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) {
    try {
      return UTF8.decode(value);
    } catch {
      // Not text: told below.
    }
  }
  throw new RpcFault("INCORRECT_PARAMETERS");
}

/** A whole number, or a string that Python's int() takes for one. */
export function integer(value: XmlRpcValue | undefined): number {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  const read = typeof value === "string" ? parseInteger(value) : null;
  if (typeof read === "number") return read;
  throw new RpcFault("INCORRECT_PARAMETERS");
}

/** What Python takes for true; an absent argument is `fallback`. */
export function truth(value: XmlRpcValue | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Uint8Array) return value.length > 0;
  return value !== null && value !== false && value !== 0 && value !== "";
}

/**
 * A group's name. The original looks up whatever it is given: a number is the name of no group, and BAD_NAME (what it cannot look
 * up, an array or a struct, is INCORRECT_PARAMETERS, as everywhere).
 */
export function groupName(value: XmlRpcValue | undefined): string {
  if (value === null) throw new RpcFault("BAD_NAME");
  if (typeof value === "number" || typeof value === "boolean" || value instanceof Date) {
    throw new RpcFault("BAD_NAME", pythonText(value));
  }
  return text(value);
}
