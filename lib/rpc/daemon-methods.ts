/** supervisor.*: what concerns the daemon as a whole (supervisor.md section 1.6). */
import { ConfigError } from "../config/errors.ts";
import { configInfo } from "../config/info.ts";
import { remoteCommunicationEvent } from "../events/event.ts";
import { readLog } from "../log/read-log.ts";
import { RpcFault } from "../model/faults.ts";
import type { GroupSpec, ProcessSpec } from "../model/spec.ts";
import { SUPERVISOR_MOODS } from "../model/states.ts";
import { API_VERSION, SUPERVISOR_VERSION } from "../model/version.ts";
import { processId } from "../sys/host.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import type { DaemonFace } from "./face.ts";
import { help } from "./help.ts";
import { groupName, integer, type Method } from "./method.ts";
import { pythonText } from "./python-text.ts";

/** By the name after the dot. None asks whether the daemon shuts down: the namespace does, before it calls them. */
export function daemonMethods(daemon: DaemonFace): [string, Method][] {
  const apiVersion: Method = {
    help: help("Tells the version of this interface.", [], ["string", "the version"]),
    arity: [0, 0],
    call: () => API_VERSION,
  };
  const readMainLog: Method = {
    help: help(
      "Reads from the daemon's own log. A negative offset with length 0 reads the last bytes.",
      [
        ["int", "offset", "where to begin, in bytes"],
        ["int", "length", "how much to read, 0 for all that follows"],
      ],
      ["string", "what was read"],
    ),
    arity: [2, 2],
    call: ([offset, length]) => {
      const path = daemon.log.path;
      if (path === null) throw new RpcFault("NO_FILE");
      return readLog(path, integer(offset), integer(length));
    },
  };
  return [
    ["getAPIVersion", apiVersion],
    ["getVersion", apiVersion],
    [
      "getSupervisorVersion",
      {
        help: help(
          "Tells which release of Supervisor this daemon is equal to.",
          [],
          ["string", "the version"],
        ),
        arity: [0, 0],
        call: () => SUPERVISOR_VERSION,
      },
    ],
    [
      "getIdentification",
      {
        help: help(
          "Tells the identifier that the configuration gives this daemon.",
          [],
          ["string", "the identifier"],
        ),
        arity: [0, 0],
        call: () => daemon.identifier,
      },
    ],
    [
      "getState",
      {
        help: help(
          "Tells whether the daemon runs.",
          [],
          ["struct", "with int statecode and string statename"],
        ),
        arity: [0, 0],
        call: () => ({ statecode: SUPERVISOR_MOODS[daemon.mood], statename: daemon.mood }),
      },
    ],
    [
      "getPID",
      {
        help: help("Tells the daemon's process id.", [], ["int", "the pid"]),
        arity: [0, 0],
        call: () => processId(),
      },
    ],
    ["readLog", readMainLog],
    ["readMainLog", readMainLog],
    [
      "clearLog",
      {
        help: help("Empties the daemon's own log.", [], ["boolean", "always true unless it is a fault"]),
        arity: [0, 0],
        call: () => clearMainLog(daemon),
      },
    ],
    [
      "shutdown",
      {
        help: help("Stops all processes, then the daemon.", [], ["boolean", "always true"]),
        arity: [0, 0],
        call: () => {
          daemon.requestShutdown();
          return true;
        },
      },
    ],
    [
      "restart",
      {
        help: help(
          "Stops all processes, reads the configuration, and starts over. Refused, with nothing stopped, where the\nconfiguration is not valid.",
          [],
          ["boolean", "always true unless it is a fault"],
        ),
        arity: [0, 0],
        call: async () => {
          await asFault(() => daemon.requestReload());
          return true;
        },
      },
    ],
    [
      "reloadConfig",
      {
        help: help(
          "Reads the configuration, and tells the names of the groups that are new, changed and gone. Nothing is\nstarted or stopped.",
          [],
          ["array", "[[added, changed, removed]]"],
        ),
        arity: [0, 0],
        call: async () => {
          const { added, changed, removed } = await asFault(() => daemon.reread());
          return [[added, changed, removed]];
        },
      },
    ],
    [
      "addProcessGroup",
      {
        help: help(
          "Takes a group of the configuration that was read last into service.",
          [["string", "name", "the group"]],
          ["boolean", "true unless it is a fault"],
        ),
        arity: [1, 1],
        call: ([value]) => {
          const name = groupName(value);
          const outcome = daemon.addGroup(name);
          if (outcome === "unknown") throw new RpcFault("BAD_NAME", name);
          if (outcome === "present") throw new RpcFault("ALREADY_ADDED", name);
          return true;
        },
      },
    ],
    [
      "removeProcessGroup",
      {
        help: help(
          "Takes a group whose processes have all stopped out of service.",
          [["string", "name", "the group"]],
          ["boolean", "true unless it is a fault"],
        ),
        arity: [1, 1],
        call: ([value]) => {
          const name = groupName(value);
          const outcome = daemon.removeGroup(name);
          if (outcome === "unknown") throw new RpcFault("BAD_NAME", name);
          if (outcome === "running") throw new RpcFault("STILL_RUNNING", name);
          return true;
        },
      },
    ],
    [
      "getAllConfigInfo",
      {
        help: help(
          "Tells the options of every process in the configuration that was read last.",
          [],
          ["array", "a struct for each process"],
        ),
        arity: [0, 0],
        call: () => allConfigInfo(daemon),
      },
    ],
    [
      "sendRemoteCommEvent",
      {
        help: help(
          "Sends an event to the event listeners that subscribe to REMOTE_COMMUNICATION.",
          [
            ["string", "type", "what stands for the type in the event"],
            ["string", "data", "what stands for its body"],
          ],
          ["boolean", "always true"],
        ),
        arity: [2, 2],
        call: ([type, data]) => {
          daemon.bus.publish(remoteCommunicationEvent(pythonText(type), pythonText(data)));
          return true;
        },
      },
    ],
  ];
}

async function asFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault("CANT_REREAD", error.message);
    throw error;
  }
}

function clearMainLog({ log }: DaemonFace): true {
  if (log.path === null) throw new RpcFault("NO_FILE");
  const outcome = log.clear();
  if (outcome === "missing") throw new RpcFault("NO_FILE");
  if (outcome !== "ok") throw new RpcFault("FAILED");
  return true;
}

/** Sorted by the name of the process alone, stable over the order of the configuration. */
function allConfigInfo(daemon: DaemonFace): XmlRpcValue {
  const rows = daemon.config.groups.flatMap((group) =>
    group.processes.map((process) => ({
      name: process.name,
      info: configInfo(group, withFiles(daemon, group, process), daemon.groups.has(group.name)),
    })),
  );
  rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return rows.map(({ info }) => Object.fromEntries(info));
}

/** The original's running objects hold their AUTO logs' paths, and show them until the next reread makes new ones. */
function withFiles(daemon: DaemonFace, group: GroupSpec, spec: ProcessSpec): ProcessSpec {
  const active = daemon.groups.get(group.name);
  const process = active?.spec === group ? active.processes.get(spec.name) : undefined;
  if (process === undefined) return spec;
  const channel = (name: "stdout" | "stderr") => {
    const path = process.logfile(name);
    return path === null ? spec[name] : { ...spec[name], logfile: { kind: "file", path } as const };
  };
  return { ...spec, stdout: channel("stdout"), stderr: channel("stderr") };
}
