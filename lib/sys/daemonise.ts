/**
 * Going to the background. Node cannot fork, so the process in the foreground starts itself again in a new session and waits
 * until the second one says that it is ready; until then both share the terminal, so that every message is seen.
 */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import type { WaitStatus } from "../model/wait-status.ts";
import { addon } from "./addon.ts";
import { keepAlive } from "./deadline.ts";
import { errnoNumber } from "./errno.ts";
import { rawEnvironment } from "./host.ts";
import { NOFILE_SOFT, originalNofileSoft } from "./limits.ts";
import { closeFd, makePipe } from "./pipes.ts";
import { watchReadable } from "./reader.ts";
import { onChildExit } from "./reap.ts";
import { killProcess, onSignal } from "./signals.ts";
import { spawnSession } from "./spawn.ts";
import { checked, failureOf, SysError } from "./sys-error.ts";

const STATUS_VARIABLE = "SUPERVISORD_STATUS_FD";
const STATUS_FD = 3;

/** What a terminal or an init script may send to the process it knows. */
const FORWARDED = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

/** True in the process that {@link spawnDaemon} started, until it has said that it is ready. */
export const isDaemonChild = (): boolean => process.env[STATUS_VARIABLE] !== undefined;

/**
 * Starts this program again, with the same arguments, in a session of its own. Resolves to what the foreground process
 * should exit with: 0 once the second one is ready, or that one's own exit code (128 + n for a signal) when it ends before.
 * Signals that come meanwhile are passed on. Rejects with SysError when it cannot be started.
 */
export async function spawnDaemon(): Promise<number> {
  const status = makePipe();
  const env = rawEnvironment();
  env.set(STATUS_VARIABLE, String(STATUS_FD));
  env.set(NOFILE_SOFT, Number.isFinite(originalNofileSoft()) ? String(originalNofileSoft()) : "unlimited");
  const result = spawnSession(
    {
      file: process.execPath,
      argv: [process.argv0, ...process.execArgv, ...process.argv.slice(1)],
      env,
      cwd: null,
      umask: null,
      user: null,
      nofileSoft: null,
    },
    [0, 1, 2, status.write],
  );
  closeFd(status.write);
  if (!result.ok) {
    closeFd(status.read);
    throw new SysError(errnoNumber(result.errno), result.step, process.execPath);
  }
  return verdict(result.pid, status.read);
}

function verdict(pid: number, statusFd: number): Promise<number> {
  return new Promise((resolve) => {
    const finish = (code: number): void => {
      reader.close();
      for (const undo of undos) undo();
      resolve(code);
    };
    // The end of the pipe without a word says nothing yet: the exit code comes with SIGCHLD.
    const reader = watchReadable(
      statusFd,
      () => finish(0),
      () => {},
    );
    const undos = [
      keepAlive(),
      onChildExit((dead, ending) => {
        if (dead !== pid) return;
        reader.drain(1);
        finish(exitCode(ending));
      }),
      ...Object.entries(FORWARDED).map(([name, signal]) =>
        onSignal(name as NodeJS.Signals, () => void killProcess(pid, signal)),
      ),
    ];
  });
}

function exitCode(status: WaitStatus): number {
  if (status.kind === "exited") return status.code;
  return status.kind === "signaled" ? 128 + status.signal : 1;
}

export interface DaemonOptions {
  /** Null: stays where it is. */
  readonly directory: string | null;
  readonly umask: number;
}

/**
 * The second process lets go of the terminal: changes directory, makes 0, 1 and 2 `/dev/null`, and sets the umask. Gives the
 * errno's name when the directory cannot be entered (the rest is done all the same).
 */
export function letGo({ directory, umask }: DaemonOptions): string | null {
  const failure = directory === null ? null : failureOf(() => process.chdir(directory));
  const nowhere = openSync("/dev/null", constants.O_RDWR);
  for (const fd of [0, 1, 2]) checked(addon.dup2(nowhere, fd), "dup2");
  closeSync(nowhere);
  process.umask(umask);
  return failure;
}

/** The second process sends the first one home: what a start is to bring about has come about. */
export function daemonReady(): void {
  if (!isDaemonChild()) return;
  delete process.env[STATUS_VARIABLE];
  // The first process may have been killed: then nobody is waiting.
  failureOf(() => void writeSync(STATUS_FD, "1"));
  closeSync(STATUS_FD);
}
