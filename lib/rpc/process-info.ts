/** What getProcessInfo tells of a process (supervisor.md section 1.9). */

import type { ProcessRecord } from "../core/process-record.ts";
import type { Process } from "../daemon/process.ts";
import { PROCESS_STATES } from "../model/states.ts";
import { PreparedStruct, type XmlRpcMembers } from "../wire/xmlrpc-value.ts";
import { writeMemberOf, writeStruct } from "../wire/xmlrpc-write.ts";

const MAX_INT = 2_147_483_647;

/** Epoch seconds of epoch milliseconds, within what the wire's int can carry (#213). */
export const wireTime = (ms: number): number =>
  Math.max(-MAX_INT - 1, Math.min(MAX_INT, Math.trunc(ms / 1000)));

/** @param wall epoch milliseconds now */
export function processInfo(process: Process, wall: number): XmlRpcMembers {
  const { record, spec } = process;
  const stdout = process.logfile("stdout") ?? "";
  return {
    name: spec.name,
    group: process.group,
    start: wireTime(record.startTime),
    stop: wireTime(record.stopTime),
    now: wireTime(wall),
    state: PROCESS_STATES[record.state],
    statename: record.state,
    spawnerr: record.spawnerr ?? "",
    exitstatus: record.exitstatus ?? 0,
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: process.logfile("stderr") ?? "",
    pid: record.pid,
    // Last: a client that can't read the whole struct has the rest by then (clients.md, ochinchina ctl).
    description: describe(process, wall),
  };
}

/** What stays of a process's text while its record stays: all but the time and the description. */
interface Frame {
  readonly record: ProcessRecord;
  readonly stdout: string | null;
  readonly stderr: string | null;
  readonly head: string;
  readonly middle: string;
}

const frames = new WeakMap<Process, Frame>();
const NOW = "<member>\n<name>now</name>\n<value><int>";
const INT_END = "</int></value>\n</member>\n";

/**
 * The same, with its text made from what is kept of the last time: a daemon of a thousand programs is asked for all of them
 * every few seconds, and all that changes is the time.
 */
export function preparedInfo(process: Process, wall: number): PreparedStruct {
  const { head, middle } = frameOf(process, wall);
  const description = writeMemberOf("description", describe(process, wall));
  const xml = writeStruct(`${head}${wireTime(wall)}${middle}${description}`);
  return new PreparedStruct(xml, () => processInfo(process, wall));
}

function frameOf(process: Process, wall: number): Frame {
  const stdout = process.logfile("stdout");
  const stderr = process.logfile("stderr");
  const kept = frames.get(process);
  if (kept?.record === process.record && kept.stdout === stdout && kept.stderr === stderr) return kept;
  const members = Object.entries(processInfo(process, wall)).map(([name, value]) => ({ name, value }));
  const at = members.findIndex(({ name }) => name === "now");
  const written = (part: typeof members) =>
    part.map(({ name, value }) => writeMemberOf(name, value)).join("");
  const frame: Frame = {
    record: process.record,
    stdout,
    stderr,
    head: written(members.slice(0, at)) + NOW,
    middle: INT_END + written(members.slice(at + 1, -1)),
  };
  frames.set(process, frame);
  return frame;
}

/**
 * The text of supervisorctl's third column.
 *
 * @param wall epoch milliseconds now
 */
export function describe(process: Process, wall: number): string {
  const { record, spec } = process;
  switch (record.state) {
    case "RUNNING":
      return `pid ${record.pid}, uptime ${uptime(wireTime(wall) - wireTime(record.startTime))}`;
    case "FATAL":
    case "BACKOFF":
      return record.spawnerr || `unknown error (try "tail ${spec.name}")`;
    case "STOPPED":
    case "EXITED":
      return record.startTime === 0 ? "Not started" : shortDate(record.stopTime);
    case "STARTING":
    case "STOPPING":
    case "UNKNOWN":
      return "";
  }
}

/** Seconds as Python prints a timedelta: `0:00:05`, `1 day, 1:01:01`; a clock set back counts as none. */
export function uptime(seconds: number): string {
  const total = Math.max(0, seconds);
  const days = Math.floor(total / 86_400);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${Math.floor(total / 3600) % 24}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Local time as `%b %d %I:%M %p`: `Nov 22 11:10 AM`. */
export function shortDate(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = date.getHours();
  const day = `${MONTHS[date.getMonth()]} ${two(date.getDate())}`;
  return `${day} ${two(hours % 12 || 12)}:${two(date.getMinutes())} ${hours < 12 ? "AM" : "PM"}`;
}
