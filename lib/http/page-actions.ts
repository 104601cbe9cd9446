/** The actions of the page's links, and what they say (supervisor.md section 2.7). */
import { RpcFault } from "../model/faults.ts";
import { splitNamespec } from "../rpc/address.ts";
import { wall } from "../sys/clock.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import type { Call } from "./api-actions.ts";
import type { PageDaemon } from "./api-view.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Local time as C's asctime has it: `Sun Nov  2 11:08:25 2026`. @param time epoch milliseconds */
export function ctime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = String(date.getDate()).padStart(2);
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${clock} ${date.getFullYear()}`;
}

/** The original's words for the faults of a start. */
const START_FAULTS: Partial<Record<string, string>> = {
  NO_FILE: "no such file",
  NOT_EXECUTABLE: "file not executable",
  ALREADY_STARTED: "already started",
  SPAWN_ERROR: "spawn error",
  ABNORMAL_TERMINATION: "abnormal termination",
};

const unexpected = ({ code, message }: RpcFault): string => `unexpected rpc fault [${code}] ${message}`;

/** The fault of a call, or null. Anything else than a fault is thrown. */
async function faultOf(work: Promise<XmlRpcValue>): Promise<RpcFault | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof RpcFault) return error;
    throw error;
  }
}

/**
 * Does what a link says and gives the message that is shown then. Null for an action that there is not, or that lacks a
 * process: the original answers HTTP 500.
 */
export async function performAction(
  call: Call,
  daemon: PageDaemon,
  action: string,
  name: string | undefined,
): Promise<string | null> {
  switch (action) {
    case "refresh":
      return `Page refreshed at ${ctime(wall())}`;
    case "stopall":
      return (await told(call("stopAllProcesses"))) ?? `All stopped at ${ctime(wall())}`;
    case "restartall":
      await faultOf(call("stopAllProcesses"));
      await faultOf(call("startAllProcesses"));
      return `All restarted at ${ctime(wall())}`;
    case "start":
    case "stop":
    case "restart":
    case "clearlog":
      if (name === undefined) return null;
      return exists(daemon, name) ? await onProcess(call, action, name) : `No such process named ${name}`;
    default:
      return null;
  }
}

async function told(work: Promise<XmlRpcValue>): Promise<string | null> {
  const fault = await faultOf(work);
  return fault === null ? null : unexpected(fault);
}

function exists(daemon: PageDaemon, name: string): boolean {
  const { group, process } = splitNamespec(name);
  return process !== null && daemon.groups.get(group)?.processes.get(process) !== undefined;
}

async function onProcess(
  call: Call,
  action: "start" | "stop" | "restart" | "clearlog",
  name: string,
): Promise<string> {
  switch (action) {
    case "start": {
      const fault = await faultOf(call("startProcess", name));
      if (fault === null) return `Process ${name} started`;
      return `ERROR: Process ${name}: ${START_FAULTS[fault.fault] ?? unexpected(fault)}`;
    }
    case "stop":
      return (await told(call("stopProcess", name))) ?? `Process ${name} stopped`;
    case "restart":
      // What becomes of either is not told, as in the original.
      await faultOf(call("stopProcess", name));
      await faultOf(call("startProcess", name));
      return `Process ${name} restarted`;
    case "clearlog":
      return (await told(call("clearProcessLogs", name))) ?? `Log for ${name} cleared`;
  }
}
