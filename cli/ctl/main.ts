/** From the command line to the exit status. */
import { resolve } from "node:path";
import { ConfigError, usageText } from "../../lib/config/errors.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import { directoryName } from "../../lib/config/posixpath.ts";
import { readTextIfAny, writePrivateText } from "../../lib/sys/client-files.ts";
import { clientHost } from "./client-host.ts";
import { candidates, lastWord, needsNames } from "./completion.ts";
import { contextsFile, readContexts } from "./contexts.ts";
import { runLine } from "./dispatch.ts";
import { EXIT } from "./exit-status.ts";
import type { Named } from "./glob.ts";
import { OutputClosed } from "./io.ts";
import type { Completer } from "./line-editor.ts";
import { readInvocation } from "./options.ts";
import { ProcessIo } from "./process-io.ts";
import { addCommands, COMMAND_NAMES } from "./registry.ts";
import { RpcClient } from "./rpc.ts";
import { Session, type SessionOptions } from "./session.ts";
import { runShell } from "./shell.ts";
import { processInfos } from "./values.ts";

/** Runs supervisorctl and gives its exit status. `program` is the name it was called by. */
export async function main(argv: readonly string[], program: string): Promise<number> {
  const host = clientHost(program);
  const io = new ProcessIo(host.environment);
  try {
    if (argv[0] === "completion" && argv[1] === "--line") return await complete(argv[2] ?? "", host, io);
    const invocation = await readInvocation(argv, host);
    if (invocation.kind === "run") {
      return await run(invocation.options, invocation.words, invocation.stay, io, program);
    }
    io.write(`${invocation.text}\n`);
    return EXIT.SUCCESS;
  } catch (error) {
    if (error instanceof ConfigError) {
      io.writeError(usageText(error.message, program));
      if (io.errorIsTerminal) await advise(error.message, host, io);
      return EXIT.INVALID_ARGS;
    }
    if (error instanceof OutputClosed) return EXIT.SUCCESS;
    throw error;
  }
}

/** The nearest right option or context, where a person reads it. */
async function advise(message: string, host: ConfigHost, io: ProcessIo): Promise<void> {
  const { adviceOn } = await import("./extra/advice.ts");
  const path = contextsFile(Object.fromEntries(host.environment));
  const advice = await adviceOn(message, async () => (await readContexts(path)).byName.keys());
  if (advice !== undefined) io.writeError(`${advice}\n`);
}

/** What the completion scripts ask: the words that may stand at the end of a command line, one a line. */
async function complete(line: string, host: ConfigHost, io: ProcessIo): Promise<number> {
  const { completeLine } = await import("./extra/complete-line.ts");
  const words = await completeLine(line, async (options) => {
    const invocation = await readInvocation([...options, "status"], host).catch(() => null);
    return invocation?.kind === "run" ? invocation.options : null;
  });
  for (const word of words) io.write(`${word}\n`);
  return EXIT.SUCCESS;
}

async function run(
  options: SessionOptions,
  words: readonly string[],
  stay: boolean,
  io: ProcessIo,
  program: string,
): Promise<number> {
  const session = new Session(options, io, program);
  try {
    await addPlugins(options, session);
    if (words.length > 0) await runLine(session, words.join(" "), words);
    const atTerminal = io.inputIsTerminal && io.outputIsTerminal;
    if (words.length > 0 && !(stay && atTerminal)) return session.exitStatus;
    await shell(session, io, words.length > 0 ? [] : ["status"]);
    return EXIT.SUCCESS;
  } catch (error) {
    if (error instanceof OutputClosed) return session.exitStatus;
    throw error;
  }
}

/** Their code is loaded where a configuration has some. */
async function addPlugins({ file, plugins = [] }: SessionOptions, session: Session): Promise<void> {
  if (plugins.length === 0) return;
  const { loadPlugins } = await import("./plugin/load.ts");
  addCommands(await loadPlugins(plugins, directoryName(resolve(file ?? "")), session));
}

async function shell(session: Session, io: ProcessIo, first: readonly string[]): Promise<void> {
  const { historyFile } = session.options;
  const lines = historyFile === null ? null : readTextIfAny(historyFile);
  const history = (lines ?? "").split("\n").filter((line) => line !== "");
  io.setUpEditor({ history, complete: completer(session) });
  try {
    await runShell(session, first);
  } finally {
    const typed = io.history();
    if (historyFile !== null && typed !== null) saveHistory(historyFile, typed);
  }
}

/** As in the original a history that cannot be kept is no error. */
function saveHistory(path: string, lines: readonly string[]): void {
  try {
    writePrivateText(path, lines.map((line) => `${line}\n`).join(""));
  } catch {
    return;
  }
}

/** Asks the daemon for names once for each prompt, on a connection of its own. */
function completer(session: Session): Completer {
  return async (line) => {
    let entries: readonly Named[] = [];
    if (needsNames(line)) {
      const rpc = new RpcClient(session.options);
      try {
        entries = processInfos(await rpc.call("getAllProcessInfo"));
      } finally {
        rpc.close();
      }
    }
    return { matches: candidates(line, COMMAND_NAMES, entries), word: lastWord(line) };
  };
}
