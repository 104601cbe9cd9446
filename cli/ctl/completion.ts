/** Tab completion in the shell: commands, groups and processes, as the original offers them (supervisor.md section 8.3). */
import { splitWords } from "../../lib/config/pytext.ts";
import type { Named } from "./glob.ts";

/** What follows these starts a new word; `:`, `*` and `-` are part of names. */
const BREAK = /[ \t\n`~!@#$%^&()=+[{\]}\\|;'",<>/?]/;

const PROCESS_COMMANDS = new Set([
  "clear",
  "fg",
  "pid",
  "restart",
  "signal",
  "start",
  "status",
  "stop",
  "tail",
  "top",
]);
const GROUP_COMMANDS = new Set(["add", "remove", "update"]);

/** The word under the cursor, which stands at the end of `line`. */
export function lastWord(line: string): string {
  let start = line.length;
  while (start > 0 && !BREAK.test(line.charAt(start - 1))) start -= 1;
  return line.slice(start);
}

/** True if completing this line takes the daemon's list of processes. */
export function needsNames(line: string): boolean {
  const words = splitWords(line);
  const action = words[0] ?? "";
  if (words.length === 0 || (words.length === 1 && !line.endsWith(" "))) return false;
  return PROCESS_COMMANDS.has(action) || GROUP_COMMANDS.has(action);
}

/** What the word may become, each with a blank behind it, in the order in which a reader looks for it. */
export function candidates(line: string, commands: readonly string[], entries: readonly Named[]): string[] {
  const words = splitWords(line);
  const action = words[0] ?? "";
  const text = lastWord(line);
  const offered = (): Iterable<string> => {
    if (words.length === 0 || (words.length === 1 && !line.endsWith(" ")) || action === "help")
      return commands;
    if (GROUP_COMMANDS.has(action)) return new Set(entries.map((entry) => entry.group));
    return PROCESS_COMMANDS.has(action) ? processNames(text, entries) : [];
  };
  return [...offered()]
    .filter((name) => name.startsWith(text))
    .sort()
    .map((name) => `${name} `);
}

/** The short name, unless the group is called otherwise or a colon has been typed; then also the whole group, once. */
function processNames(text: string, entries: readonly Named[]): Set<string> {
  const names = new Set<string>();
  for (const { group, name } of entries) {
    if (group === name && !text.includes(":")) names.add(name);
    else names.add(`${group}:${name}`).add(`${group}:*`);
  }
  return names;
}
