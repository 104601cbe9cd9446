/** What a shell may put at the end of a supervisorctl command line: names live from the daemon it would talk to. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { pause } from "../../../lib/sys/pause.ts";
import { candidates, needsNames } from "../completion.ts";
import { contextsFile, readContexts } from "../contexts.ts";
import type { Named } from "../glob.ts";
import { COMMAND_NAMES } from "../registry.ts";
import { RpcClient, type ServerTarget } from "../rpc.ts";
import { processInfos } from "../values.ts";

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
/** A shell waits for this: better nothing than a prompt that hangs. */
const DEADLINE_MS = 1500;

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  avail: ["--json"],
  pid: ["--json"],
  restart: ["--rolling"],
  status: ["--all-contexts", "--interval", "--json", "--watch"],
  tail: ["--since"],
  top: ["--interval", "--once", "--sort"],
  update: ["--dry-run", "--json"],
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  completion: ["bash", "fish", "zsh"],
  context: ["add", "list", "remove", "use"],
};

/** The command behind the options: `supervisorctl -c F status w` is `status w`. Null: an option's value is being typed. */
export function commandPart(
  line: string,
): { readonly options: readonly string[]; readonly rest: string } | null {
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
  const part = commandPart(line);
  if (part === null) return contextNames(line);
  const last = /\S*$/.exec(line)?.[0] ?? "";
  const [command = ""] = splitWords(part.rest);
  if (last.startsWith("-"))
    return (part.rest === "" ? OPTIONS : (FLAGS[command] ?? [])).filter((o) => o.startsWith(last));
  const offered = WORDS[command];
  if (offered !== undefined && part.rest.includes(" "))
    return offered.filter((word) => word.startsWith(last));
  let entries: readonly Named[] = [];
  if (needsNames(part.rest)) entries = await namesOf(await targetOf(part.options));
  const found = candidates(part.rest, COMMAND_NAMES, entries);
  return found.map((name) => name.trimEnd());
}

async function contextNames(line: string): Promise<readonly string[]> {
  const [, typed] = /\s--context\s+(\S*)$/.exec(line) ?? [];
  if (typed === undefined) return [];
  const { byName } = await readContexts(contextsFile(process.env));
  return [...byName.keys()].filter((name) => name.startsWith(typed));
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
