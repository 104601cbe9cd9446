/** Showing a log as it grows, until the interrupt key or the daemon's end. */
import { EXIT } from "./exit-status.ts";
import { followLog } from "./log-stream.ts";
import type { Session } from "./session.ts";

/** The first line of `tail -f` and `fg`, as the original has it (supervisor.md section 8.2). */
export const FOLLOW_BANNER = "==> Press Ctrl-C to exit <==";

/** Where the log cannot be had the exit status is 1 (the original's is 0). */
export async function follow(session: Session, path: string): Promise<void> {
  session.output(FOLLOW_BANNER);
  const stop = new AbortController();
  const release = session.io.onInterrupt(() => stop.abort());
  try {
    const end = await followLog(session.options, path, (bytes) => session.io.write(bytes), stop.signal);
    if (stop.signal.aborted) return session.output("");
    if (end.kind === "closed") return;
    session.io.writeError(`${session.options.serverurl}${path} ${end.error}\n`);
    session.exitStatus = EXIT.GENERIC;
  } finally {
    release();
  }
}
