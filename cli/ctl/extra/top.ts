/** `top`: processes by what they use. The figures come from the daemon's host (`supervisord.getProcessUsage`). */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcStruct } from "../../../lib/wire/xmlrpc-value.ts";
import { stateColour } from "../colour.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { selectProcesses } from "../status-table.ts";
import { arrayOf, type ProcessInfo, processInfos, textOf } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { runLive, secondsOf } from "./live.ts";
import { isSortKey, type SortKey, type TopRow, topLines, type Usage } from "./top-table.ts";

const SPEC: FlagSpec = {
  usage: "top [options] [<name> ...]",
  options: {
    sort: { type: "string", describe: "cpu, mem or name (cpu)" },
    interval: { type: "string", describe: "Refresh interval in seconds (2)" },
    once: { type: "boolean", describe: "Print once and exit" },
  },
  epilogue: "Keys: c, m and n sort by processor, memory and name; q ends.",
};

const KEYS: Readonly<Record<string, SortKey>> = { c: "cpu", m: "mem", n: "name" };

function usageOf(value: XmlRpcValue): readonly [string, Usage] | null {
  if (!isXmlRpcStruct(value)) return null;
  const number = (name: string): number => {
    const member = value.get(name);
    return typeof member === "number" ? member : 0;
  };
  const name = makeNamespec(textOf(value.get("group")), textOf(value.get("name")));
  return [name, { pid: number("pid"), cpu: number("cpu"), rss: number("rss"), children: number("children") }];
}

/** Null where the daemon has no figures to give: the original's has none. */
async function readUsage(session: Session, names: readonly string[]): Promise<Map<string, Usage> | null> {
  try {
    const answer = arrayOf(await session.rpc().call("supervisord.getProcessUsage", [...names]));
    return new Map(answer.map(usageOf).filter((entry) => entry !== null));
  } catch (error) {
    if (error instanceof Fault && error.faultCode === FAULTS.UNKNOWN_METHOD) return null;
    throw error;
  }
}

/** Remembers the last look, from which the share of a processor is told. */
class Sampler {
  readonly #session: Session;
  readonly #words: readonly string[];
  #last: { readonly at: number; readonly usage: ReadonlyMap<string, Usage> } | null = null;

  constructor(session: Session, words: readonly string[]) {
    this.#session = session;
    this.#words = words;
  }

  /** A row for each process, and a line for each name that nothing answers to. */
  async look(): Promise<{ readonly rows: readonly TopRow[]; readonly errors: readonly string[] }> {
    const all = processInfos(await this.#session.rpc().call("getAllProcessInfo"));
    const { processes, errors } = selectProcesses(all, this.#words);
    const nameOf = (info: ProcessInfo): string => makeNamespec(info.group, info.name);
    const usage = await readUsage(this.#session, processes.map(nameOf));
    const at = performance.now();
    const last = this.#last;
    const rows = processes.map((info): TopRow => {
      const name = nameOf(info);
      const now = usage?.get(name);
      const then = last?.usage.get(name);
      const seconds = last === null ? 0 : (at - last.at) / 1000;
      const same = now !== undefined && then?.pid === now.pid && seconds > 0;
      const share = same ? Math.max(0, (now.cpu - then.cpu) / seconds) : undefined;
      return { info, name, usage: now, share };
    });
    if (usage !== null) this.#last = { at, usage };
    return { rows, errors };
  }
}

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
    const picture = async (): Promise<string[]> => {
      const { rows, errors } = await sampler.look();
      if (errors.length > 0) session.exitStatus = EXIT.GENERIC;
      return [...errors, ...topLines(rows, key, stateColour(session.io))];
    };
    const onKey = (pressed: string): void => {
      key = KEYS[pressed] ?? key;
    };
    if (flags.has("once")) for (const line of await picture()) session.output(line);
    else await runLive(session, interval, picture, { onKey });
  }
  return undefined;
}
