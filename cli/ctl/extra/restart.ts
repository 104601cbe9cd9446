/** `restart --rolling`: one process at a time, each running before the next is stopped. */
import { FAULTS } from "../../../lib/model/faults.ts";
import { Fault } from "../errors.ts";
import { makeNamespec } from "../namespec.ts";
import { outcomeLine, STARTED, STOPPED, type Wording } from "../result-lines.ts";
import type { Session } from "../session.ts";
import { selectProcesses } from "../status-table.ts";
import { processInfos } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";

const SPEC: FlagSpec = {
  usage: "restart [options] <name> ...",
  options: {
    rolling: { type: "boolean", describe: "One process at a time, each RUNNING before the next is stopped" },
  },
  epilogue: "A process that does not come up ends a rolling restart: those after it are left as they are.",
};

/** True if the daemon did it, or it was so already. */
async function step(
  session: Session,
  method: string,
  name: string,
  wording: Wording,
  ignored: number,
): Promise<boolean> {
  let status: number = FAULTS.SUCCESS;
  let description = "OK";
  try {
    await session.rpc().call(method, name, true);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    status = error.faultCode;
    description = error.faultString;
  }
  session.output(outcomeLine({ name, status, description }, wording));
  session.noteFault(status, ignored);
  return status === FAULTS.SUCCESS || status === ignored;
}

/** False where the words hold nothing but what the original understands. */
export async function restartExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock" || (flags !== null && !flags.has("rolling"))) return false;
  if (flags === null || !(await session.upcheck())) return true;
  if (flags.words.length === 0) {
    session.fail("Error: restart requires a process name");
    return true;
  }
  const all = processInfos(await session.rpc().call("getAllProcessInfo"));
  const { processes, errors } = selectProcesses(all, flags.words);
  for (const error of errors) session.fail(error);
  const names = [...new Set(processes.map((info) => makeNamespec(info.group, info.name)))];
  for (const [index, name] of names.entries()) {
    const stopped = await step(session, "stopProcess", name, STOPPED, FAULTS.NOT_RUNNING);
    if (stopped && (await step(session, "startProcess", name, STARTED, FAULTS.ALREADY_STARTED))) continue;
    const left = names.length - index - 1;
    if (left > 0) session.output(`${name}: rolling restart ended here, ${left} left as they are`);
    break;
  }
  return true;
}
