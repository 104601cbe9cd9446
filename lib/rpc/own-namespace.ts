/**
 * supervisord.*: what the original does not have. These methods are served but not listed, so that system.listMethods stays
 * the original's; a client asks for supervisord.getAPIVersion and takes UNKNOWN_METHOD for no.
 */

import { diffGroups, diffOptions, type OptionChange } from "../config/diff.ts";
import { ConfigError } from "../config/errors.ts";
import type { Process } from "../daemon/process.ts";
import { RpcFault } from "../model/faults.ts";
import type { GroupSpec } from "../model/spec.ts";
import { SUPERVISOR_MOODS } from "../model/states.ts";
import { wall } from "../sys/clock.ts";
import { type ProcessUsage, sampleUsage } from "../sys/proc-usage.ts";
import { isXmlRpcArray, XmlRpcDouble, type XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { allByName, allInOrder, findGroupOrProcess } from "./address.ts";
import { discreetly } from "./discreet.ts";
import type { DaemonFace } from "./face.ts";
import { help } from "./help.ts";
import { type Method, type Namespace, text } from "./method.ts";
import { describe } from "./process-info.ts";

const OWN_API_VERSION = "1.0";

/**
 * All but getAPIVersion are SHUTDOWN_STATE once the daemon stops or reloads; previewUpdate is CANT_REREAD where the
 * configuration is not valid.
 */
export function ownNamespace(daemon: DaemonFace): Namespace {
  const running = <T>(work: () => T): T => {
    if (SUPERVISOR_MOODS[daemon.mood] < SUPERVISOR_MOODS.RUNNING) throw new RpcFault("SHUTDOWN_STATE");
    return work();
  };
  return new Map<string, Method>([
    [
      "getAPIVersion",
      {
        help: help("Tells the version of this namespace.", [], ["string", "the version"]),
        arity: [0, 0],
        call: () => OWN_API_VERSION,
      },
    ],
    [
      "getProcessUsage",
      {
        help: help(
          "Tells what processes and their descendants use on the daemon's host, processor seconds and bytes of memory, and how " +
            "often they were started again: starts after the first since the group was added, failed ones too.",
          [["array", "names", "name, group:name or group:*; empty for all"]],
          [
            "array",
            "structs of name, group, pid and restarts; of a process that runs also cpu, rss and children",
          ],
        ),
        arity: [0, 1],
        call: ([names]) => running(() => usage(selected(daemon, names))),
      },
    ],
    [
      "getStatus",
      {
        help: help(
          "Tells what `supervisorctl status` shows, in a tenth of getAllProcessInfo's bytes.",
          [],
          ["array", "arrays of group, name, state and description"],
        ),
        arity: [0, 0],
        call: () => running(() => status(daemon)),
      },
    ],
    [
      "previewUpdate",
      {
        help: help(
          "Reads the configuration and tells what an update would add, change and remove, without taking note of it. Values of environments are not told.",
          [],
          ["array", "structs of group, change, process, option, before and after"],
        ),
        arity: [0, 0],
        call: () => running(() => preview(daemon)),
      },
    ],
  ]);
}

function selected(daemon: DaemonFace, names: XmlRpcValue | undefined): Process[] {
  if (names === undefined) return allInOrder(daemon);
  if (!isXmlRpcArray(names)) throw new RpcFault("INCORRECT_PARAMETERS");
  if (names.length === 0) return allInOrder(daemon);
  return names.flatMap((name) => {
    const { group, process } = findGroupOrProcess(daemon, text(name));
    return process === null ? group.inOrder() : [process];
  });
}

const status = (daemon: DaemonFace): XmlRpcValue => {
  const now = wall();
  return allByName(daemon).map((process) => [
    process.group,
    process.spec.name,
    process.record.state,
    describe(process, now),
  ]);
};

/** All of them, also those at rest: what has failed for good is what one wants the restarts of. */
function usage(processes: readonly Process[]): Promise<XmlRpcValue> {
  const pids = processes.map(({ record }) => record.pid).filter((pid) => pid !== 0);
  return new Promise((resolve) => {
    sampleUsage(pids, (used) => resolve(processes.map((process) => usageRow(process, used))));
  });
}

function usageRow({ spec, group, record, history }: Process, used: ReadonlyMap<number, ProcessUsage>) {
  const found = used.get(record.pid);
  return {
    name: spec.name,
    group,
    pid: record.pid,
    restarts: Math.max(0, history.starts - 1),
    ...(found === undefined
      ? {}
      : { cpu: new XmlRpcDouble(found.cpuSeconds), rss: found.rssBytes, children: found.children }),
  };
}

function preview(daemon: DaemonFace): XmlRpcValue {
  const active = [...daemon.groups.values()].map(({ spec }) => spec);
  const { added, changed, removed } = diffGroups(active, peek(daemon));
  const whole = (change: string) => (group: GroupSpec) =>
    group.processes.map((process) => row(group.name, change, process.name, "", null, null));
  const options = (group: GroupSpec) => {
    const before = active.find(({ name }) => name === group.name);
    return before === undefined
      ? []
      : diffOptions(before, group)
          .flatMap((change) => discreetly(change, before, group))
          .map((change) => optionRow(group.name, change));
  };
  return [
    ...removed.flatMap(whole("removed")),
    ...changed.flatMap(options),
    ...added.flatMap(whole("added")),
  ];
}

function peek(daemon: DaemonFace): readonly GroupSpec[] {
  try {
    return daemon.peek().groups;
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault("CANT_REREAD", error.message);
    throw error;
  }
}

function optionRow(group: string, { subject, option, before, after }: OptionChange): XmlRpcValue {
  const process = subject === group ? "" : subject.slice(subject.indexOf(":") + 1);
  return row(group, "changed", process, option, before, after);
}

const row = (
  group: string,
  change: string,
  process: string,
  option: string,
  before: string | null,
  after: string | null,
): XmlRpcValue => ({ group, change, process, option, before: before ?? "", after: after ?? "" });
