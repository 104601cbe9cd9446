/** All generated documents, by their path below the root. */
import { commandsPage } from "./commands.ts";
import { configurationPage } from "./configuration.ts";
import { eventsPage } from "./events.ts";
import { logLinesPage } from "./log-lines.ts";
import { manPages } from "./man.ts";
import { rpcPage } from "./rpc.ts";

export const pages = (): ReadonlyMap<string, string> =>
  new Map([
    ["docs/reference/commands.md", commandsPage()],
    ["docs/reference/configuration.md", configurationPage()],
    ["docs/reference/events.md", eventsPage()],
    ["docs/reference/log-lines.md", logLinesPage()],
    ["docs/reference/rpc.md", rpcPage()],
    ...manPages(),
  ]);
