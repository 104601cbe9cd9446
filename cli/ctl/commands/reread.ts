/** `reread`: has the daemon read its configuration again, and says what is different. Changes nothing that runs. */
import { compareText } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refusesArguments } from "../command.ts";
import { Fault } from "../errors.ts";
import { type Changes, changes } from "../values.ts";

/** One line for each group, by name; a group named twice counts as what comes last here. */
export function changeLines({ added, changed, removed }: Changes): string[] {
  const words = new Map<string, string>();
  for (const name of added) words.set(name, "available");
  for (const name of changed) words.set(name, "changed");
  for (const name of removed) words.set(name, "disappeared");
  if (words.size === 0) return ["No config updates to processes"];
  return [...words].sort(([a], [b]) => compareText(a, b)).map(([name, word]) => `${name}: ${word}`);
}

export const reread: Command = {
  name: "reread",
  slow: true,
  help: "reread \t\t\tRead the configuration again and show what update would act on",
  async run(session, arg) {
    if (refusesArguments(session, reread, arg)) return;
    try {
      for (const line of changeLines(changes(await session.rpc().call("reloadConfig")))) session.output(line);
    } catch (error) {
      if (error instanceof Fault && error.faultCode === FAULTS.SHUTDOWN_STATE) {
        return session.fail("ERROR: supervisor shutting down");
      }
      if (error instanceof Fault && error.faultCode === FAULTS.CANT_REREAD) {
        return session.fail(`ERROR: ${error.faultString}`);
      }
      throw error;
    }
  },
};
