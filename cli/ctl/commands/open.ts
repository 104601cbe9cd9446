/** `open`: talks to another daemon from now on, and shows its processes. */
import type { Command } from "../command.ts";
import { status } from "./status.ts";

export const open: Command = {
  name: "open",
  help: "open <url>\tTalk to another supervisord: http://host:port or unix:///path",
  async run(session, arg) {
    if (!/^(?:unix|http):/i.test(arg)) return session.fail("ERROR: url must be http:// or unix://");
    session.retarget({ serverurl: arg });
    const before = session.exitStatus;
    await status.run(session, "");
    session.exitStatus = before;
  },
};
