/** One command line of the shell, taken apart as Python's `cmd` module does. */
import { strip } from "../../lib/config/pytext.ts";

/**
 * `command` null: nothing that could be a command (an empty line, or `!`). `command` empty: the line starts with a
 * character that no command name has. `line` is what "Unknown syntax" repeats.
 */
export interface ParsedLine {
  readonly command: string | null;
  readonly arg: string;
  readonly line: string;
}

/** The command is the leading run of ASCII letters, digits and `_`; a leading `?` stands for `help`. */
export function parseLine(text: string): ParsedLine {
  let line = strip(text);
  if (line === "" || line.startsWith("!")) return { command: null, arg: "", line };
  if (line.startsWith("?")) line = `help ${line.slice(1)}`;
  const command = /^[A-Za-z0-9_]*/.exec(line)?.[0] ?? "";
  return { command, arg: strip(line.slice(command.length)), line };
}
