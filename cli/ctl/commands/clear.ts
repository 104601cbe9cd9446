/** `clear`: empties the logs of processes. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refuse } from "../command.ts";
import { Fault } from "../errors.ts";
import { resolveNames } from "../names.ts";
import { makeNamespec, splitNamespec } from "../namespec.ts";
import { CLEARED, type Outcome, outcomeLine } from "../result-lines.ts";
import type { Session } from "../session.ts";
import { callResults } from "../values.ts";

function report(session: Session, outcome: Outcome): void {
  session.output(outcomeLine(outcome, CLEARED));
  session.noteFault(outcome.status);
}

/** There is no call for a group, so `group:*` is refused by the daemon, and shown as the original shows it. */
function shownName(name: string): string {
  const { group, process } = splitNamespec(name);
  return makeNamespec(group, process ?? "None");
}

async function clearOne(session: Session, name: string): Promise<void> {
  let outcome: Outcome = { name: shownName(name), status: FAULTS.SUCCESS, description: "OK" };
  try {
    await session.rpc().call("clearProcessLogs", name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    outcome = { ...outcome, status: error.faultCode, description: error.faultString };
  }
  report(session, outcome);
}

export const clear: Command = {
  name: "clear",
  slow: true,
  help: [
    "clear <name> [...]\tEmpty the log files of processes; patterns and !exclusions too",
    "clear all\t\tEmpty the log files of every process",
  ].join("\n"),
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const words = splitWords(arg);
    if (words.length === 0) return refuse(session, clear, "Error: clear requires a process name");
    const names = await resolveNames(session, words);
    if (!names.includes("all")) {
      for (const name of names) await clearOne(session, name);
      return;
    }
    for (const result of callResults(await session.rpc().call("clearAllProcessLogs"))) {
      report(session, { ...result, name: makeNamespec(result.group, result.name) });
    }
  },
};
