/** The daemon's answers as typed records. A daemon that answers otherwise is told of as Python would tell it. */

import { pyrepr } from "../../lib/config/pyrepr.ts";
import { PROCESS_STATES, type ProcessState } from "../../lib/model/states.ts";
import type { XmlRpcStruct, XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcArray, isXmlRpcStruct } from "../../lib/wire/xmlrpc-value.ts";
import { ClientError } from "./errors.ts";

const typeError = (message: string): ClientError => new ClientError("TypeError", message);

/** Any scalar as `str` shows it. */
export function textOf(value: XmlRpcValue | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  throw typeError("the daemon's answer holds no text where one is due");
}

function numberOf(value: XmlRpcValue | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  throw typeError("the daemon's answer holds no number where one is due");
}

/** Throws a ClientError (a TypeError of Python) for anything else. */
export function arrayOf(value: XmlRpcValue | undefined): readonly XmlRpcValue[] {
  if (value !== undefined && isXmlRpcArray(value)) return value;
  throw typeError("the daemon's answer holds no array where one is due");
}

function structOf(value: XmlRpcValue | undefined): XmlRpcStruct {
  if (value !== undefined && isXmlRpcStruct(value)) return value;
  throw typeError("the daemon's answer holds no struct where one is due");
}

function member(struct: XmlRpcStruct, name: string): XmlRpcValue {
  const value = struct.get(name);
  if (value === undefined) throw new ClientError("KeyError", pyrepr(name));
  return value;
}

/** One process, of getProcessInfo and getAllProcessInfo (supervisor.md section 1.9). Times are epoch seconds. */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  readonly exitstatus: number;
  readonly stdoutLogfile: string;
  readonly stderrLogfile: string;
  readonly pid: number;
  readonly description: string;
}

/** Throws a ClientError: a KeyError for a missing member, a TypeError for one that holds something else. */
export function processInfo(value: XmlRpcValue): ProcessInfo {
  const struct = structOf(value);
  const text = (name: string): string => textOf(member(struct, name));
  const number = (name: string): number => numberOf(member(struct, name));
  return {
    name: text("name"),
    group: text("group"),
    start: number("start"),
    stop: number("stop"),
    now: number("now"),
    state: number("state"),
    statename: text("statename"),
    spawnerr: text("spawnerr"),
    exitstatus: number("exitstatus"),
    stdoutLogfile: text("stdout_logfile"),
    stderrLogfile: text("stderr_logfile"),
    pid: number("pid"),
    description: text("description"),
  };
}

/** As much of a process as `status` shows. */
export type StatusInfo = Pick<ProcessInfo, "group" | "name" | "state" | "statename" | "description">;

const isState = (name: string): name is ProcessState => Object.hasOwn(PROCESS_STATES, name);

/** The answer to our own supervisord.getStatus. */
export const statusInfos = (value: XmlRpcValue): StatusInfo[] =>
  arrayOf(value).map((entry) => {
    const row = arrayOf(entry);
    const statename = textOf(row[2]);
    if (!isState(statename)) throw typeError(`the daemon's answer holds no state but ${statename}`);
    return {
      group: textOf(row[0]),
      name: textOf(row[1]),
      state: PROCESS_STATES[statename],
      statename,
      description: textOf(row[3]),
    };
  });

/** The answer to getAllProcessInfo, in its order. Throws as {@link processInfo}. */
export const processInfos = (value: XmlRpcValue): ProcessInfo[] => arrayOf(value).map(processInfo);

/** What became of one process in a call on many. */
export interface CallResult {
  readonly name: string;
  readonly group: string;
  readonly status: number;
  readonly description: string;
}

/**
 * In the order of the answer. A `status` is 80 for success, else the fault's code (supervisor.md section 1.6). Throws
 * as {@link processInfo}.
 */
export const callResults = (value: XmlRpcValue): CallResult[] =>
  arrayOf(value).map((entry) => {
    const struct = structOf(entry);
    return {
      name: textOf(member(struct, "name")),
      group: textOf(member(struct, "group")),
      status: numberOf(member(struct, "status")),
      description: textOf(member(struct, "description")),
    };
  });

/** What `avail` shows of a configured process. */
export interface ConfigInfo {
  readonly name: string;
  readonly group: string;
  readonly inuse: boolean;
  readonly autostart: boolean;
  readonly groupPriority: number;
  readonly processPriority: number;
  /** Every member as it came. */
  readonly all: XmlRpcStruct;
}

/** The answer to getAllConfigInfo (supervisor.md section 1.9), in its order. Throws as {@link processInfo}. */
export const configInfos = (value: XmlRpcValue): ConfigInfo[] =>
  arrayOf(value).map((entry) => {
    const struct = structOf(entry);
    return {
      name: textOf(member(struct, "name")),
      group: textOf(member(struct, "group")),
      inuse: member(struct, "inuse") === true,
      autostart: member(struct, "autostart") === true,
      groupPriority: numberOf(member(struct, "group_prio")),
      processPriority: numberOf(member(struct, "process_prio")),
      all: struct,
    };
  });

/** Group names by what has become of them in the configuration. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * The answer to reloadConfig: three lists in an array of one (supervisor.md section 1.6). Throws a ClientError: a
 * TypeError where one of them is no array, a ValueError where there are fewer than three.
 */
export function changes(value: XmlRpcValue): Changes {
  const [added, changed, removed] = arrayOf(arrayOf(value)[0]).map((names) => arrayOf(names).map(textOf));
  if (added === undefined || changed === undefined || removed === undefined) {
    throw new ClientError("ValueError", "not enough values to unpack");
  }
  return { added, changed, removed };
}
