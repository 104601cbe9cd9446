/** `help`: the list of commands, or one command's own text. */
import { columnize } from "../columns.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";

export interface HelpTopics {
  readonly stock: readonly string[];
  readonly extra: readonly string[];
  /** The commands of plug-ins, by the names of their sections. */
  plugins(): readonly { readonly name: string; readonly commands: readonly { readonly name: string }[] }[];
  textOf(name: string): string | undefined;
}

const COLUMNS = 79;

function topics(session: Session, kind: string, names: readonly string[]): void {
  const header = `${kind} commands (type help <topic>):`;
  session.output(header);
  session.output("=".repeat(header.length));
  for (const line of columnize(names, COLUMNS)) session.output(line);
  session.output("");
}

/** The list is the original's, with a second one of our own commands below it. */
export const helpCommand = (known: HelpTopics): Command => ({
  name: "help",
  help: "help\t\tShow the commands\nhelp <command>\tShow what a command does",
  run(session, arg) {
    if (arg !== "") return session.output(known.textOf(arg) || `*** No help on ${arg}`);
    session.output("");
    topics(session, "default", known.stock);
    for (const { name, commands } of known.plugins()) {
      session.output("");
      topics(session, name, commands.map((command) => command.name).sort());
    }
    topics(session, "more", known.extra);
  },
});
