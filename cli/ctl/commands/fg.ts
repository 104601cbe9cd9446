/** `fg`: a process's output on the screen, and the keyboard on its input. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import { PROCESS_STATES } from "../../../lib/model/states.ts";
import { type Command, refuse } from "../command.ts";
import { Fault } from "../errors.ts";
import { FOLLOW_BANNER } from "../follow.ts";
import { followLog, logPath } from "../log-stream.ts";
import type { Session } from "../session.ts";
import { processInfo } from "../values.ts";

const isRunning = async (session: Session, name: string): Promise<boolean> =>
  processInfo(await session.rpc().call("getProcessInfo", name)).state === PROCESS_STATES.RUNNING;

/** True if the process may be attached to; says why not. A fault other than BAD_NAME leaves the exit status alone. */
async function mayAttach(session: Session, name: string): Promise<boolean> {
  try {
    if (await isRunning(session, name)) return true;
    session.fail("ERROR: process not running");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.faultCode === FAULTS.BAD_NAME) session.fail("ERROR: bad process name supplied");
    else session.output(`ERROR: ${error.message}`);
  }
  return false;
}

/** Sends one line; false if there is nobody left to send to. */
async function send(session: Session, name: string, line: string): Promise<boolean> {
  try {
    await session.rpc().call("sendProcessStdin", name, `${line}\n`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const gone = error.faultCode === FAULTS.NOT_RUNNING;
    session.output(gone ? "Process got killed" : `ERROR: ${error.message}`);
    return false;
  }
  if (await isRunning(session, name)) return true;
  session.output("Process got killed");
  return false;
}

async function attach(session: Session, name: string): Promise<void> {
  const stop = new AbortController();
  const stream = async (channel: "stdout" | "stderr"): Promise<void> => {
    const path = logPath(name, channel);
    const end = await followLog(session.options, path, (bytes) => session.io.write(bytes), stop.signal);
    if (end.kind === "error") session.io.writeError(`${session.options.serverurl}${path} ${end.error}\n`);
  };
  const streams = Promise.all([stream("stdout"), stream("stderr")]);
  // A failure of the streams (standard output closed) ends the session where it is awaited below.
  streams.catch(() => stop.abort());
  try {
    for (;;) {
      const input = await session.io.readLine("");
      if (!("line" in input)) break;
      if (!(await send(session, name, input.line))) break;
    }
    session.output("Exiting foreground");
  } finally {
    stop.abort();
  }
  await streams;
}

export const fg: Command = {
  name: "fg",
  help: "fg <process>\tShow a process's output and send it what is typed\n\t\tCtrl-C to exit",
  async run(session, arg) {
    if (!(await session.upcheck())) return;
    const [name, ...more] = splitWords(arg);
    if (name === undefined) return refuse(session, fg, "ERROR: no process name supplied");
    if (more.length > 0) return session.fail("ERROR: too many process names supplied");
    if (!(await mayAttach(session, name))) return;
    session.output(FOLLOW_BANNER);
    await attach(session, name);
  },
};
