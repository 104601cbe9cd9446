/** Starting, stopping and signalling (supervisor.md section 1.7). */
import { parseInteger } from "../config/pyint.ts";
import type { Process } from "../daemon/process.ts";
import { RpcFault } from "../model/faults.ts";
import { lookupSignal } from "../model/signals.ts";
import { isSignallableState } from "../model/states.ts";
import { schedule } from "../sys/deadline.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { allInOrder, findGroup, findGroupOrProcess, namespecOf } from "./address.ts";
import type { DaemonFace } from "./face.ts";
import type { RpcResult } from "./method.ts";
import { forAll, type Outcome, result, settle } from "./pending.ts";

const REPORT_INTERVAL = 2000;

const waitFor = (outcome: Outcome): RpcResult => (outcome === true ? true : settle(outcome));

/**
 * True once there is a child, with `wait` once it is RUNNING; a whole group is answered as by {@link startGroup}.
 * Faults: BAD_NAME, NO_FILE, NOT_EXECUTABLE, ALREADY_STARTED, FAILED, SPAWN_ERROR, and with `wait`
 * ABNORMAL_TERMINATION.
 */
export function startProcess(daemon: DaemonFace, name: string, wait: boolean): RpcResult {
  const { group, process } = findGroupOrProcess(daemon, name);
  if (process === null) return startAll(group.inOrder(), wait);
  return waitFor(start(process, name, wait));
}

/**
 * A struct for each process that was not in RUNNING, STARTING or BACKOFF, in the order of completion: a fault of one is
 * its struct's status. Throws RpcFault BAD_NAME.
 */
export const startGroup = (daemon: DaemonFace, name: string, wait: boolean): RpcResult =>
  startAll(findGroup(daemon, name).inOrder(), wait);

/**
 * As {@link startGroup} for all groups, by group priority, then process priority. Empty where there is nothing to do.
 */
export const startEverything = (daemon: DaemonFace, wait: boolean): RpcResult =>
  startAll(allInOrder(daemon), wait);

const startAll = (processes: readonly Process[], wait: boolean) =>
  forAll(
    processes.filter((process) => !process.isRunning),
    (process) => start(process, namespecOf(process), wait),
  );

function start(process: Process, name: string, wait: boolean): Outcome {
  const command = process.resolveCommand();
  if (!command.ok) throw new RpcFault(command.fault, command.text);
  if (process.isRunning) throw new RpcFault("ALREADY_STARTED", name);
  if (process.record.state === "UNKNOWN")
    throw new RpcFault("FAILED", `${name} is in an unknown process state`);
  process.start(command);
  // With startsecs=0 that is all that was asked for, however soon it ends.
  if (process.record.state === "RUNNING") return true;
  if (process.record.spawnerr !== null) throw new RpcFault("SPAWN_ERROR", name);
  if (!wait) return true;
  return { process, check: () => hasStarted(process, name), begin: () => () => {} };
}

function hasStarted(process: Process, name: string): boolean {
  const { spawnerr, state } = process.record;
  if (spawnerr !== null) throw new RpcFault("SPAWN_ERROR", name);
  if (state !== "STARTING" && state !== "RUNNING") throw new RpcFault("ABNORMAL_TERMINATION", name);
  return state === "RUNNING";
}

/**
 * True once the stop is under way, with `wait` once it has stopped; a whole group is answered as by {@link stopGroup}.
 * Faults: BAD_NAME, NOT_RUNNING (STOPPING is that already), and FAILED where the signal cannot be sent.
 */
export function stopProcess(daemon: DaemonFace, name: string, wait: boolean): RpcResult {
  const { group, process } = findGroupOrProcess(daemon, name);
  if (process === null) return stopAll(daemon, group.inOrder(), wait);
  return waitFor(stop(process, name, wait));
}

/**
 * A struct for each process that was in RUNNING, STARTING or BACKOFF, asked in ascending priority as in the original
 * (supervisor.md section 1.6), where a shutdown goes down. Throws RpcFault BAD_NAME.
 */
