/** The table of all methods that a configuration asks for: one namespace for each [rpcinterface:x], and system.* */
import type { Callable } from "../daemon/plugins.ts";
import { StartupError } from "../daemon/privileges.ts";
import { RpcFault } from "../model/faults.ts";
import type { Config, RpcInterfaceSpec } from "../model/spec.ts";
import { writeResponse } from "../wire/xmlrpc-write.ts";
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

/**
 * Makes those namespaces of a configuration that are built in, for what they say of their options.
 * @throws {StartupError} where one fails
 */
export function rehearseNamespaces(daemon: DaemonFace, config: Config): void {
  const face = pluginDaemon(daemon, new RpcRegistry());
  for (const spec of config.rpcInterfaces) {
    if (!BUILTIN_FACTORIES.has(spec.factory)) continue;
    try {
      makeNamespace(spec, daemon, face);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartupError(`Could not make ${spec.name} rpc interface: ${reason}`);
    }
  }
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
  const methods: unknown = make(face, Object.fromEntries(extras));
  if (typeof methods !== "object" || methods === null || methods instanceof Promise) {
    throw new TypeError(`${factory} has to return an object of methods, and not a promise of one`);
  }
  return new Map(Object.entries(methods).map(([name, method]) => [name, toMethod(name, method)]));
}

function toMethod(name: string, given: unknown): Method {
  if (name.includes(".") || name.startsWith("_")) {
    throw new TypeError(`a method cannot be called ${name}: a dot and a leading _ are not allowed`);
  }
  const method = (typeof given === "function" ? { call: given } : given) as Partial<PluginMethod> | null;
  const call = method?.call;
  if (typeof call !== "function")
    throw new TypeError(`method ${name} is neither a function nor has one as \`call\``);
  const { help = "", arity = [call.length, call.length] } = method ?? {};
  return { help, arity, call: async (params) => checked(call, params) };
}

/** A plug-in's error is its caller's FAILED fault: it never reaches the engine. */
async function checked(call: PluginMethod["call"], params: Parameters<Method["call"]>[0]) {
  try {
    const value = await call(...params);
    if (value === undefined) throw new Error("the method returned nothing");
    // What cannot be written is told now, and not by the server.
    writeResponse(value);
    return value;
  } catch (error) {
    if (error instanceof RpcFault) throw error;
    throw new RpcFault("FAILED", error instanceof Error ? error.message : String(error));
  }
}
