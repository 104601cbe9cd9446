/** supervisor.*: reading and clearing the logs of processes (supervisor.md sections 1.6 and 1.8). */
import type { Process } from "../daemon/process.ts";
import type { OutputChannel } from "../events/event.ts";
import { readLog, tailLog } from "../log/read-log.ts";
import { RpcFault } from "../model/faults.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { allInOrder, findProcess } from "./address.ts";
import type { DaemonFace } from "./face.ts";
import { help } from "./help.ts";
import { integer, type Method, text } from "./method.ts";
import { result } from "./pending.ts";

const NAME = ["string", "name", "the process: name or group:name"] as const;
const OFFSET = ["int", "offset", "where to begin, in bytes"] as const;

/** By the name after the dot. A process without a log is NO_FILE to whoever reads it, and empty to whoever tails it. */
export function logMethods(daemon: DaemonFace): [string, Method][] {
  const read = (channel: OutputChannel): Method => ({
    help: help(
      `Reads from the ${channel} log of a process. A negative offset with length 0 reads the last bytes.`,
      [NAME, OFFSET, ["int", "length", "how much to read, 0 for all that follows"]],
      ["string", "what was read"],
    ),
    arity: [3, 3],
    call: ([name, offset, length]) => {
      const path = findProcess(daemon, text(name)).logfile(channel);
      if (path === null) throw new RpcFault("NO_FILE");
      return readLog(path, integer(offset), integer(length));
    },
  });
  const tail = (channel: OutputChannel): Method => ({
    help: help(
      `Reads the end of the ${channel} log of a process, and where it ends. Where the log is longer than offset and\nlength together, the overflow flag is set and the last length bytes are read.`,
      [NAME, OFFSET, ["int", "length", "how much to read at the most"]],
      ["array", "[string bytes, int offset, boolean overflow]"],
    ),
    arity: [3, 3],
    call: ([name, offset, length]) => {
      const path = findProcess(daemon, text(name)).logfile(channel);
      return path === null ? ["", 0, false] : tailLog(path, integer(offset), integer(length));
    },
  });
  const clear: Method = {
    help: help("Empties both logs of a process.", [NAME], ["boolean", "always true unless it is a fault"]),
    arity: [1, 1],
    call: ([value]) => {
      const name = text(value);
      return clearLogs(findProcess(daemon, name), name);
    },
  };
  const readStdout = read("stdout");
  const tailStdout = tail("stdout");
  return [
    ["readProcessStdoutLog", readStdout],
    ["readProcessLog", readStdout],
    ["readProcessStderrLog", read("stderr")],
    ["tailProcessStdoutLog", tailStdout],
    ["tailProcessLog", tailStdout],
    ["tailProcessStderrLog", tail("stderr")],
    ["clearProcessLogs", clear],
    ["clearProcessLog", clear],
    [
      "clearAllProcessLogs",
      {
        help: help("Empties the logs of all processes.", [], ["array", "a struct for each process"]),
        arity: [0, 0],
        call: () => allInOrder(daemon).map(clearOne),
      },
    ],
  ];
}

function clearLogs(process: Process, name: string): true {
  if (!process.clearLogs()) throw new RpcFault("FAILED", name);
  return true;
}

function clearOne(process: Process): XmlRpcValue {
  try {
    return result(process, clearLogs(process, process.spec.name));
  } catch (error) {
    if (error instanceof RpcFault) return result(process, error);
    throw error;
  }
}
