/** `maintail`: the end of the daemon's own log, or all that follows. */
import { parseInteger } from "../../../lib/config/pyint.ts";
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refuse } from "../command.ts";
import { Fault } from "../errors.ts";
import { follow } from "../follow.ts";
import { MAIN_LOG_PATH } from "../log-stream.ts";
import { DEFAULT_BYTES } from "../tail-arguments.ts";
import { textOf } from "../values.ts";

const REASONS = new Map<number, string>([
  [FAULTS.NO_FILE, "no log file"],
  [FAULTS.FAILED, "unknown error reading log"],
]);

export const maintail: Command = {
  name: "maintail",
  help: [
    "maintail\t\tShow the last 1600 *bytes* of supervisord's own log",
    "maintail -<bytes>\tShow that many bytes",
    "maintail -f\t\tShow what comes, until Ctrl-C",
  ].join("\n"),
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const words = splitWords(arg);
    const [word] = words;
    if (words.length > 1) return refuse(session, maintail, "Error: too many arguments");
    if (word === "-f") return follow(session, MAIN_LOG_PATH);
    const bytes =
      word === undefined ? DEFAULT_BYTES : word.startsWith("-") ? parseInteger(word.slice(1)) : "";
    if (typeof bytes === "string") return session.fail(`Error: bad argument ${word}`);
    try {
      session.output(textOf(await session.rpc().call("readLog", -bytes, 0)));
    } catch (error) {
      const reason = error instanceof Fault ? REASONS.get(error.faultCode) : undefined;
      if (reason === undefined) throw error;
      session.fail(`supervisord: ERROR (${reason})`);
    }
  },
};
