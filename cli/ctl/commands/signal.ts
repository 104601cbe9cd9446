/** `signal`: sends a signal to processes. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { act } from "../act.ts";
import { type Command, refuse } from "../command.ts";
import { EXIT } from "../exit-status.ts";
import { SIGNALLED } from "../result-lines.ts";

export const signal: Command = {
  name: "signal",
  slow: true,
  help: [
    "signal <signal> <name> [...]\tSend a signal (HUP, SIGHUP, 1) to processes; patterns and !exclusions too",
    "signal <signal> <group>:*\tThe same for the processes of a group",
    "signal <signal> all\t\tThe same for every process",
  ].join("\n"),
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const [name, ...names] = splitWords(arg);
    if (name === undefined || names.length === 0) {
      return refuse(session, signal, "Error: signal requires a signal name and a process name");
    }
    await act(
      session,
      {
        processMethod: "signalProcess",
        groupMethod: "signalProcessGroup",
        allMethod: "signalAllProcesses",
        params: [name],
        wording: SIGNALLED,
        ignored: undefined,
        badGroupStatus: EXIT.GENERIC,
      },
      names,
    );
  },
};
