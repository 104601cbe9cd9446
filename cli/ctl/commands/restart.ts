/** `restart`: stops everything named, then starts it. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { type Command, refuse } from "../command.ts";
import { resolveNames } from "../names.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";

export const restart: Command = {
  name: "restart",
  hasFlags: true,
  slow: true,
  help: [
    "restart <name> [...]\tStop the processes, then start them; patterns and !exclusions too",
    "restart <group>:*\tThe same for the processes of a group",
    "restart all\t\tThe same for every process",
    "restart --rolling ...\tOne process at a time, each running before the next is stopped",
    "The configuration is not read again: see reread and update.",
  ].join("\n"),
  async run(session, arg) {
    const words = splitWords(arg);
    if (words.some((word) => word.startsWith("--"))) {
      const { restartExtra } = await import("../extra/restart.ts");
      if (await restartExtra(session, words)) return;
    }
    if (!(await session.upcheck())) return;
    if (words.length === 0) return refuse(session, restart, "Error: restart requires a process name");
    // Resolved once: what is stopped is what is started.
    const names = (await resolveNames(session, words)).join(" ");
    if (names === "") return;
    await stop.run(session, names);
    await start.run(session, names);
  },
};