export const stopGroup = (daemon: DaemonFace, name: string, wait: boolean): RpcResult =>
  stopAll(daemon, findGroup(daemon, name).inOrder(), wait);

/** As {@link stopGroup} for all groups, by ascending group priority, then process priority. */
export const stopEverything = (daemon: DaemonFace, wait: boolean): RpcResult =>
  stopAll(daemon, allInOrder(daemon), wait);

const stopAll = (daemon: DaemonFace, processes: readonly Process[], wait: boolean) =>
  daemon.together(() =>
    forAll(
      processes.filter((process) => process.isRunning),
      (process) => stop(process, namespecOf(process), wait),
    ),
  );

function stop(process: Process, name: string, wait: boolean): Outcome {
  if (!process.isRunning) throw new RpcFault("NOT_RUNNING", name);
  const failure = process.stop();
  if (failure !== null) throw new RpcFault("FAILED", failure);
  if (!wait || process.isStopped) return true;
  return { process, check: () => process.isStopped, begin: () => reportWhileStopping(process) };
}

/** Says `waiting for P to stop` now and every two seconds, until the returned function is called. */
function reportWhileStopping(process: Process): () => void {
  process.reportStopping(REPORT_INTERVAL);
  let timer = schedule(REPORT_INTERVAL, again);
  function again() {
    process.reportStopping(REPORT_INTERVAL);
    timer = schedule(REPORT_INTERVAL, again);
  }
  return () => timer.cancel();
}

/**
 * `signal`: a number or a name, with or without SIG; sent to the child alone. A whole group is answered as by
 * {@link signalGroup}. Faults: BAD_NAME, INCORRECT_PARAMETERS, BAD_SIGNAL, NOT_RUNNING, FAILED.
 */
export function signalProcess(daemon: DaemonFace, name: string, signal: XmlRpcValue): XmlRpcValue {
  const { group, process } = findGroupOrProcess(daemon, name);
  if (process === null) return signalAll(group.inOrder(), signal);
  return sendSignal(process, name, signal);
}

/**
 * A struct for each process in RUNNING, STARTING or STOPPING, by priority; even BAD_SIGNAL is told in the structs
 * alone. Throws RpcFault BAD_NAME.
 */
export const signalGroup = (daemon: DaemonFace, name: string, signal: XmlRpcValue): XmlRpcValue =>
  signalAll(findGroup(daemon, name).inOrder(), signal);

/** As {@link signalGroup} for all groups, by group priority, then process priority. */
export const signalEverything = (daemon: DaemonFace, signal: XmlRpcValue): XmlRpcValue =>
  signalAll(allInOrder(daemon), signal);

function signalAll(processes: readonly Process[], signal: XmlRpcValue): XmlRpcValue {
  return processes
    .filter((process) => isSignallableState(process.record.state))
    .map((process) => {
      try {
        return result(process, sendSignal(process, namespecOf(process), signal));
      } catch (error) {
        if (error instanceof RpcFault) return result(process, error);
        throw error;
      }
    });
}

/** As int() takes it, also `true` and the digits of any script; else a name. */
function numberOrName(signal: XmlRpcValue): string | number {
  if (typeof signal === "boolean") return Number(signal);
  if (typeof signal === "number") return Math.trunc(signal);
  if (typeof signal !== "string") throw new RpcFault("INCORRECT_PARAMETERS");
  const read = parseInteger(signal);
  return typeof read === "number" ? read : signal;
}

function sendSignal(process: Process, name: string, signal: XmlRpcValue): true {
  const asked = numberOrName(signal);
  const found = lookupSignal(asked);
  if (!found.ok) throw new RpcFault("BAD_SIGNAL", typeof signal === "string" ? signal : asked);
  if (!isSignallableState(process.record.state)) throw new RpcFault("NOT_RUNNING", name);
  const failure = process.signal(found.signal);
  if (failure !== null) throw new RpcFault("FAILED", failure);
  return true;
}
