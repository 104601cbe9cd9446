/** `tail`: the end of a process's log, or all that follows. */
import { pyrepr } from "../../../lib/config/pyrepr.ts";
import { splitWords } from "../../../lib/config/pytext.ts";
import { type Command, refuse } from "../command.ts";
import { Fault } from "../errors.ts";
import { follow } from "../follow.ts";
import { isPattern } from "../glob.ts";
import { logPath } from "../log-stream.ts";
import { splitNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { parseTail, TAIL_REASONS } from "../tail-arguments.ts";
import { textOf } from "../values.ts";

const METHODS = { stdout: "readProcessStdoutLog", stderr: "readProcessStderrLog" } as const;

async function readEnd(
  session: Session,
  name: string,
  channel: "stdout" | "stderr",
  bytes: number,
): Promise<void> {
  try {
    session.output(textOf(await session.rpc().call(METHODS[channel], name, -bytes, 0)));
  } catch (error) {
    const reason = error instanceof Fault ? TAIL_REASONS.get(error.faultCode) : undefined;
    if (reason === undefined) throw error;
    session.fail(`${name}: ERROR (${reason})`);
  }
}

/** True for command lines that the original's `tail` has nothing but an error for. */
function isExtended(words: readonly string[]): boolean {
  if (words.some((word) => (word.startsWith("--") && word !== "--") || word === "-n")) return true;
  const names = words.filter((word) => !word.startsWith("-"));
  if (names.some(isPattern)) return true;
  const [name, second] = names;
  if (words[0] === "-f" && name !== undefined && splitNamespec(name).process === null) return true;
  const hasChannel = /^std(?:out|err)$/i.test(second ?? "") && names.length === 2;
  return words[0] === "-f" && name !== undefined && second !== undefined && !hasChannel;
}

export const tail: Command = {
  name: "tail",
  hasFlags: true,
  help: [
    "tail <name> [stdout|stderr]\tShow the last 1600 *bytes* of a process's output",
    "tail -<bytes> <name> [...]\tShow that many bytes",
    "tail -f <name> [...]\t\tShow what comes, until Ctrl-C; several names and patterns too",
    "tail -n <lines> <name> [...]\tShow that many lines",
    "tail --help\t\t\tShow all options, --since among them",
  ].join("\n"),
  async run(session, arg) {
    const words = splitWords(arg);
    if (isExtended(words)) {
      const { tailExtra } = await import("../extra/tail.ts");
      if (await tailExtra(session, words)) return;
    }
    if (!(await session.upcheck())) return;
    const asked = parseTail(words);
    switch (asked.kind) {
      case "usage":
        return refuse(session, tail, asked.message);
      case "bad-channel":
        return session.fail(`Error: bad channel ${pyrepr(asked.channel)}`);
      case "error":
        return session.fail(asked.message);
      case "follow":
        return follow(session, logPath(asked.name, asked.channel));
      case "read":
        return readEnd(session, asked.name, asked.channel, asked.bytes);
    }
  },
};
