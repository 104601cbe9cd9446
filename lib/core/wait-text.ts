import { signalName } from "../model/signals.ts";
import type { WaitStatus } from "../model/wait-status.ts";

/** The exit status that clients see: the code, or -1 for anything but an ordinary exit (supervisor.md section 9.37). */
export const exitStatusOf = (status: WaitStatus): number => (status.kind === "exited" ? status.code : -1);

/** How a child ended, in the words of the original's log lines (supervisor.md section 4.6). */
export function describeWaitStatus(status: WaitStatus): string {
  switch (status.kind) {
    case "exited":
      return `exit status ${status.code}`;
    case "signaled":
      return `terminated by ${signalName(status.signal)}${status.core ? " (core dumped)" : ""}`;
    case "unknown":
      return `unknown termination cause 0x${status.raw.toString(16).padStart(4, "0")}`;
  }
}
