/** `avail --json`. */
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { type ConfigInfo, configInfos } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { answerJson, UNCHECKED } from "./json.ts";

const SPEC: FlagSpec = {
  usage: "avail [options]",
  options: { json: { type: "boolean", describe: "Print one JSON document" } },
  epilogue:
    'The document: {"processes": [{"name", "group", "process", "inuse", "autostart", "group_priority", ' +
    '"process_priority", "config": {every member of getAllConfigInfo as it came}}]}.',
};

const entry = (info: ConfigInfo): Readonly<Record<string, unknown>> => ({
  name: makeNamespec(info.group, info.name),
  group: info.group,
  process: info.name,
  inuse: info.inuse,
  autostart: info.autostart,
  group_priority: info.groupPriority,
  process_priority: info.processPriority,
  config: Object.fromEntries(info.all),
});

/** False where the words hold nothing but what the original understands. */
export async function availExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock" || (flags !== null && (!flags.has("json") || flags.words.length > 0))) return false;
  if (flags === null) return true;
  const make = async (): Promise<unknown> => ({
    processes: configInfos(await session.rpc().call("getAllConfigInfo")).map(entry),
  });
  await answerJson(session, make, UNCHECKED);
  return true;
}
