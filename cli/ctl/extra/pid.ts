/** `pid --json`. */
import { EXIT } from "../exit-status.ts";
import { expandPatterns } from "../glob.ts";
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { selectProcesses } from "../status-table.ts";
import { processInfos } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { answerJson } from "./json.ts";

const SPEC: FlagSpec = {
  usage: "pid [options] [<name> ... | all]",
  options: { json: { type: "boolean", describe: "Print one JSON document" } },
  epilogue:
    'The document: {"supervisord": pid} or, with names, {"supervisord": pid, "processes": [{"name", "group", ' +
    '"process", "pid"}], "errors": [text]}; the pid of a process that does not run is null. Exit status as without --json.',
};

async function document(session: Session, words: readonly string[]): Promise<unknown> {
  const supervisord = await session.rpc().call("getPID");
  if (words.length === 0) return { supervisord };
  const all = processInfos(await session.rpc().call("getAllProcessInfo"));
  const { processes, errors } = selectProcesses(all, words);
  if (errors.length > 0) session.exitStatus = EXIT.GENERIC;
  const names = expandPatterns(words, all);
  // As without --json the last name that has no pid decides.
  for (const name of names.includes("all") ? [] : names) {
    const named = selectProcesses(all, [name]);
    if (named.errors.length > 0) session.exitStatus = EXIT.GENERIC;
    else if (named.processes.some(({ pid }) => pid === 0)) session.exitStatus = EXIT.NOT_RUNNING;
  }
  return {
    supervisord,
    processes: processes.map(({ group, name, pid }) => ({
      name: makeNamespec(group, name),
      group,
      process: name,
      pid: pid === 0 ? null : pid,
    })),
    errors,
  };
}

/** False where the words hold nothing but what the original understands. */
export async function pidExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock" || (flags !== null && !flags.has("json"))) return false;
  if (flags !== null) await answerJson(session, () => document(session, flags.words));
  return true;
}
