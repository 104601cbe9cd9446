/** What the API does to processes: always through the XML-RPC methods, so that the faults and their words are the same. */

import { diffGroups, diffOptions } from "../config/diff.ts";
import { ConfigError } from "../config/errors.ts";
import type { OutputChannel } from "../events/event.ts";
import { RpcFault } from "../model/faults.ts";
import type { GroupSpec } from "../model/spec.ts";
import { SUPERVISOR_MOODS } from "../model/states.ts";
import { findProcess } from "../rpc/address.ts";
import { discreetly } from "../rpc/discreet.ts";
import type { RpcRegistry } from "../rpc/registry.ts";
import { isXmlRpcArray, isXmlRpcStruct, type XmlRpcValue } from "../wire/xmlrpc-value.ts";
import type { ConfigDiff, ResultView, UpdateResult } from "./api-types.ts";
import type { PageDaemon } from "./api-view.ts";

export const VERBS = ["start", "stop", "restart"] as const;
export type Verb = (typeof VERBS)[number];

/** Calls `supervisor.METHOD`. Rejects with RpcFault. */
export type Call = (method: string, ...params: XmlRpcValue[]) => Promise<XmlRpcValue>;

export const callsOf =
  (registry: RpcRegistry): Call =>
  async (method, ...params) =>
    registry.dispatch(`supervisor.${method}`, params);

/** One process, waited for. A restart of what does not run is a start. Rejects with RpcFault. */
export async function actOnProcess(call: Call, daemon: PageDaemon, id: string, verb: Verb): Promise<void> {
  // A whole group has its own path: its results are others.
  const process = findProcess(daemon, id);
  if (verb === "stop" || (verb === "restart" && process.isRunning)) await call("stopProcess", id);
  if (verb !== "stop") await call("startProcess", id);
}

/** Empties one of the logs, for which XML-RPC has no method: it fails as `clearProcessLogs` does. Throws RpcFault. */
export function clearChannel(daemon: PageDaemon, id: string, channel: OutputChannel): void {
  if (SUPERVISOR_MOODS[daemon.mood] < SUPERVISOR_MOODS.RUNNING) throw new RpcFault("SHUTDOWN_STATE");
  const process = findProcess(daemon, id);
  if (process.logfile(channel) === null) throw new RpcFault("NO_FILE");
  if (!process.clearLogs(channel)) throw new RpcFault("FAILED", id);
}

/** A group, or all (`name` null). A restart stops what runs, then starts what does not. */
export async function actOnGroup(call: Call, name: string | null, verb: Verb): Promise<ResultView[]> {
  const one = (what: "start" | "stop") =>
    name === null ? call(`${what}AllProcesses`) : call(`${what}ProcessGroup`, name);
  if (verb !== "restart") return toResults(await one(verb));
  const failed = toResults(await one("stop")).filter(({ status }) => status !== 80);
  return [...failed, ...toResults(await one("start"))];
}

/** Several, all at once. */
export const actOnMany = (
  call: Call,
  daemon: PageDaemon,
  ids: readonly string[],
  verb: Verb,
): Promise<ResultView[]> =>
  Promise.all(
    ids.map(async (id) => {
      const colon = id.indexOf(":");
      const names = { name: id.slice(colon + 1), group: colon < 0 ? id : id.slice(0, colon) };
      try {
        await actOnProcess(call, daemon, id, verb);
        return { ...names, status: 80, description: "OK" };
      } catch (error) {
        if (!(error instanceof RpcFault)) throw error;
        return { ...names, status: error.code, description: error.message };
      }
    }),
  );

/** The structs of the answers on many: plain records here, or what was decoded from the wire. */
function toResults(value: XmlRpcValue): ResultView[] {
  if (!isXmlRpcArray(value)) return [];
  return value.map((each) => {
    const get = (key: string): unknown =>
      each !== undefined && isXmlRpcStruct(each) ? each.get(key) : (each as Record<string, unknown>)[key];
    return {
      name: String(get("name")),
      group: String(get("group")),
      status: Number(get("status")),
      description: String(get("description")),
    };
  });
}

const asFault = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault("CANT_REREAD", error.message);
    throw error;
  }
};

/** What an update would do, from the file as it is now. Nothing changes. Throws RpcFault CANT_REREAD. */
export function configDiff(daemon: PageDaemon): ConfigDiff {
  const next = asFault(() => daemon.peek());
  const active = [...daemon.groups.values()].map(({ spec }) => spec);
  const { added, changed, removed } = diffGroups(active, next.groups);
  const names = (group: GroupSpec) => ({
    name: group.name,
    processes: group.processes.map(({ name }) => name),
  });
  return {
    added: added.map(names),
    removed: removed.map(names),
    changed: changed.map((group) => {
      const before = daemon.groups.get(group.name)?.spec;
      const options = before === undefined ? [] : diffOptions(before, group);
      return { name: group.name, options: options.flatMap((change) => discreetly(change, before, group)) };
    }),
  };
}

/** What `supervisorctl update` does: groups that are gone or different are stopped and removed, new ones added. */
export async function updateConfig(call: Call): Promise<UpdateResult> {
  const answer = await call("reloadConfig");
  const [lists] = isXmlRpcArray(answer) ? answer : [];
  const [added = [], changed = [], removed = []] = (lists ?? []) as readonly (readonly string[])[];
  const steps: UpdateResult["steps"][number][] = [];
  const step = async (group: string, text: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      steps.push({ group, text, ok: true });
      return true;
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      steps.push({ group, text: `not ${text}: ${error.message}`, ok: false });
      return false;
    }
  };
  const remove = async (group: string): Promise<boolean> =>
    (await step(group, "stopped", () => call("stopProcessGroup", group))) &&
    (await step(group, "removed", () => call("removeProcessGroup", group)));
  for (const group of removed) await remove(group);
  for (const group of changed) {
    if (await remove(group))
      await step(group, "added with its new options", () => call("addProcessGroup", group));
  }
  for (const group of added) await step(group, "added", () => call("addProcessGroup", group));
  return { steps };
}
