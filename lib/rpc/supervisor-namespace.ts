import { RpcFault } from "../model/faults.ts";
import { SUPERVISOR_MOODS } from "../model/states.ts";
import { daemonMethods } from "./daemon-methods.ts";
import type { DaemonFace } from "./face.ts";
import { logMethods } from "./log-methods.ts";
import type { Method, Namespace } from "./method.ts";
import { processMethods } from "./process-methods.ts";

/** The one method that the original serves during a shutdown. */
const UNGATED = "sendRemoteCommEvent";

/** supervisor.*: all 37 methods, which answer SHUTDOWN_STATE once the daemon stops (supervisor.md section 1.4). */
export function supervisorNamespace(daemon: DaemonFace): Namespace {
  const gated = ([name, method]: [string, Method]): [string, Method] => {
    if (name === UNGATED) return [name, method];
    const call: Method["call"] = (params) => {
      if (SUPERVISOR_MOODS[daemon.mood] < SUPERVISOR_MOODS.RUNNING) throw new RpcFault("SHUTDOWN_STATE");
      return method.call(params);
    };
    return [name, { ...method, call }];
  };
  return new Map([...daemonMethods(daemon), ...processMethods(daemon), ...logMethods(daemon)].map(gated));
}
