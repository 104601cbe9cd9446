/** `status`: the table of processes. Exit status 3 if one of them is not running, else 4 if a name is unknown. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { stateColour } from "../colour.ts";
import type { Command } from "../command.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import type { RpcClient } from "../rpc.ts";
import { isStoppedCode, selectProcesses, statusRows } from "../status-table.ts";
import { suggestNames } from "../suggest-names.ts";
import { processInfos, type StatusInfo, statusInfos } from "../values.ts";

export const status: Command = {
  name: "status",
  hasFlags: true,
  help: [
    "status\t\t\tShow every process",
    "status <name> [...]\tShow the processes named; patterns and !exclusions too",
    "status <group>:*\tShow the processes of a group",
    "status --help\t\tShow the options: --json, --watch, --all-contexts",
  ].join("\n"),
  async run(session, arg) {
    const words = splitWords(arg);
    if (words.some((word) => word.startsWith("--"))) {
      const { statusExtra } = await import("../extra/status.ts");
      if (await statusExtra(session, words)) return;
    }
    if (!(await session.upcheck())) {
      session.exitStatus = EXIT.STATUS_UNKNOWN;
      return;
    }
    const all = await statusOfAll(session.rpc());
    const { processes, errors } = selectProcesses(all, words);
    for (const error of errors) session.fail(error, EXIT.STATUS_UNKNOWN);
    // In one piece: a thousand writes take longer than the call.
    if (processes.length > 0) session.output(statusRows(processes, stateColour(session.io)).join("\n"));
    if (errors.length > 0) suggestNames(session, words, all);
    if (processes.some((info) => isStoppedCode(info.state))) session.exitStatus = EXIT.STATUS_NOT_RUNNING;
  },
};

/** Asked of our daemon, a status of 1,000 programs takes a third less; any other daemon, and any trouble, gets the usual call. */
async function statusOfAll(rpc: RpcClient): Promise<readonly StatusInfo[]> {
  try {
    return statusInfos(await rpc.call("supervisord.getStatus"));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return processInfos(await rpc.call("getAllProcessInfo"));
  }
}
