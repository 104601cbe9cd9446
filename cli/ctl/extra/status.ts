/** `status --json`, `--watch` and `--all-contexts`. */
import { EXIT } from "../exit-status.ts";
import type { Session } from "../session.ts";
import { isStoppedCode, type Selection, selectProcesses } from "../status-table.ts";
import { processInfos } from "../values.ts";
import { type FlagSpec, type Flags, readFlags } from "./flags.ts";
import { answerJson, type JsonExits, processDocument } from "./json.ts";
import { runLive, secondsOf } from "./live.ts";
import { type LiveRow, watchLines } from "./live-table.ts";
import { pictureOf, Sampler, tableOptions } from "./sampler.ts";

const SPEC: FlagSpec = {
  usage: "status [options] [<name> ...]",
  options: {
    json: { type: "boolean", describe: "Print one JSON document" },
    watch: {
      type: "boolean",
      describe: "A live table with uptime, CPU, memory and restarts, until q or Ctrl-C",
    },
    interval: { type: "string", describe: "Refresh interval of --watch in seconds (2)" },
    "all-contexts": { type: "boolean", describe: "Ask every named context, side by side" },
  },
  epilogue:
    'The document: {"processes": [{"name", "group", "process", "state", "statecode", "description", "pid", "start", ' +
    '"stop", "now", "uptime", "exitstatus", "spawnerr", "stdout_logfile", "stderr_logfile"}], "errors": [text]}, or ' +
    '{"error": {"type", "message", "serverurl"}}. Exit status as without --json.',
};

/** Whatever the upcheck finds, a status has its own exit status for it. */
const NO_STATUS: JsonExits = {
  refused: EXIT.STATUS_UNKNOWN,
  missing: EXIT.STATUS_UNKNOWN,
  unknownMethod: EXIT.STATUS_UNKNOWN,
};

async function select(session: Session, words: readonly string[]): Promise<Selection> {
  const all = processInfos(await session.rpc().call("getAllProcessInfo"));
  return selectProcesses(all, words);
}

function noteStatus(session: Session, { processes, errors }: Selection): void {
  if (errors.length > 0) session.exitStatus = EXIT.STATUS_UNKNOWN;
  if (processes.some((info) => isStoppedCode(info.state))) session.exitStatus = EXIT.STATUS_NOT_RUNNING;
}

/** What does not go together, or says nothing alone. */
function excessOf(flags: Flags): string | null {
  const watch = flags.has("watch");
  if (watch && flags.has("json")) return "--watch shows a table: it does not go with --json";
  if (watch && flags.has("all-contexts"))
    return "--watch shows one daemon: it does not go with --all-contexts";
  if (!watch && flags.text("interval") !== undefined) return "--interval goes with --watch";
  return null;
}

/** False where the words hold nothing but what the original understands. */
export async function statusExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock") return false;
  if (flags === null) return true;
  const excess = excessOf(flags);
  if (excess !== null) session.fail(`Error: ${excess}`, EXIT.INVALID_ARGS);
  else if (flags.has("all-contexts")) {
    const { statusOfAllContexts } = await import("./all-contexts.ts");
    await statusOfAllContexts(session, flags.words, flags.has("json"));
  } else if (flags.has("watch")) {
    const interval = secondsOf(flags.text("interval"));
    if (interval === undefined) session.fail(`Error: bad interval ${flags.text("interval")}`);
    else {
      const paint = (rows: readonly LiveRow[]) => watchLines(rows, tableOptions(session));
      const sampler = new Sampler(session, flags.words);
      await runLive(session, interval, pictureOf(sampler, paint, EXIT.STATUS_UNKNOWN));
    }
  } else if (flags.has("json")) {
    const make = async (): Promise<unknown> => {
      const selection = await select(session, flags.words);
      noteStatus(session, selection);
      return { processes: selection.processes.map(processDocument), errors: selection.errors };
    };
    await answerJson(session, make, NO_STATUS);
  } else return false;
  return true;
}
