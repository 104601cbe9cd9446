/** `reload`: has the daemon stop everything and start afresh with its configuration. */
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refusesArguments } from "../command.ts";
import { Fault } from "../errors.ts";
import { confirm } from "./confirm.ts";

export const reload: Command = {
  name: "reload",
  help: "reload \t\tStop every process and start supervisord afresh",
  async run(session, arg) {
    if (refusesArguments(session, reload, arg)) return;
    if (!(await confirm(session, "Really restart the remote supervisord process y/N? "))) return;
    try {
      await session.rpc().call("restart");
      session.output("Restarted supervisord");
    } catch (error) {
      if (!(error instanceof Fault) || error.faultCode !== FAULTS.SHUTDOWN_STATE) throw error;
      session.fail("ERROR: already shutting down");
    }
  },
};
