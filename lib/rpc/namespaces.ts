/** The table of all methods that a configuration asks for: one namespace for each [rpcinterface:x], and system.* */
import type { Callable } from "../daemon/plugins.ts";
import { StartupError } from "../daemon/privileges.ts";
import { RpcFault } from "../model/faults.ts";
import type { RpcInterfaceSpec } from "../model/spec.ts";
import { cacheFactory } from "./cache.ts";
import type { DaemonFace } from "./face.ts";
import type { Method, Namespace } from "./method.ts";
import { ownNamespace } from "./own-namespace.ts";
import { pluginDaemon } from "./plugin-daemon.ts";
import type { PluginDaemon, PluginMethod, RpcInterfaceFactory } from "./plugin-face.ts";
import { RpcRegistry } from "./registry.ts";
import { supervisorNamespace } from "./supervisor-namespace.ts";
import { systemNamespace } from "./system-namespace.ts";
import { twiddlerFactory } from "./twiddler.ts";

/** Ours: served, and not listed. */
const OWN = "supervisord";

const MAIN = "supervisor.rpcinterface:make_main_rpcinterface";

/** The factories that are built in, by the names that configurations of the original and its add-ons use. */
export const BUILTIN_FACTORIES: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  // Needs more of the daemon than a plug-in gets: recognised by its name.
  [MAIN, () => undefined],
  ["supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface", twiddlerFactory as Callable],
  ["supervisor_cache.rpcinterface:make_cache_rpcinterface", cacheFactory as Callable],
]);

/**
 * Makes every namespace of the configuration, once for all servers (the original makes them anew for each server).
 * @throws {StartupError} where a factory fails; the reason is logged.
 */
export function configuredRegistry(daemon: DaemonFace): RpcRegistry {
  const registry = new RpcRegistry();
  const face = pluginDaemon(daemon, registry);
  for (const spec of daemon.config.rpcInterfaces) {
    try {
      registry.add(spec.name, makeNamespace(spec, daemon, face));
    } catch (error) {
      daemon.log.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw new StartupError(`Could not make ${spec.name} rpc interface`);
    }
  }
  const names = new Set(daemon.config.rpcInterfaces.map(({ name }) => name));
  if (!names.has(OWN)) registry.add(OWN, ownNamespace(daemon), true);
  registry.add("system", systemNamespace(registry));
  return registry;
}

function makeNamespace(
  { factory, extras }: RpcInterfaceSpec,
  daemon: DaemonFace,
  face: PluginDaemon,
): Namespace {
  if (factory === MAIN) {
    const [stray] = extras.keys();
    if (stray !== undefined) throw new TypeError(`${MAIN} takes no option ${stray}`);
    return supervisorNamespace(daemon);
  }
  const make = daemon.callable(factory) as RpcInterfaceFactory;
  const methods = make(face, Object.fromEntries(extras));
  return new Map(
    Object.entries(methods).map(([name, method]): [string, Method] => [
      name,
      toMethod(typeof method === "function" ? { call: method } : method),
    ]),
  );
}

function toMethod({ call, help = "", arity = [call.length, call.length] }: PluginMethod): Method {
  if (typeof call !== "function") throw new TypeError("a method needs a function `call`");
  return { help, arity, call: async (params) => checked(call, params) };
}

/** A plug-in's error is its caller's FAILED fault: it never reaches the engine. */
async function checked(call: PluginMethod["call"], params: Parameters<Method["call"]>[0]) {
  try {
    const value = await call(...params);
    if (value === undefined) throw new Error("the method returned nothing");
    return value;
  } catch (error) {
    if (error instanceof RpcFault) throw error;
    throw new RpcFault("FAILED", error instanceof Error ? error.message : String(error));
  }
}
