/** Deferred replies: they come at the moment their condition holds (supervisor.md section 1.5). */
import type { Process } from "../daemon/process.ts";
import { RpcFault } from "../model/faults.ts";
import { schedule } from "../sys/deadline.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";

/** Work on one process that is under way. */
export interface Pending {
  readonly process: Process;
  /** True where it is done; throws RpcFault where it failed. */
  check(): boolean;
  /** Called once when somebody begins to wait; the returned function when the waiting ends. */
  begin(): () => void;
}

/** What a request for one process comes to: done at once, or under way. */
export type Outcome = true | Pending;

/** Waits for one piece of work. Rejects with the RpcFault that it ends in. */
export function settle(pending: Pending): Promise<true> {
  return new Promise((resolve, reject) => {
    const end = pending.begin();
    const attempt = () => {
      try {
        if (!pending.check()) return;
        resolve(true);
      } catch (error) {
        reject(error);
      }
      unwatch();
      end();
    };
    const unwatch = pending.process.watch(attempt);
    attempt();
  });
}

/**
 * Makes one request for each process and waits for all. The results stand in the order of completion; what completes in
 * the same turn of the event loop stands in the order of the processes.
 */
export function forAll(
  processes: readonly Process[],
  request: (process: Process) => Outcome,
): Promise<XmlRpcValue[]> {
  const results: XmlRpcValue[] = [];
  const outstanding = new Map<Process, Pending>();
  for (const process of processes) {
    const outcome = attempt(() => request(process));
    if (typeof outcome === "object" && "process" in outcome) outstanding.set(process, outcome);
    else results.push(result(process, outcome));
  }
  return new Promise((resolve) => {
    let swept = true;
    const endings: (() => void)[] = [];
    const sweep = () => {
      swept = true;
      for (const [process, pending] of outstanding) {
        const outcome = attempt(() => pending.check());
        if (outcome === false) continue;
        outstanding.delete(process);
        results.push(result(process, outcome));
      }
      if (outstanding.size > 0) return;
      for (const end of endings) end();
      resolve(results);
    };
    for (const [process, pending] of outstanding) {
      endings.push(
        pending.begin(),
        process.watch(() => {
          if (!swept) return;
          swept = false;
          schedule(0, sweep);
        }),
      );
    }
    sweep();
  });
}

function attempt<T>(work: () => T): T | RpcFault {
  try {
    return work();
  } catch (error) {
    if (error instanceof RpcFault) return error;
    throw error;
  }
}

/** The struct that stands for one process in the answer of a call on many. */
export function result(process: Process, outcome: boolean | RpcFault): XmlRpcValue {
  const { name } = process.spec;
  const { group } = process;
  if (outcome instanceof RpcFault) {
    return { name, group, status: outcome.code, description: outcome.message };
  }
  return { name, group, status: 80, description: "OK" };
}
