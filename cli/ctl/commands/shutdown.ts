/** `shutdown`: ends the daemon. */
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refusesArguments } from "../command.ts";
import { ClientError, Fault } from "../errors.ts";
import { confirm } from "./confirm.ts";

export const shutdown: Command = {
  name: "shutdown",
  help: "shutdown \tEnd supervisord and all its processes",
  async run(session, arg) {
    if (refusesArguments(session, shutdown, arg)) return;
    if (!(await confirm(session, "Really shut the remote supervisord process down y/N? "))) return;
    const { serverurl } = session.options;
    try {
      await session.rpc().call("shutdown");
      session.output("Shut down");
    } catch (error) {
      if (error instanceof Fault && error.faultCode === FAULTS.SHUTDOWN_STATE) {
        return session.output("ERROR: already shutting down");
      }
      if (error instanceof ClientError && error.code === "ECONNREFUSED") {
        return session.fail(`ERROR: ${serverurl} refused connection (already shut down?)`);
      }
      if (error instanceof ClientError && error.code === "ENOENT") {
        return session.fail(`ERROR: ${serverurl} no such file (already shut down?)`);
      }
      throw error;
    }
  },
};
