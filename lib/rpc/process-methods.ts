/** supervisor.*: what concerns processes (supervisor.md section 1.6). */
import { RpcFault } from "../model/faults.ts";
import { wall } from "../sys/clock.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { allByName, findProcess } from "./address.ts";
import {
  signalEverything,
  signalGroup,
  signalProcess,
  startEverything,
  startGroup,
  startProcess,
  stopEverything,
  stopGroup,
  stopProcess,
} from "./control.ts";
import type { DaemonFace } from "./face.ts";
import { help } from "./help.ts";
import { groupName, type Method, type RpcResult, text, truth } from "./method.ts";
import { preparedInfo } from "./process-info.ts";
import { pythonText } from "./python-text.ts";

const NAME = ["string", "name", "the process: name, group:name, or group:* for all of a group"] as const;
const GROUP = ["string", "name", "the group"] as const;
const WAIT = ["boolean", "wait", "answer only when it has come about (default true)"] as const;
const SIGNAL = ["string", "signal", "its name (HUP) or number (1)"] as const;
const DONE = ["boolean", "always true unless it is a fault"] as const;
const EACH = ["array", "a struct of name, group, status and description for each process"] as const;

type Named = (daemon: DaemonFace, name: string, wait: boolean) => RpcResult;
type All = (daemon: DaemonFace, wait: boolean) => RpcResult;

/** By the name after the dot. `wait` is true where the client leaves it out. */
export function processMethods(daemon: DaemonFace): [string, Method][] {
  const one = (what: string, work: Named): Method => ({
    help: help(what, [NAME, WAIT], DONE),
    arity: [1, 2],
    call: ([name, wait]) => work(daemon, text(name), truth(wait, true)),
  });
  const group = (what: string, work: Named): Method => ({
    help: help(what, [GROUP, WAIT], EACH),
    arity: [1, 2],
    call: ([name, wait]) => work(daemon, groupName(name), truth(wait, true)),
  });
  const all = (what: string, work: All): Method => ({
    help: help(what, [WAIT], EACH),
    arity: [0, 1],
    call: ([wait]) => work(daemon, truth(wait, true)),
  });
  return [
    ["startProcess", one("Starts a process.", startProcess)],
    ["startProcessGroup", group("Starts all processes of a group that do not run.", startGroup)],
    ["startAllProcesses", all("Starts all processes that do not run.", startEverything)],
    ["stopProcess", one("Stops a process.", stopProcess)],
    ["stopProcessGroup", group("Stops all processes of a group that run.", stopGroup)],
    ["stopAllProcesses", all("Stops all processes that run.", stopEverything)],
    [
      "signalProcess",
      {
        help: help("Sends a signal to a process.", [NAME, SIGNAL], DONE),
        arity: [2, 2],
        call: ([name, signal]) => signalProcess(daemon, text(name), signal ?? null),
      },
    ],
    [
      "signalProcessGroup",
      {
        help: help("Sends a signal to all processes of a group.", [GROUP, SIGNAL], EACH),
        arity: [2, 2],
        call: ([name, signal]) => signalGroup(daemon, groupName(name), signal ?? null),
      },
    ],
    [
      "signalAllProcesses",
      {
        help: help("Sends a signal to all processes.", [SIGNAL], EACH),
        arity: [1, 1],
        call: ([signal]) => signalEverything(daemon, signal ?? null),
      },
    ],
    [
      "getProcessInfo",
      {
        help: help("Tells the state of a process.", [NAME], ["struct", "all that is known of it"]),
        arity: [1, 1],
        call: ([name]) => preparedInfo(findProcess(daemon, text(name)), wall()),
      },
    ],
    [
      "getAllProcessInfo",
      {
        help: help("Tells the state of every process.", [], ["array", "a struct for each process"]),
        arity: [0, 0],
        call: () => allProcessInfo(daemon),
      },
    ],
    [
      "sendProcessStdin",
      {
        help: help(
          "Writes to the stdin of a process, encoded as UTF-8.",
          [NAME, ["string", "chars", "what to write"]],
          DONE,
        ),
        arity: [2, 2],
        call: ([name, chars]) => sendStdin(daemon, text(name), chars ?? null),
      },
    ],
  ];
}

function allProcessInfo(daemon: DaemonFace): XmlRpcValue {
  const now = wall();
  return allByName(daemon).map((process) => preparedInfo(process, now));
}

function sendStdin(daemon: DaemonFace, name: string, chars: XmlRpcValue): true {
  if (typeof chars !== "string" && !(chars instanceof Uint8Array)) {
    throw new RpcFault("INCORRECT_PARAMETERS", chars === null ? undefined : pythonText(chars));
  }
  const process = findProcess(daemon, name);
  const { pid, state } = process.record;
  if (pid === 0 || state === "STOPPING") throw new RpcFault("NOT_RUNNING", name);
  switch (process.send(typeof chars === "string" ? Buffer.from(chars) : chars)) {
    case "ok":
      return true;
    case "closed":
      throw new RpcFault("NO_FILE", name);
    case "full":
      throw new RpcFault("FAILED", `${name} does not read its stdin: too much is waiting for it already`);
  }
}
