/** `remove`: takes stopped groups out of the daemon. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import type { Command } from "../command.ts";
import { Fault } from "../errors.ts";
import { resolveGroups } from "../names.ts";
import type { Session } from "../session.ts";

async function removeOne(session: Session, name: string): Promise<void> {
  try {
    await session.rpc().call("removeProcessGroup", name);
    session.output(`${name}: removed process group`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.faultCode === FAULTS.STILL_RUNNING) session.fail(`ERROR: process/group still running: ${name}`);
    else if (error.faultCode === FAULTS.BAD_NAME) session.fail(`ERROR: no such process/group: ${name}`);
    else throw error;
  }
}

export const remove: Command = {
  name: "remove",
  slow: true,
  help: "remove <group> [...]\tTake stopped groups out of the daemon; patterns and !exclusions too",
  async run(session, arg) {
    session.rpc();
    for (const name of await resolveGroups(session, splitWords(arg), "active"))
      await removeOne(session, name);
  },
};
