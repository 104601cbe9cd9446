/** `update --dry-run`: what an update would do, without doing it. Needs a daemon that has `supervisord.previewUpdate`. */
import { FAULTS } from "../../../lib/model/faults.ts";
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcStruct } from "../../../lib/wire/xmlrpc-value.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { expandGroups } from "../glob.ts";
import type { Session } from "../session.ts";
import { arrayOf, processInfos, textOf } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { answerJson, UNCHECKED } from "./json.ts";

const SPEC: FlagSpec = {
  usage: "update [options] [<group> ... | all]",
  options: {
    "dry-run": { type: "boolean", describe: "Show what would be done, and do nothing" },
    json: { type: "boolean", describe: "With --dry-run: print one JSON document" },
  },
  epilogue:
    'The document: {"changes": [{"group", "change": "added"|"changed"|"removed", "process", "option", "before", ' +
    '"after"}], "errors": [text]}; what does not apply is an empty text.',
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

interface Plan {
  readonly changes: readonly PlannedChange[];
  /** One line for each name that is the name of no group. */
  readonly errors: readonly string[];
  /** False where all that was named is in `errors`. */
  readonly concerns: boolean;
}

/** Only changes of groups that are named count, and names that update itself would refuse are errors. */
async function plan(session: Session, words: readonly string[]): Promise<Plan> {
  const changes = arrayOf(await session.rpc().call("supervisord.previewUpdate")).map(plannedChange);
  const all = words.includes("all") && !words.some((word) => word.startsWith("!"));
  if (words.length === 0 || all) return { changes, errors: [], concerns: true };
  const infos = processInfos(await session.rpc().call("getAllProcessInfo"));
  const known = new Set([...infos, ...changes].map(({ group }) => group));
  const wanted = new Set(expandGroups(words, [...known]));
  const errors = [...wanted].filter((group) => !known.has(group)).map((group) => `no such group: ${group}`);
  if (errors.length > 0) session.exitStatus = EXIT.GENERIC;
  return {
    changes: changes.filter((change) => wanted.has(change.group)),
    errors,
    concerns: errors.length < wanted.size || wanted.size === 0,
  };
}

/** False where the words hold nothing but what the original understands. */
export async function updateExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock" || (flags !== null && !flags.has("dry-run"))) return false;
  if (flags === null) return true;
  if (flags.has("json")) {
    const make = async (): Promise<unknown> => {
      const { changes, errors } = await plan(session, flags.words);
      return { changes, errors };
    };
    await answerJson(session, make, { ...UNCHECKED, unknownMethod: EXIT.UNIMPLEMENTED_FEATURE });
    return true;
  }
  try {
    const { changes, errors, concerns } = await plan(session, flags.words);
    for (const error of errors) session.output(`ERROR: ${error}`);
    if (concerns) for (const line of planLines(changes)) session.output(line);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.faultCode === FAULTS.UNKNOWN_METHOD) {
      session.fail("ERROR: this supervisord cannot preview an update", EXIT.UNIMPLEMENTED_FEATURE);
    } else if (error.faultCode === FAULTS.CANT_REREAD) session.fail(`ERROR: ${error.faultString}`);
    else throw error;
  }
  return true;
}
