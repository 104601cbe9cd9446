/** `start`: starts processes and waits until they run. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Action, act } from "../act.ts";
import { type Command, refuse } from "../command.ts";
import { EXIT } from "../exit-status.ts";
import { STARTED } from "../result-lines.ts";

const START: Action = {
  processMethod: "startProcess",
  groupMethod: "startProcessGroup",
  allMethod: "startAllProcesses",
  params: [],
  wording: STARTED,
  ignored: FAULTS.ALREADY_STARTED,
  badGroupStatus: EXIT.INVALID_ARGS,
};

export const start: Command = {
  name: "start",
  slow: true,
  help: [
    "start <name> [...]\tStart processes, one after the other; patterns and !exclusions too",
    "start <group>:*\t\tStart the processes of a group",
    "start all\t\tStart every process",
  ].join("\n"),
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const names = splitWords(arg);
    if (names.length > 0) return act(session, START, names);
    refuse(session, start, "Error: start requires a process name", EXIT.INVALID_ARGS);
  },
};
