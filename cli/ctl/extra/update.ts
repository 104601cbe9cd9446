/** `update --dry-run`: what an update would do, without doing it. Needs a daemon that has `supervisord.previewUpdate`. */
import { FAULTS } from "../../../lib/model/faults.ts";
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcStruct } from "../../../lib/wire/xmlrpc-value.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { expandGroups } from "../glob.ts";
import type { Session } from "../session.ts";
import { arrayOf, textOf } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { answerJson } from "./json.ts";

const SPEC: FlagSpec = {
  usage: "update [options] [<group> ... | all]",
  options: {
    "dry-run": { type: "boolean", describe: "Show what would be done, and do nothing" },
    json: { type: "boolean", describe: "With --dry-run: print one JSON document" },
  },
  epilogue:
    'The document: {"changes": [{"group", "change": "added"|"changed"|"removed", "process", "option", "before", ' +
    '"after"}]}; what does not apply is an empty text.',
};

/** One difference. `process`, `option`, `before` and `after` are empty where they do not apply. */
export interface PlannedChange {
  readonly group: string;
  readonly change: string;
  readonly process: string;
  readonly option: string;
  readonly before: string;
  readonly after: string;
}

function plannedChange(value: XmlRpcValue): PlannedChange {
  const text = (name: string): string => {
    const member = isXmlRpcStruct(value) ? value.get(name) : undefined;
    return member === undefined || member === null ? "" : textOf(member);
  };
  return {
    group: text("group"),
    change: text("change"),
    process: text("process"),
    option: text("option"),
    before: text("before"),
    after: text("after"),
  };
}

/** A heading for each group and what happens to it, below it the options that differ. */
export function planLines(changes: readonly PlannedChange[]): string[] {
  if (changes.length === 0) return ["No config updates to processes"];
  const lines: string[] = [];
  let heading = "";
  for (const { group, change, process, option, before, after } of changes) {
    const here = `${group}: ${change}`;
    if (here !== heading) lines.push(here);
    heading = here;
    const subject = [process, option].filter((part) => part !== "").join(" ");
    if (option !== "") lines.push(`  ${subject}: ${before || "(none)"} -> ${after || "(none)"}`);
    else if (process !== "") lines.push(`  ${process}`);
  }
  return lines;
}

async function plan(session: Session, words: readonly string[]): Promise<PlannedChange[]> {
  const changes = arrayOf(await session.rpc().call("supervisord.previewUpdate")).map(plannedChange);
  if (words.length === 0 || words.includes("all")) return changes;
  const wanted = new Set(expandGroups(words, [...new Set(changes.map((change) => change.group))]));
  return changes.filter((change) => wanted.has(change.group));
}

/** False where the words hold nothing but what the original understands. */
export async function updateExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock" || (flags !== null && !flags.has("dry-run"))) return false;
  if (flags === null) return true;
  if (flags.has("json")) {
    await answerJson(session, async () => ({ changes: await plan(session, flags.words) }));
    return true;
  }
  try {
    for (const line of planLines(await plan(session, flags.words))) session.output(line);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.faultCode === FAULTS.UNKNOWN_METHOD) {
      session.fail("ERROR: this supervisord cannot preview an update", EXIT.UNIMPLEMENTED_FEATURE);
    } else if (error.faultCode === FAULTS.CANT_REREAD) session.fail(`ERROR: ${error.faultString}`);
    else throw error;
  }
  return true;
}
