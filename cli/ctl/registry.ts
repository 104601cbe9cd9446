/** All commands by name: the original's, and ours, which are loaded when they are called for. */
import type { Command } from "./command.ts";
import { add } from "./commands/add.ts";
import { avail } from "./commands/avail.ts";
import { clear } from "./commands/clear.ts";
import { fg } from "./commands/fg.ts";
import { helpCommand } from "./commands/help.ts";
import { maintail } from "./commands/maintail.ts";
import { open } from "./commands/open.ts";
import { pid } from "./commands/pid.ts";
import { eof, exit, quit } from "./commands/quit.ts";
import { reload } from "./commands/reload.ts";
import { remove } from "./commands/remove.ts";
import { reread } from "./commands/reread.ts";
import { restart } from "./commands/restart.ts";
import { shutdown } from "./commands/shutdown.ts";
import { signal } from "./commands/signal.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";
import { tail } from "./commands/tail.ts";
import { update } from "./commands/update.ts";
import { version } from "./commands/version.ts";
import type { CommandGroup } from "./plugin/load.ts";

/** In the order in which `help` lists them. */
const STOCK: readonly Command[] = [
  add,
  avail,
  clear,
  exit,
  fg,
  maintail,
  open,
  pid,
  quit,
  reload,
  remove,
  reread,
  restart,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  update,
  version,
];

const EXTRA: readonly Command[] = [
  {
    name: "completion",
    help: "completion bash|zsh|fish\tPrint the shell's completion script",
    run: async (session, arg) => (await import("./extra/completion.ts")).completion(session, arg),
  },
  {
    name: "context",
    hasFlags: true,
    help: [
      "context list\t\t\tShow the named contexts",
      "context add <name> <url> [...]\tName a supervisord; --username, --password",
      "context use <name>\t\tTalk to it from now on",
      "context remove <name>\t\tForget it",
    ].join("\n"),
    run: async (session, arg, words) => (await import("./extra/context.ts")).context(session, arg, words),
  },
  {
    name: "top",
    hasFlags: true,
    help: "top [--sort cpu|mem|name] [<name> ...]\tShow processes by what they use, until q or Ctrl-C",
    run: async (session, arg) => (await import("./extra/top.ts")).top(session, arg),
  },
];

const groups: CommandGroup[] = [];

const help = helpCommand({
  stock: STOCK.map((command) => command.name),
  extra: EXTRA.map((command) => command.name),
  plugins: () => groups,
  textOf: (name) => [...COMMANDS.values()].find((command) => command.name === name)?.help,
});

const COMMANDS = new Map<string, Command>(
  [...STOCK, ...EXTRA, help, eof].map((command) => [command.name, command]),
);

/** By the whole name, those of plug-ins too once {@link addCommands} has them; undefined where there is none. */
export const findCommand = (name: string): Command | undefined => COMMANDS.get(name);

/** What completion offers as a first word. */
export const COMMAND_NAMES: string[] = [help, ...STOCK, ...EXTRA].map((command) => command.name);

/** Adds the commands of plug-ins; a name that is taken stays what it is. */
export function addCommands(added: readonly CommandGroup[]): void {
  groups.push(...added);
  for (const command of added.flatMap(({ commands }) => commands)) {
    if (COMMANDS.has(command.name)) continue;
    COMMANDS.set(command.name, command);
    COMMAND_NAMES.push(command.name);
  }
}
