/** `top`: the table of `status --watch`, sorted by what processes use. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { pause } from "../../../lib/sys/pause.ts";
import { EXIT } from "../exit-status.ts";
import type { Session } from "../session.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { runLive, secondsOf } from "./live.ts";
import { isSortKey, type LiveRow, type SortKey, topLines } from "./live-table.ts";
import { type Look, pictureOf, Sampler, tableOptions } from "./sampler.ts";

const SPEC: FlagSpec = {
  usage: "top [options] [<name> ...]",
  options: {
    sort: { type: "string", describe: "cpu, mem or name (cpu)" },
    interval: { type: "string", describe: "Refresh interval in seconds (2)" },
    once: { type: "boolean", describe: "Print once and exit" },
  },
  epilogue:
    "Keys: c, m and n sort by processor, memory and name; q ends. RESTARTS counts the starts after the first since the " +
    "program's group was added, those that failed too.",
};

const KEYS: Readonly<Record<string, SortKey>> = { c: "cpu", m: "mem", n: "name" };

/** Between the two looks of `--once`. The kernel counts processor time in hundredths of a second. */
const APART_MS = 500;

/** The share of a processor is the difference of two looks; a daemon without figures is looked at once. */
async function lookOnce(sampler: Sampler): Promise<Look> {
  const first = await sampler.look();
  if (!first.hasFigures) return first;
  await pause(APART_MS);
  return sampler.look();
}

/**
 * `arg` is the line behind the command; without a name in it all processes are shown. A bad option is told of before
 * the daemon is asked.
 */
export async function top(session: Session, arg: string): Promise<undefined> {
  const flags = await readFlags(session, SPEC, splitWords(arg));
  if (flags === null) return undefined;
  if (flags === "stock") {
    session.fail("Error: top has no such option");
    return undefined;
  }
  const sort = flags.text("sort") ?? "cpu";
  const interval = secondsOf(flags.text("interval"));
  if (!isSortKey(sort)) session.fail(`Error: cannot sort by ${sort}`);
  else if (interval === undefined) session.fail(`Error: bad interval ${flags.text("interval")}`);
  else if (await session.upcheck()) {
    let key: SortKey = sort;
    const sampler = new Sampler(session, flags.words);
    const onKey = (pressed: string): void => {
      key = KEYS[pressed] ?? key;
    };
    if (flags.has("once")) {
      const look = await lookOnce(sampler);
      for (const error of look.errors) session.fail(error);
      for (const line of topLines(look.rows, key, tableOptions(session))) session.output(line);
    } else {
      const paint = (rows: readonly LiveRow[]) => topLines(rows, key, tableOptions(session));
      await runLive(session, interval, pictureOf(sampler, paint, EXIT.GENERIC), { onKey });
    }
  }
  return undefined;
}
