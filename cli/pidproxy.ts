/**
 * pidproxy: runs a command and hands signals on to the process whose pid stands in a file (supervisor.md section 3.6). Ends
 * when the command ends, with its exit code, where the original looks every five seconds and always exits with 0.
 */

import { joinPath, normalPath } from "../lib/config/posixpath.ts";
import { runForeground } from "../lib/sys/foreground.ts";
import { currentDirectory, exit, rawEnvironment } from "../lib/sys/host.ts";
import { killProcess, onSignal } from "../lib/sys/signals.ts";
import { STDERR, STDOUT, writeOut } from "../lib/sys/stdio.ts";
import { strerror } from "../lib/sys/sys-error.ts";
import { readTextFile } from "../lib/sys/text-files.ts";

const FORWARDED = { SIGTERM: 15, SIGHUP: 1, SIGINT: 2, SIGUSR1: 10, SIGUSR2: 12, SIGQUIT: 3 } as const;

/** After one of these it does not wait for the command: supervisord asked it to stop. */
const LAST: ReadonlySet<number> = new Set([FORWARDED.SIGTERM, FORWARDED.SIGINT, FORWARDED.SIGQUIT]);

/** A pid, or null: a number below 1 would address whole groups, ours among them. */
function readPid(path: string): number | null {
  try {
    const text = readTextFile(path).trim();
    const pid = /^\+?\d{1,10}$/.test(text) ? Number(text) : 0;
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function forward(pidfile: string, signal: number): void {
  const pid = readPid(pidfile);
  if (pid === null) {
    writeOut(STDOUT, `Can't read child pidfile ${pidfile}!\n`);
    return;
  }
  const errno = killProcess(pid, signal);
  if (errno !== null) writeOut(STDERR, `Can't signal pid ${pid}: ${strerror(errno)}\n`);
  if (LAST.has(signal)) exit(errno === null ? 0 : 1);
}

function main(): void {
  const [pidfile, ...argv] = process.argv.slice(2);
  const [command] = argv;
  if (pidfile === undefined || command === undefined) {
    const name = rawEnvironment().get("SUPERVISORD_ARGV0") ?? "pidproxy";
    const what = "run a command and hand signals on to the process whose pid stands in a file";
    writeOut(STDOUT, `pidproxy: ${what}.\n\nUsage: ${name} <pidfile name> <command> [<cmdarg1> ...]\n`);
    exit(1);
    return;
  }
  for (const [name, signal] of Object.entries(FORWARDED)) {
    onSignal(name as keyof typeof FORWARDED, () => forward(pidfile, signal));
  }
  runForeground({
    file: normalPath(joinPath(currentDirectory(), command)),
    argv,
    onExit: (code, failure) => {
      if (failure !== null) writeOut(STDERR, `pidproxy: ${failure}\n`);
      exit(code);
    },
  });
}

main();
