/** `status --all-contexts`: every named supervisord at once, side by side. */
import { pause } from "../../../lib/sys/pause.ts";
import { paint, stateColour } from "../colour.ts";
import { contextsFile, readContexts } from "../contexts.ts";
import { ProtocolError } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { makeNamespec } from "../namespec.ts";
import { RpcClient, type ServerTarget } from "../rpc.ts";
import { parseServerUrl } from "../server-url.ts";
import type { Session } from "../session.ts";
import { isStoppedCode, selectProcesses } from "../status-table.ts";
import { codePoints, padRight } from "../text.ts";
import { type ProcessInfo, processInfos } from "../values.ts";
import { printJson, processDocument } from "./json.ts";

const DEADLINE_MS = 5000;
const GAP = "  ";

/** What one context said, or why it said nothing. */
export type ContextAnswer =
  | { readonly name: string; readonly processes: readonly ProcessInfo[] }
  | { readonly name: string; readonly error: string };

/** A refusal names the context's own host: what the original's text names is a dummy. */
function reason(error: unknown, { serverurl }: ServerTarget): string {
  if (error instanceof ProtocolError) return `${placeOf(serverurl)} answers ${error.status} ${error.reason}`;
  return error instanceof Error ? error.message : String(error);
}

/** The host of a URL, without a password that may stand before it, or the path of a socket. */
function placeOf(serverurl: string): string {
  const { address, host } = parseServerUrl(serverurl);
  return address.kind === "unix" ? address.path : host;
}

async function ask(name: string, target: ServerTarget, words: readonly string[]): Promise<ContextAnswer> {
  const answered = new AbortController();
  let rpc: RpcClient | undefined;
  const call = async (): Promise<ContextAnswer> => {
    rpc = new RpcClient(target);
    const all = processInfos(await rpc.call("getAllProcessInfo"));
    return { name, processes: selectProcesses(all, words).processes };
  };
  const late = async (): Promise<ContextAnswer> => {
    await pause(DEADLINE_MS, answered.signal);
    return { name, error: `no answer in ${DEADLINE_MS / 1000} s` };
  };
  try {
    return await Promise.race([call(), late()]);
  } catch (error) {
    return { name, error: reason(error, target) };
  } finally {
    answered.abort();
    rpc?.close();
  }
}

/** A row for each process, a column of states for each context; below it the contexts that gave none. */
export function sideBySide(
  answers: readonly ContextAnswer[],
  colour: (state: string, padded: string) => string = (_, padded) => padded,
): string[] {
  const states = new Map<string, Map<string, string>>();
  for (const answer of answers) {
    if (!("processes" in answer)) continue;
    for (const info of answer.processes) {
      const name = makeNamespec(info.group, info.name);
      const row = states.get(name) ?? new Map<string, string>();
      states.set(name, row.set(answer.name, info.statename));
    }
  }
  const columns = answers.filter((answer) => "processes" in answer).map((answer) => answer.name);
  const names = Math.max(4, ...[...states.keys()].map(codePoints));
  const widths = columns.map((column) => Math.max(8, codePoints(column)));
  const lines: string[] = [];
  if (columns.length > 0) {
    const header = columns.map((column, at) => padRight(column, widths[at] ?? 0));
    lines.push([padRight("", names), ...header].join(GAP).trimEnd());
  }
  for (const [name, row] of states) {
    const cells = columns.map((column, at) => {
      const state = row.get(column) ?? "-";
      return colour(state, padRight(state, widths[at] ?? 0));
    });
    lines.push([padRight(name, names), ...cells].join(GAP).trimEnd());
  }
  for (const answer of answers) if ("error" in answer) lines.push(`${answer.name}: ERROR (${answer.error})`);
  return lines;
}

/**
 * Exit status 3 where a process that is shown does not run, else 4 where a context failed to answer within 5 seconds.
 * A name in `words` that a context does not know is no error.
 */
export async function statusOfAllContexts(
  session: Session,
  words: readonly string[],
  json: boolean,
): Promise<void> {
  const { byName } = await readContexts(contextsFile(process.env));
  const answers = await Promise.all([...byName].map(([name, target]) => ask(name, target, words)));
  if (answers.some((answer) => "error" in answer)) session.exitStatus = EXIT.STATUS_UNKNOWN;
  const stopped = answers.some(
    (answer) => "processes" in answer && answer.processes.some((info) => isStoppedCode(info.state)),
  );
  if (stopped) session.exitStatus = EXIT.STATUS_NOT_RUNNING;
  if (json) {
    const contexts = answers.map((answer) =>
      "processes" in answer ? { ...answer, processes: answer.processes.map(processDocument) } : answer,
    );
    return printJson(session, { contexts });
  }
  if (answers.length === 0) session.output("No contexts: see supervisorctl context --help");
  const shades = stateColour(session.io);
  for (const line of sideBySide(answers, shades)) {
    session.output(session.io.colours && line.includes(": ERROR (") ? paint("red", line) : line);
  }
}
