/** Looks at processes and what they use, one after the other. Figures come from the daemon's host (`supervisord.getProcessUsage`). */
import { FAULTS } from "../../../lib/model/faults.ts";
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcStruct } from "../../../lib/wire/xmlrpc-value.ts";
import { stateColour } from "../colour.ts";
import { Fault } from "../errors.ts";
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { selectProcesses } from "../status-table.ts";
import { arrayOf, type ProcessInfo, processInfos, textOf } from "../values.ts";
import { NothingToShow } from "./live.ts";
import type { Figures, LiveRow, TableOptions } from "./live-table.ts";

function figuresOf(value: XmlRpcValue): readonly [string, Figures] | null {
  if (!isXmlRpcStruct(value)) return null;
  const number = (name: string): number => {
    const member = value.get(name);
    return typeof member === "number" ? member : 0;
  };
  const name = makeNamespec(textOf(value.get("group")), textOf(value.get("name")));
  const usage = value.has("cpu")
    ? { cpu: number("cpu"), rss: number("rss"), children: number("children") }
    : undefined;
  return [name, { pid: number("pid"), restarts: number("restarts"), usage }];
}

/** Null where the daemon has no figures to give: the original's has none. */
async function readFigures(
  session: Session,
  names: readonly string[],
): Promise<ReadonlyMap<string, Figures> | null> {
  try {
    const answer = arrayOf(await session.rpc().call("supervisord.getProcessUsage", [...names]));
    return new Map(answer.map(figuresOf).filter((entry) => entry !== null));
  } catch (error) {
    if (error instanceof Fault && error.faultCode === FAULTS.UNKNOWN_METHOD) return null;
    throw error;
  }
}

export interface Look {
  readonly rows: readonly LiveRow[];
  /** One line for each name that nothing answers to. */
  readonly errors: readonly string[];
  /** False where the daemon tells none. */
  readonly hasFigures: boolean;
}

const nameOf = (info: ProcessInfo): string => makeNamespec(info.group, info.name);

/** Remembers the last look, from which the share of a processor is told. */
export class Sampler {
  readonly #session: Session;
  readonly #words: readonly string[];
  #last: { readonly at: number; readonly figures: ReadonlyMap<string, Figures> } | null = null;

  constructor(session: Session, words: readonly string[]) {
    this.#session = session;
    this.#words = words;
  }

  async look(): Promise<Look> {
    const all = processInfos(await this.#session.rpc().call("getAllProcessInfo"));
    const { processes, errors } = selectProcesses(all, this.#words);
    const figures = processes.length === 0 ? null : await readFigures(this.#session, processes.map(nameOf));
    const at = performance.now();
    const last = this.#last;
    const seconds = last === null ? 0 : (at - last.at) / 1000;
    const share = (name: string): number | undefined => {
      const now = figures?.get(name);
      const then = last?.figures.get(name);
      if (now?.usage === undefined || then?.usage === undefined) return undefined;
      if (now.pid !== then.pid || seconds <= 0) return undefined;
      return Math.max(0, (now.usage.cpu - then.usage.cpu) / seconds);
    };
    const rows = processes.map((info): LiveRow => {
      const name = nameOf(info);
      return { info, name, figures: figures?.get(name), share: share(name) };
    });
    if (figures !== null) this.#last = { at, figures };
    return { rows, errors, hasFigures: figures !== null };
  }
}

/** A picture for each look, as `paint` has it; none at all where nothing has ever answered to any of the names. */
export function pictureOf(
  sampler: Sampler,
  paint: (rows: readonly LiveRow[]) => readonly string[],
  status: number,
): () => Promise<readonly string[] | NothingToShow> {
  let found = false;
  return async () => {
    const { rows, errors } = await sampler.look();
    found ||= rows.length > 0 || errors.length === 0;
    return found ? [...errors, ...paint(rows)] : new NothingToShow(errors, status);
  };
}

/** How a table has to look on the session's output: a pipe gets every name whole. */
export function tableOptions({ io }: Session): TableOptions {
  const colour = stateColour(io);
  return {
    ...(colour === undefined ? {} : { colour }),
    ...(io.outputIsTerminal ? { width: io.columns() } : {}),
  };
}
