/**
 * `supervisor_stdout:event_handler`, the result handler that container images use most: a listener sends back the
 * PROCESS_LOG event that it got, and the daemon prints its lines on its own standard output, each with the program's name.
 */
import { type LogFile, openLogFile } from "../log/log-file.ts";
import type { ResultHandler } from "./result-handler.ts";

export const STDOUT_HANDLER = "supervisor_stdout:event_handler";

/** `name channel | line` for each line of an event that came back. Throws Error for what is no PROCESS_LOG payload. */
export function prefixedLines(result: string): string {
  const end = result.indexOf("\n");
  const [, name, channel] =
    /^processname:(\S+) .*\bchannel:(\S+)$/.exec(result.slice(0, Math.max(end, 0))) ?? [];
  if (name === undefined || channel === undefined) throw new Error("not a PROCESS_LOG event");
  const lines = result.slice(end + 1).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => `${name} ${channel} | ${line}\n`).join("");
}

let output: LogFile | null | undefined;

/** Where the daemon's standard output is; what it can't take is dropped, as it is of a program's log. */
function standardOutput(): LogFile | null {
  if (output === undefined) {
    try {
      output = openLogFile({ path: "/dev/stdout", maxbytes: 0, backups: 0, onTrouble: () => {} });
    } catch {
      output = null;
    }
  }
  return output;
}

/** What waits for its reader is still written, see `streamsSettled`; nothing comes afterwards. */
export const endStandardOutput = (): void => output?.close();

/**
 * Takes every PROCESS_LOG event that comes back. Throws Error for any other result, so that its listener gets no more
 * events; but takes all results unread where there is no standard output.
 */
export const stdoutHandler: ResultHandler = (_event, result) => {
  standardOutput()?.write(Buffer.from(prefixedLines(result.toString())));
};
