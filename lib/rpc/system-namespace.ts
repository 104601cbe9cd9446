/** system.*: introspection and multicall (supervisor.md section 1.10). */
import { RpcFault } from "../model/faults.ts";
import { isXmlRpcArray, isXmlRpcStruct, type XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { type Method, type Namespace, text } from "./method.ts";
import type { RpcRegistry } from "./registry.ts";

/** Calls in one multicall: a request of any size could ask for more work than the daemon should promise. */
const MAX_CALLS = 10_000;

/**
 * Asks `registry` at each call, so it may still grow. Help and signatures are of listed methods only; multicall calls
 * hidden ones, too.
 */
export function systemNamespace(registry: RpcRegistry): Namespace {
  const known = (name: XmlRpcValue | undefined): Method => {
    const method =
      typeof name === "string" && registry.list().includes(name) ? registry.find(name) : undefined;
    if (method === undefined) throw new RpcFault("SIGNATURE_UNSUPPORTED");
    return method;
  };
  return new Map<string, Method>([
    [
      "listMethods",
      {
        help: "Names all methods that can be called.\n\n@return array result  The names, sorted.\n",
        arity: [0, 0],
        call: () => registry.list(),
      },
    ],
    [
      "methodHelp",
      {
        help: "Tells what a method does.\n\n@param string name   The method.\n@return string result The text, with its tags.\n",
        arity: [1, 1],
        call: ([name]) => known(name).help,
      },
    ],
    [
      "methodSignature",
      {
        help: "Tells the types of a method: of its result first, then of its parameters in order.\n\n@param string name  The method.\n@return array result  The types.\n",
        arity: [1, 1],
        call: ([name]) => signature(known(name)),
      },
    ],
    [
      "multicall",
      {
        help: "Makes several calls, one after the other, each begun when the one before has its result.\nEach result is the bare value, or a struct of faultCode and faultString.\n\n@param array calls  Structs of methodName and params.\n@return array result  The results, in order.\n",
        arity: [1, 1],
        call: ([calls]) => multicall(registry, calls),
      },
    ],
  ]);
}

/** `[result, ...parameters]` from the tags of the help text. */
function signature(method: Method): string[] {
  const tags = [...method.help.matchAll(/^\s*@(param|return)\s+(\S+)/gm)];
  const result = tags.findLast((tag) => tag[1] === "return")?.[2];
  if (result === undefined) throw new RpcFault("SIGNATURE_UNSUPPORTED");
  return [result, ...tags.filter((tag) => tag[1] === "param").map((tag) => tag[2] ?? "")];
}

/** What Python takes for a sequence: an array, the characters of a text, the names of a struct. Null for anything else. */
function sequence(value: XmlRpcValue | undefined): readonly XmlRpcValue[] | null {
  if (value === undefined || value === null) return null;
  if (isXmlRpcArray(value)) return value;
  if (typeof value === "string") return [...value];
  return isXmlRpcStruct(value) ? [...value.keys()] : null;
}

async function multicall(registry: RpcRegistry, value: XmlRpcValue | undefined): Promise<XmlRpcValue> {
  const calls = sequence(value);
  if (calls === null || calls.length > MAX_CALLS) throw new RpcFault("INCORRECT_PARAMETERS");
  const structs = calls.map((call) => {
    if (call === undefined || !isXmlRpcStruct(call)) throw new RpcFault("INCORRECT_PARAMETERS");
    return call;
  });
  const results: XmlRpcValue[] = [];
  for (const call of structs) {
    try {
      results.push(await one(registry, call.get("methodName"), call.has("params") ? call.get("params") : []));
    } catch (error) {
      if (error instanceof RpcFault) results.push({ faultCode: error.code, faultString: error.message });
      else {
        const failed = new RpcFault("FAILED", error instanceof Error ? error.message : String(error));
        results.push({ faultCode: failed.code, faultString: failed.message });
      }
    }
  }
  return results;
}

function one(registry: RpcRegistry, name: XmlRpcValue | undefined, params: XmlRpcValue | undefined) {
  if (name === undefined || name === null) throw new RpcFault("INCORRECT_PARAMETERS", "No methodName");
  if (name === "system.multicall") {
    throw new RpcFault("INCORRECT_PARAMETERS", "Recursive system.multicall forbidden");
  }
  const given = sequence(params);
  if (given === null) throw new RpcFault("INCORRECT_PARAMETERS");
  return registry.dispatch(text(name), given);
}
