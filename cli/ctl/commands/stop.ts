/** `stop`: stops processes and waits until they have ended. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Action, act } from "../act.ts";
import { type Command, refuse } from "../command.ts";
import { EXIT } from "../exit-status.ts";
import { STOPPED } from "../result-lines.ts";

const STOP: Action = {
  processMethod: "stopProcess",
  groupMethod: "stopProcessGroup",
  allMethod: "stopAllProcesses",
  params: [],
  wording: STOPPED,
  ignored: FAULTS.NOT_RUNNING,
  badGroupStatus: EXIT.GENERIC,
};

export const stop: Command = {
  name: "stop",
  slow: true,
  help: [
    "stop <name> [...]\tStop processes, one after the other; patterns and !exclusions too",
    "stop <group>:*\t\tStop the processes of a group",
    "stop all\t\tStop every process",
  ].join("\n"),
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const names = splitWords(arg);
    if (names.length > 0) return act(session, STOP, names);
    refuse(session, stop, "Error: stop requires a process name");
  },
};
