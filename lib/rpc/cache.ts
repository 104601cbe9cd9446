/** cache.*: the interface of the add-on supervisor_cache, a small store that clients share. Written against the plug-in face. */
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { help } from "./help.ts";
import type { PluginDaemon, PluginMethod, RpcInterfaceFactory } from "./plugin-face.ts";

const API_VERSION = "0.2";

/** Limits that the original has not: whoever may call can otherwise fill the daemon's memory. */
const MAX_ENTRIES = 100_000;

function validKey(daemon: PluginDaemon, key: XmlRpcValue | undefined): string {
  if (typeof key === "string" && key !== "") return key;
  throw daemon.fault("BAD_NAME", "Cache key must be a non-empty string");
}

/** Takes any options and uses none, as the original. */
export const cacheFactory: RpcInterfaceFactory = (daemon) => {
  const entries = new Map<string, XmlRpcValue>();
  const guarded = (method: PluginMethod): PluginMethod => ({
    ...method,
    call: (...params) => {
      if (daemon.mood === "SHUTDOWN") throw daemon.fault("SHUTDOWN_STATE");
      return method.call(...params);
    },
  });
  const methods: Record<string, PluginMethod> = {
    getAPIVersion: {
      help: help("Tells the version of this interface.", [], ["string", "the version"]),
      arity: [0, 0],
      call: () => API_VERSION,
    },
    getKeys: {
      help: help("Names all keys.", [], ["array", "the keys, sorted"]),
      arity: [0, 0],
      call: () => [...entries.keys()].sort(),
    },
    getCount: {
      help: help("Counts the entries.", [], ["integer", "how many there are"]),
      arity: [0, 0],
      call: () => entries.size,
    },
    store: {
      help: help(
        "Stores a value under a key.",
        [
          ["string", "key", "the key"],
          ["string", "data", "the value"],
        ],
        ["boolean", "always true unless it is a fault"],
      ),
      arity: [2, 2],
      call: (key, data = null) => {
        const name = validKey(daemon, key);
        if (entries.size >= MAX_ENTRIES && !entries.has(name)) {
          throw daemon.fault("FAILED", `the cache holds ${MAX_ENTRIES} entries`);
        }
        entries.set(name, data);
        return true;
      },
    },
    fetch: {
      help: help("Gives the value of a key.", [["string", "key", "the key"]], ["string", "the value"]),
      arity: [1, 1],
      call: (key) => {
        const value = entries.get(validKey(daemon, key));
        if (value === undefined || value === null) throw daemon.fault("BAD_NAME");
        return value;
      },
    },
    delete: {
      help: help(
        "Forgets a key.",
        [["string", "key", "the key"]],
        ["boolean", "always true unless it is a fault"],
      ),
      arity: [1, 1],
      call: (key) => {
        entries.delete(validKey(daemon, key));
        return true;
      },
    },
    clear: {
      help: help("Forgets all keys.", [], ["boolean", "always true unless it is a fault"]),
      arity: [0, 0],
      call: () => {
        entries.clear();
        return true;
      },
    },
  };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, guarded(method)]));
};
