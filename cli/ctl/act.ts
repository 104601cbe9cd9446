/** Starting, stopping and signalling: the same walk over the names, by process, by group, or over everything. */
import { FAULTS } from "../../lib/model/faults.ts";
import type { XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";
import { Fault } from "./errors.ts";
import { resolveNames } from "./names.ts";
import { makeNamespec, splitNamespec } from "./namespec.ts";
import { type Outcome, outcomeLine, type Wording } from "./result-lines.ts";
import type { Session } from "./session.ts";
import { suggestFromDaemon } from "./suggest-names.ts";
import { type CallResult, callResults } from "./values.ts";

export interface Action {
  readonly processMethod: string;
  readonly groupMethod: string;
  readonly allMethod: string;
  /** What goes to the daemon behind the name. */
  readonly params: readonly XmlRpcValue[];
  readonly wording: Wording;
  /** The fault that is no failure: what was asked for is so already. */
  readonly ignored: number | undefined;
  /** Exit status for a group that does not exist. */
  readonly badGroupStatus: number;
}

function report(session: Session, action: Action, outcome: Outcome): void {
  session.output(outcomeLine(outcome, action.wording));
  session.noteFault(outcome.status, action.ignored);
}

function reportAll(session: Session, action: Action, results: readonly CallResult[]): void {
  for (const result of results) {
    report(session, action, { ...result, name: makeNamespec(result.group, result.name) });
  }
}

/** False if there is no such group. */
async function actOnGroup(session: Session, action: Action, group: string): Promise<boolean> {
  try {
    const answer = await session.rpc().call(action.groupMethod, group, ...action.params);
    reportAll(session, action, callResults(answer));
    return true;
  } catch (error) {
    if (!(error instanceof Fault) || error.faultCode !== FAULTS.BAD_NAME) throw error;
    session.fail(`${group}: ERROR (no such group)`, action.badGroupStatus);
    return false;
  }
}

/** False if there is no such process. */
async function actOnProcess(session: Session, action: Action, name: string, shown: string): Promise<boolean> {
  let outcome: Outcome = { name: shown, status: FAULTS.SUCCESS, description: "OK" };
  try {
    await session.rpc().call(action.processMethod, name, ...action.params);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    outcome = { name: shown, status: error.faultCode, description: error.faultString };
  }
  report(session, action, outcome);
  return outcome.status !== FAULTS.BAD_NAME;
}

/** Acts on each name in turn, waiting for each, and says what became of it. `all` among the names means everything. */
export async function act(session: Session, action: Action, words: readonly string[]): Promise<void> {
  const names = await resolveNames(session, words);
  if (names.includes("all")) {
    const answer = await session.rpc().call(action.allMethod, ...action.params);
    return reportAll(session, action, callResults(answer));
  }
  const unknown: string[] = [];
  for (const name of names) {
    const { group, process } = splitNamespec(name);
    const found =
      process === null
        ? await actOnGroup(session, action, group)
        : await actOnProcess(session, action, name, makeNamespec(group, process));
    if (!found) unknown.push(name);
  }
  if (unknown.length > 0) await suggestFromDaemon(session, unknown);
}
