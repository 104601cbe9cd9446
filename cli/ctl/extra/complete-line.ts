/** What a shell may put at the end of a supervisorctl command line: names live from the daemon it would talk to. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { SIGNAL_NAMES } from "../../../lib/model/signals.ts";
import { folderNames } from "../../../lib/sys/client-files.ts";
import { pause } from "../../../lib/sys/pause.ts";
import { candidates, needsNames } from "../completion.ts";
import { contextsFile, readContexts } from "../contexts.ts";
import type { Named } from "../glob.ts";
import { COMMAND_NAMES } from "../registry.ts";
import { RpcClient, type ServerTarget } from "../rpc.ts";
import { processInfos } from "../values.ts";
import { SORT_KEYS } from "./live-table.ts";

const OPTIONS = [
  "--configuration",
  "--context",
  "--help",
  "--history-file",
  "--interactive",
  "--password",
  "--serverurl",
  "--username",
];
const TAKES_VALUE = /^(?:-[csupr]|--(?:configuration|context|serverurl|username|password|history.file))$/;
const TAKES_FILE = /^(?:-[cr]|--(?:configuration|history.file))$/;
/** A shell waits for this: better nothing than a prompt that hangs. */
const DEADLINE_MS = 1500;

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  avail: ["--json"],
  context: ["--none", "--password", "--username"],
  maintail: ["-f"],
  pid: ["--json"],
  restart: ["--rolling"],
  status: ["--all-contexts", "--interval", "--json", "--watch"],
  tail: ["--since", "-f", "-n"],
  top: ["--interval", "--once", "--sort"],
  update: ["--dry-run", "--json"],
};
/** Flags of commands whose value is the next word, and what that may be. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "--interval": [],
  "--password": [],
  "--since": [],
  "--sort": SORT_KEYS,
  "--username": [],
  "-n": [],
};
const CHANNELS = ["stderr", "stdout"];
const SHORT_SIGNALS = SIGNAL_NAMES.map((name) => name.replace(/^SIG/, ""));

/** The options before the command, and what follows them. */
interface CommandPart {
  readonly options: readonly string[];
  readonly rest: string;
}

/** The command behind the options: `supervisorctl -c F status w` is `status w`. Null: an option's value is being typed. */
export function commandPart(line: string): CommandPart | null {
  const words = splitWords(line);
  let at = 1;
  while (at < words.length && words[at]?.startsWith("-") === true) {
    at += TAKES_VALUE.test(words[at] ?? "") ? 2 : 1;
  }
  const open = /\s$/.test(line);
  if (at > words.length || (at === words.length && !open && TAKES_VALUE.test(words.at(-2) ?? "")))
    return null;
  const rest = words.slice(at).join(" ");
  return { options: words.slice(1, at), rest: open && rest !== "" ? `${rest} ` : rest };
}

/** The words that fit the end of `line`, one of the whole word each. */
export async function completeLine(
  line: string,
  targetOf: (options: readonly string[]) => Promise<ServerTarget | null>,
): Promise<readonly string[]> {
  const last = /\S*$/.exec(line)?.[0] ?? "";
  const part = commandPart(line);
  const offered = part === null ? await optionValues(line, last) : await commandWords(part, last, targetOf);
  return offered.filter((word) => word.startsWith(last));
}

/** What an option before the command takes, the word before the last. */
async function optionValues(line: string, last: string): Promise<readonly string[]> {
  const option = splitWords(line.slice(0, line.length - last.length)).at(-1) ?? "";
  if (option === "--context") return contextNames();
  return TAKES_FILE.test(option) ? fileNames(last) : [];
}

async function commandWords(
  part: CommandPart,
  last: string,
  targetOf: (options: readonly string[]) => Promise<ServerTarget | null>,
): Promise<readonly string[]> {
  const [command = "", ...words] = splitWords(part.rest);
  const atCommand = !part.rest.includes(" ");
  if (last !== "") words.pop();
  if (!atCommand) {
    const values = VALUES[words.at(-1) ?? ""];
    if (values !== undefined && FLAGS[command]?.includes(words.at(-1) ?? "")) return values;
  }
  if (last.startsWith("-")) return atCommand ? OPTIONS : [...(FLAGS[command] ?? []), "--help"];
  const own = atCommand ? null : await ownWords(command, words, last);
  if (own?.alone === true) return own.words;
  const entries = needsNames(part.rest) ? await namesOf(await targetOf(part.options)) : [];
  const found = candidates(part.rest, COMMAND_NAMES, entries).map((name) => name.trimEnd());
  return [...(own?.words ?? []), ...found];
}

/** Words that the shell of the original does not offer. `alone`: no names belong beside them. */
interface OwnWords {
  readonly words: readonly string[];
  readonly alone: boolean;
}

async function ownWords(command: string, before: readonly string[], last: string): Promise<OwnWords | null> {
  const alone = (words: readonly string[]): OwnWords => ({ words, alone: true });
  switch (command) {
    case "completion":
      return alone(before.length === 0 ? ["bash", "fish", "zsh"] : []);
    case "context":
      if (before.length === 0) return alone(["add", "list", "remove", "use"]);
      return alone(
        before.length === 1 && /^(?:use|remove)$/.test(before[0] ?? "") ? await contextNames() : [],
      );
    case "signal":
      if (before.length > 0) return null;
      return alone(last.startsWith("SIG") ? SIGNAL_NAMES : SHORT_SIGNALS);
    case "tail": {
      const flags = before.filter((word) => word.startsWith("-"));
      const names = before.length - flags.length - before.filter((word) => VALUES[word] !== undefined).length;
      if (names < 1) return null;
      // With a flag of ours several programs may be named.
      return { words: CHANNELS, alone: !flags.some((flag) => FLAGS["tail"]?.includes(flag)) };
    }
    default:
      return null;
  }
}

async function contextNames(): Promise<readonly string[]> {
  const { byName } = await readContexts(contextsFile(process.env));
  return [...byName.keys()];
}

/** Files and folders that begin with what was typed; hidden ones where a dot was. */
function fileNames(typed: string): readonly string[] {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const home = folder.startsWith("~/") ? `${process.env["HOME"] ?? ""}${folder.slice(1)}` : folder;
  const hidden = typed.slice(folder.length).startsWith(".");
  return folderNames(home === "" ? "." : home)
    .filter((name) => hidden || !name.startsWith("."))
    .sort()
    .map((name) => folder + name);
}

async function namesOf(target: ServerTarget | null): Promise<readonly Named[]> {
  if (target === null) return [];
  const rpc = new RpcClient(target);
  const done = new AbortController();
  try {
    const late = pause(DEADLINE_MS, done.signal).then((): Named[] => []);
    return await Promise.race([rpc.call("getAllProcessInfo").then(processInfos), late]);
  } catch {
    return [];
  } finally {
    done.abort();
    rpc.close();
  }
}
