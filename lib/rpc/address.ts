/** Namespecs: how processes and groups are named on the wire (supervisor.md section 1.3). */
import type { Group } from "../daemon/group.ts";
import type { Process } from "../daemon/process.ts";
import { RpcFault } from "../model/faults.ts";
import type { DaemonFace } from "./face.ts";

/** Splits at the first colon; `process` null means the whole group. */
export function splitNamespec(name: string): { readonly group: string; readonly process: string | null } {
  const colon = name.indexOf(":");
  if (colon < 0) return { group: name, process: name };
  const process = name.slice(colon + 1);
  return { group: name.slice(0, colon), process: process === "" || process === "*" ? null : process };
}

/** `group:process`, or the bare name where both are the same. */
export const joinNamespec = (group: string, process: string): string =>
  group === process ? process : `${group}:${process}`;

/** The name that supervisorctl shows and takes: the bare one where the group's is the same. */
export const namespecOf = (process: Process): string => joinNamespec(process.group, process.spec.name);

/** The group and process a namespec names, `process` null for a whole group; BAD_NAME where there is none. */
export function findGroupOrProcess(
  daemon: DaemonFace,
  name: string,
): { readonly group: Group; readonly process: Process | null } {
  const spec = splitNamespec(name);
  const group = daemon.groups.get(spec.group);
  if (group === undefined) throw new RpcFault("BAD_NAME", name);
  if (spec.process === null) return { group, process: null };
  const process = group.processes.get(spec.process);
  if (process === undefined) throw new RpcFault("BAD_NAME", name);
  return { group, process };
}

/** The process a namespec names; a whole group is BAD_NAME too. */
export function findProcess(daemon: DaemonFace, name: string): Process {
  const { process } = findGroupOrProcess(daemon, name);
  if (process === null) throw new RpcFault("BAD_NAME", name);
  return process;
}

/** The group of that very name; `group:*` is BAD_NAME. */
export function findGroup(daemon: DaemonFace, name: string): Group {
  const group = daemon.groups.get(name);
  if (group === undefined) throw new RpcFault("BAD_NAME", name);
  return group;
}

/** Every process by group priority, then process priority. */
export const allInOrder = (daemon: DaemonFace): Process[] =>
  daemon.inOrder().flatMap((group) => group.inOrder());

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Configurations are mostly in order already, which is seen in a fraction of the time that sorting takes. */
function valuesByName<T>(map: ReadonlyMap<string, T>): Iterable<T> {
  let last = "";
  for (const name of map.keys()) {
    if (name < last) return [...map].sort(([a], [b]) => byName(a, b)).map(([, value]) => value);
    last = name;
  }
  return map.values();
}

/** Sorted by group, then process name, both by code unit as the original's code points but for astral names. */
export function allByName(daemon: DaemonFace): Process[] {
  const all: Process[] = [];
  for (const group of valuesByName(daemon.groups)) {
    for (const process of valuesByName(group.processes)) all.push(process);
  }
  return all;
}
