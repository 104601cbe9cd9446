/** The interactive shell: a prompt, a line, its command, until the end of input or the interrupt key. */
import type { CommandEnd } from "./command.ts";
import { runLine } from "./dispatch.ts";
import { Interrupted } from "./interrupt.ts";
import type { InputEnd } from "./io.ts";
import type { Session } from "./session.ts";

/** Runs `work` with the interrupt key ending the shell, unless a command takes the key for itself meanwhile. */
async function interruptible<T>(session: Session, work: () => Promise<T>): Promise<T> {
  let release = (): void => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    release = session.io.onInterrupt(() => reject(new Interrupted()));
  });
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    release();
  }
}

async function nextLine(session: Session): Promise<string> {
  const input: { line: string } | { end: InputEnd } = await session.io.readLine(
    `${session.options.prompt}> `,
  );
  if ("line" in input) return input.line;
  if (input.end === "interrupt") throw new Interrupted();
  return "EOF";
}

/** Shows the status first, unless the shell comes after a command. */
export async function runShell(session: Session, first: readonly string[] = ["status"]): Promise<void> {
  try {
    for (const line of first) await interruptible(session, () => runLine(session, line));
    let end: CommandEnd;
    while (end !== "exit") {
      const line = await interruptible(session, () => nextLine(session));
      end = await interruptible(session, () => runLine(session, line));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    session.output("");
  }
}
