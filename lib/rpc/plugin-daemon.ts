/** The face that plug-ins get, over the daemon and the table of all methods. */
import { ConfigError } from "../config/errors.ts";
import type { Group } from "../daemon/group.ts";
import type { EventName } from "../model/events.ts";
import { RpcFault } from "../model/faults.ts";
import type { LogLevel } from "../model/spec.ts";
import { withMembers, type XmlRpcValue } from "../wire/xmlrpc-value.ts";
import type { DaemonFace } from "./face.ts";
import type { PluginDaemon, PluginEvent, PluginProcess } from "./plugin-face.ts";
import type { RpcRegistry } from "./registry.ts";

/** A fault whose code and text a plug-in chose. */
export class PluginFault extends RpcFault {
  override readonly code: number;

  constructor(code: number, text: string) {
    super("FAILED");
    this.code = code;
    this.message = text;
  }
}

/** One face for all plug-ins. `call` looks into `registry` when it is called: namespaces may still be added to it. */
export function pluginDaemon(daemon: DaemonFace, registry: RpcRegistry): PluginDaemon {
  const groupNamed = (name: string): Group => {
    const group = daemon.groups.get(name);
    if (group === undefined) throw new RpcFault("BAD_NAME", `group: ${name}`);
    return group;
  };
  return {
    get mood() {
      return daemon.mood;
    },
    get identifier() {
      return daemon.identifier;
    },
    groupNames: () => [...daemon.groups.keys()],
    processes: (group) =>
      (group === undefined ? [...daemon.groups.values()] : [groupNamed(group)]).flatMap(shown),
    addProgram: (group, program, options) => addProgram(daemon, groupNamed(group), program, options),
    removeProcess: (group, process) => removeProcess(daemon, groupNamed(group), process),
    log: (level: LogLevel, text: string) => daemon.log.log(level, text),
    subscribe: (types: EventName | readonly EventName[], listener: (event: PluginEvent) => void) =>
      daemon.bus.subscribe(types, (event) =>
        tell(daemon, listener, { name: event.name, payload: event.payload() }),
      ),
    call: async (method: string, ...params: readonly XmlRpcValue[]) =>
      withMembers(await registry.dispatch(method, params)),
    fault: (fault, text) =>
      typeof fault === "number" ? new PluginFault(fault, text ?? "") : new RpcFault(fault, text),
  };
}

/** A plug-in's error ends here: whoever emits an event is in the middle of something. */
function tell(daemon: DaemonFace, listener: (event: PluginEvent) => void, event: PluginEvent): void {
  const failed = (error: unknown): void =>
    daemon.log.error(`a plug-in's subscriber failed on ${event.name}: ${messageOf(error)}`);
  try {
    // One that is async may fail later.
    Promise.resolve(listener(event) as unknown).catch(failed);
  } catch (error) {
    failed(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const shown = (group: Group): PluginProcess[] =>
  [...group.processes.values()].map(({ spec, record }) => ({
    group: group.spec.name,
    name: spec.name,
    state: record.state,
    pid: record.pid,
  }));

function addProgram(
  daemon: DaemonFace,
  group: Group,
  program: string,
  options: ReadonlyMap<string, string>,
): string[] {
  try {
    const specs = daemon.readProgram(group.spec.name, program, options);
    for (const { name } of specs) if (group.processes.has(name)) throw new RpcFault("BAD_NAME", name);
    daemon.addProcesses(group, specs);
    return specs.map(({ name }) => name);
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault("INCORRECT_PARAMETERS", error.message);
    throw error;
  }
}

function removeProcess(daemon: DaemonFace, group: Group, name: string): void {
  const process = group.processes.get(name);
  if (process === undefined) throw new RpcFault("BAD_NAME", name);
  if (!process.isStopped || process.record.pid !== 0) throw new RpcFault("STILL_RUNNING", name);
  daemon.removeProcess(group, name);
}
