/** All namespaces, and the one way into them: an exact table of methods, no traversal (CVE-2017-11610). */
import { RpcFault } from "../model/faults.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import type { Method, Namespace, RpcResult } from "./method.ts";

/** What a method may answer its caller with: a value or an RpcFault thrown; anything else thrown is a fault of ours. */
export class RpcRegistry {
  readonly #namespaces = new Map<string, Namespace>();
  readonly #hidden = new Set<string>();

  /** @param hidden the namespace is served but not listed, so that listMethods stays the original's */
  add(name: string, namespace: Namespace, hidden = false): void {
    this.#namespaces.set(name, namespace);
    if (hidden) this.#hidden.add(name);
  }

  find(name: string): Method | undefined {
    const parts = name.split(".");
    const [namespace, method] = parts;
    if (parts.length !== 2 || namespace === undefined || method === undefined) return undefined;
    return this.#namespaces.get(namespace)?.get(method);
  }

  /** The listed names, sorted by code point. */
  list(): string[] {
    const names: string[] = [];
    for (const [name, namespace] of this.#namespaces) {
      if (this.#hidden.has(name)) continue;
      for (const method of namespace.keys()) names.push(`${name}.${method}`);
    }
    return names.sort();
  }

  /** Calls a method. Throws RpcFault (or rejects with it) for what the caller did wrong (supervisor.md section 1.1). */
  dispatch(name: string, params: readonly XmlRpcValue[]): RpcResult {
    const method = this.find(name);
    if (method === undefined) throw new RpcFault("UNKNOWN_METHOD");
    const [least, most] = method.arity;
    if (params.length < least || params.length > most) throw new RpcFault("INCORRECT_PARAMETERS");
    return method.call(params);
  }
}
