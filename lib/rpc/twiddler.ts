/**
 * twiddler.*: the interface of the add-on supervisor_twiddler, whose clients add programs to groups at run time. Written
 * against the plug-in face alone.
 */
import type { LogLevel } from "../model/spec.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { help } from "./help.ts";
import type { PluginCall, PluginDaemon, PluginMethod, RpcInterfaceFactory } from "./plugin-face.ts";

const API_VERSION = "1.0";

/** Its one fault of its own. The original's text for a code it does not know is UNKNOWN. */
const NOT_IN_WHITELIST = 230;

/** The original's level numbers and names. */
const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ["50", "critical"],
  ["40", "error"],
  ["30", "warn"],
  ["20", "info"],
  ["10", "debug"],
  ["5", "trace"],
  ["3", "blather"],
  ["CRIT", "critical"],
  ["ERRO", "error"],
  ["WARN", "warn"],
  ["INFO", "info"],
  ["DEBG", "debug"],
  ["TRAC", "trace"],
  ["BLAT", "blather"],
]);

function text(daemon: PluginDaemon, value: XmlRpcValue | undefined): string {
  if (typeof value === "string") return value;
  throw daemon.fault("INCORRECT_PARAMETERS");
}

/** Options as a client sends them: a struct of strings. */
function programOptions(daemon: PluginDaemon, value: XmlRpcValue | undefined): ReadonlyMap<string, string> {
  if (!(value instanceof Map)) throw daemon.fault("INCORRECT_PARAMETERS");
  return new Map([...value].map(([name, option]): [string, string] => [name, text(daemon, option)]));
}

/** Option `whitelist`: the methods that may be called, separated by commas; all where there is none. */
export const twiddlerFactory: RpcInterfaceFactory = (daemon, options) => {
  for (const name of Object.keys(options)) {
    if (name !== "whitelist") throw new TypeError(`unknown option ${name}`);
  }
  const allowed = (options["whitelist"] ?? "").split(",").flatMap((name) => name.trim() || []);
  const methods = twiddlerMethods(daemon);
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      { ...method, call: guarded(daemon, allowed, name, method.call) },
    ]),
  );
};

function guarded(
  daemon: PluginDaemon,
  allowed: readonly string[],
  name: string,
  call: PluginCall,
): PluginCall {
  return (...params) => {
    if (daemon.mood === "SHUTDOWN") throw daemon.fault("SHUTDOWN_STATE");
    if (allowed.length > 0 && !allowed.includes(name)) {
      throw daemon.fault(NOT_IN_WHITELIST, `UNKNOWN: ${name}`);
    }
    return call(...params);
  };
}

function twiddlerMethods(daemon: PluginDaemon): Record<string, PluginMethod> {
  return {
    getAPIVersion: {
      help: help("Tells the version of this interface.", [], ["string", "the version"]),
      arity: [0, 0],
      call: () => API_VERSION,
    },
    getGroupNames: {
      help: help("Names the process groups.", [], ["array", "the names"]),
      arity: [0, 0],
      call: () => daemon.groupNames(),
    },
    addProgramToGroup: {
      help: help(
        "Adds a program to a process group that exists, as if it stood in the configuration.",
        [
          ["string", "group_name", "the group"],
          ["string", "program_name", "the program, as in [program:x]"],
          ["struct", "program_options", "its options, as in the configuration"],
        ],
        ["boolean", "always true unless it is a fault"],
      ),
      arity: [3, 3],
      call: (group, program, options) => {
        daemon.addProgram(text(daemon, group), text(daemon, program), programOptions(daemon, options));
        return true;
      },
    },
    removeProcessFromGroup: {
      help: help(
        "Forgets a process that is at rest.",
        [
          ["string", "group_name", "the group"],
          ["string", "process_name", "the process"],
        ],
        ["boolean", "always true unless it is a fault"],
      ),
      arity: [2, 2],
      call: (group, process) => {
        daemon.removeProcess(text(daemon, group), text(daemon, process));
        return true;
      },
    },
    log: {
      help: help(
        "Writes a line to the daemon's own log.",
        [
          ["string", "message", "the line"],
          ["string|int", "level", "a level's name or number; INFO unless given"],
        ],
        ["boolean", "always true unless it is a fault"],
      ),
      arity: [1, 2],
      call: (message, level = "INFO") => {
        const key = typeof level === "number" ? String(level) : text(daemon, level).toUpperCase();
        const found = LEVELS.get(key);
        if (found === undefined) throw daemon.fault("INCORRECT_PARAMETERS");
        daemon.log(found, text(daemon, message));
        return true;
      },
    },
  };
}
