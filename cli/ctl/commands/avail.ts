/** `avail`: what the configuration holds, in use or not. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { type Command, refusesArguments } from "../command.ts";
import { Fault } from "../errors.ts";
import { makeNamespec } from "../namespec.ts";
import { padRight } from "../text.ts";
import { type ConfigInfo, configInfos } from "../values.ts";

/** `name use start priorities`, in columns. */
export function availRow(info: ConfigInfo): string {
  return [
    padRight(makeNamespec(info.group, info.name), 32),
    padRight(info.inuse ? "in use" : "avail", 9),
    padRight(info.autostart ? "auto" : "manual", 9),
    `${info.groupPriority}:${info.processPriority}`,
  ].join(" ");
}

export const avail: Command = {
  name: "avail",
  hasFlags: true,
  help: "avail\t\t\tShow every configured process\navail --json\t\tThe same as one JSON document",
  async run(session, arg) {
    if (splitWords(arg).some((word) => word.startsWith("--"))) {
      const { availExtra } = await import("../extra/avail.ts");
      if (await availExtra(session, splitWords(arg))) return;
    }
    if (refusesArguments(session, avail, arg)) return;
    try {
      for (const info of configInfos(await session.rpc().call("getAllConfigInfo")))
        session.output(availRow(info));
    } catch (error) {
      if (!(error instanceof Fault) || error.faultCode !== FAULTS.SHUTDOWN_STATE) throw error;
      session.fail("ERROR: supervisor shutting down");
    }
  },
};
