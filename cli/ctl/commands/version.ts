/** `version`: the level of Supervisor that the daemon serves. */
import { type Command, refusesArguments } from "../command.ts";
import { textOf } from "../values.ts";

export const version: Command = {
  name: "version",
  help: "version\t\t\tShow the version of the supervisord that answers",
  async run(session, arg) {
    if (refusesArguments(session, version, arg)) return;
    if (!(await session.upcheck())) return;
    session.output(textOf(await session.rpc().call("getSupervisorVersion")));
  },
};
