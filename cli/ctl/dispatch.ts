/** Running one line: finding the command, and telling what went wrong in the original's words. */

import { splitWords } from "../../lib/config/pytext.ts";
import type { CommandEnd } from "./command.ts";
import { ClientError, ProtocolError } from "./errors.ts";
import { EXIT } from "./exit-status.ts";
import { Interrupted } from "./interrupt.ts";
import { OutputClosed } from "./io.ts";
import { parseLine } from "./parse-line.ts";
import { COMMAND_NAMES, findCommand } from "./registry.ts";
import type { Session } from "./session.ts";
import { nearest } from "./suggest.ts";

const UNAUTHORIZED = 401;

/** Runs a line as if it had been typed; `argv` where it is a command line's words put together. Throws nothing but Interrupted and OutputClosed: the rest becomes output. */
export async function runLine(
  session: Session,
  text: string,
  argv: readonly string[] = [],
): Promise<CommandEnd> {
  const { command: name, arg, line } = parseLine(text);
  if (line === "") return undefined;
  const command = name === null ? undefined : findCommand(name);
  if (command === undefined) {
    session.fail(`*** Unknown syntax: ${line}`);
    const near = nearest(name ?? "", COMMAND_NAMES);
    if (near !== undefined) session.hint(`Did you mean ${near}?`);
    return undefined;
  }
  if (command.hasFlags !== true && splitWords(arg).includes("--help")) {
    session.output(command.help);
    return undefined;
  }
  const idle = command.slow === true ? session.busy(command.name) : null;
  try {
    const words = argv[0] === name ? argv.slice(1) : undefined;
    return (await command.run(session, arg, words)) ?? undefined;
  } catch (error) {
    if (error instanceof Interrupted || error instanceof OutputClosed) throw error;
    if (!(error instanceof ProtocolError) || error.status !== UNAUTHORIZED) return tell(session, error);
    return unauthorized(session, line, error, argv);
  } finally {
    idle?.();
    session.disconnect();
  }
}

/** Asks for a password and runs the line again; without anyone to ask, says so and tells the error. */
async function unauthorized(
  session: Session,
  line: string,
  error: ProtocolError,
  argv: readonly string[],
): Promise<CommandEnd> {
  session.output("Server requires authentication");
  if (!session.options.interactive) return tell(session, error);
  try {
    const username = await answer(() => session.io.readLine("Username:"));
    const password = await answer(() => session.io.readPassword("Password:"));
    session.output("");
    session.retarget({ username, password });
  } catch (problem) {
    if (problem instanceof Interrupted) throw problem;
    return tell(session, problem);
  }
  return runLine(session, line, argv);
}

async function answer(ask: () => ReturnType<Session["io"]["readLine"]>): Promise<string> {
  const input = await ask();
  if ("line" in input) return input.line;
  if (input.end === "interrupt") throw new Interrupted();
  throw new ClientError("EOFError", "EOF when reading a line");
}

/** The `error:` line. The class and the text are the original's; file and line are our own. */
function tell(session: Session, error: unknown): undefined {
  const kind = error instanceof ClientError ? error.pythonClass : "RuntimeError";
  const message = error instanceof Error ? error.message : String(error);
  const place = /:(\d+):\d+\)?$/m.exec(error instanceof Error ? (error.stack ?? "") : "")?.[1] ?? "1";
  session.fail(`error: <class '${kind}'>, ${message}: file: ${session.program} line: ${place}`, EXIT.GENERIC);
  const advice = error instanceof ClientError ? ADVICE[error.code ?? ""] : undefined;
  if (advice !== undefined) session.hint(`${advice} (${session.options.serverurl})`);
  return undefined;
}

/** What the reader of an `error:` line may want to know, by the errno. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "No supervisord has made this socket: is it running, and does it have this file= setting?",
  ECONNREFUSED: "No supervisord listens here: is it running?",
  EACCES: "This user may not open the socket: see chmod= and chown= of [unix_http_server], or use sudo.",
  ENOTFOUND: "The host name does not resolve.",
};
