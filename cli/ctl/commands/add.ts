/** `add`: activates groups that the configuration knows. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import type { Command } from "../command.ts";
import { Fault } from "../errors.ts";
import { resolveGroups } from "../names.ts";
import type { Session } from "../session.ts";

async function addOne(session: Session, name: string): Promise<void> {
  try {
    await session.rpc().call("addProcessGroup", name);
    session.output(`${name}: added process group`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.faultCode === FAULTS.SHUTDOWN_STATE) session.fail("ERROR: shutting down");
    else if (error.faultCode === FAULTS.ALREADY_ADDED) session.output("ERROR: process group already active");
    else if (error.faultCode === FAULTS.BAD_NAME) session.fail(`ERROR: no such process/group: ${name}`);
    else throw error;
  }
}

export const add: Command = {
  name: "add",
  slow: true,
  help: "add <group> [...]\tActivate groups of the configuration; patterns and !exclusions too",
  async run(session, arg) {
    session.rpc();
    for (const name of await resolveGroups(session, splitWords(arg), "configured"))
      await addOne(session, name);
  },
};
