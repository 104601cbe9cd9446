/** Starting a child: files, pipes, user, environment, and the original's words for each thing that can fail. */
import type { OutputChannel } from "../events/event.ts";
import type { ChannelLog } from "../log/child-log.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { codeOf } from "../sys/error-code.ts";
import { closeFd, makePipe } from "../sys/pipes.ts";
import { killProcess } from "../sys/signals.ts";
import { type SpawnOptions, type SpawnResult, spawnProcess } from "../sys/spawn.ts";
import { currentUid, supplementaryGroups, userById } from "../sys/users.ts";
import { writeAll } from "../sys/write-all.ts";
import { openWriter } from "../sys/writer.ts";
import { Child } from "./child.ts";
import { childVariables } from "./child-environment.ts";
import type { ResolvedCommand } from "./command.ts";
import type { Engine } from "./engine.ts";

const SIGKILL = 9;

/** What may wait in a child's stdin queue: beyond it sendProcessStdin is refused. */
const STDIN = { maxQueue: 16 * 1024 * 1024 };

/** How one process is plugged in: its logs, and what else wants to see its output. */
export interface Wiring {
  /** Opens the log of a channel; throws the system's error where it can't. */
  openLog(channel: OutputChannel): ChannelLog;
  onOutputEnd(channel: OutputChannel, fd: number): void;
  readonly stdoutTap: ((chunk: Uint8Array) => void) | null;
  /** A descriptor that becomes the child's stdin (FastCGI); null for a pipe of ours. */
  readonly stdin: number | null;
}

export type Launched =
  | { readonly ok: true; readonly child: Child }
  | { readonly ok: false; readonly reason: string };

type User = { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };

const failed = (reason: string): Launched => ({ ok: false, reason });

/** Starts a process. Whatever goes wrong before there is a child is a reason for its spawnerr. */
export function launch(
  spec: ProcessSpec,
  command: ResolvedCommand,
  group: string,
  engine: Engine,
  wiring: Wiring,
): Launched {
  if (!command.ok) return failed(command.text);

  const user = userOf(spec);
  if (typeof user === "string") return failed(user);

  const opened = openAll(spec, wiring);
  if (typeof opened === "string") return failed(opened);
  const { stdin, stdout, stderr } = opened;

  const result = spawnOr(opened.abandon, {
    file: command.file,
    argv: command.argv,
    env: engine.environment,
    ownEnv: childVariables(spec, group, engine.serverurl),
    cwd: spec.directory,
    umask: spec.umask,
    user,
    stdio: [wiring.stdin ?? stdin.read, stdout.write, stderr?.write ?? stdout.write],
    nofileSoft: engine.nofileSoft,
  });
  if (!result.ok && result.pid === 0) {
    opened.abandon();
    return failed(forkFailure(spec.name, result.errno));
  }
  if (result.ok && result.late) {
    engine.log.warn(
      `'${spec.name}' (pid ${result.pid}) does not come to run ${command.file}: ` +
        "it was stopped, or a file system does not answer; not waiting for it",
    );
  }
  if (!result.ok) writeAll((stderr ?? stdout).write, Buffer.from(childFailure(spec, command.argv, result)));

  closeFd(stdin.read);
  closeFd(stdout.write);
  if (stderr !== null) closeFd(stderr.write);
  if (wiring.stdin !== null) closeFd(stdin.write);
  const unread = new Set(stderr === null ? [stdout.read] : [stdout.read, stderr.read]);
  let child: Child | null = null;
  try {
    const started = new Child(result.pid, wiring.stdin === null ? openWriter(stdin.write, STDIN) : null);
    child = started;
    const read = (channel: OutputChannel, fd: number, log: ChannelLog, tap: Wiring["stdoutTap"]): void => {
      unread.delete(fd);
      started.read(channel, fd, log, () => wiring.onOutputEnd(channel, fd), tap);
    };
    read("stdout", stdout.read, opened.stdoutLog, wiring.stdoutTap);
    if (stderr !== null && opened.stderrLog !== null) read("stderr", stderr.read, opened.stderrLog, null);
    return { ok: true, child: started };
  } catch (error) {
    // A child that nobody can hear must not live on beside the next one.
    killProcess(result.pid, SIGKILL);
    engine.adopt(result.pid, { reaped: () => {} });
    child?.finish();
    opened.stdoutLog.close();
    opened.stderrLog?.close();
    for (const fd of unread) closeFd(fd);
    return failed(exhausted(spec, error) ?? `unknown error starting '${spec.name}': ${codeOf(error)}`);
  }
}

/** What throws here (a NUL in an argument) leaves nothing open. */
function spawnOr(abandon: () => void, options: SpawnOptions): SpawnResult {
  try {
    return spawnProcess(options);
  } catch (error) {
    abandon();
    throw error;
  }
}

interface Opened {
  readonly stdin: Pipe;
  readonly stdout: Pipe;
  readonly stderr: Pipe | null;
  readonly stdoutLog: ChannelLog;
  readonly stderrLog: ChannelLog | null;
  abandon(): void;
}

type Pipe = { readonly read: number; readonly write: number };

/** All pipes and logs of a child, or none of them and the reason. */
function openAll(spec: ProcessSpec, wiring: Wiring): Opened | string {
  const pipes: Pipe[] = [];
  const logs: ChannelLog[] = [];
  const abandon = () => {
    for (const log of logs) log.close();
    for (const pipe of pipes) {
      closeFd(pipe.read);
      closeFd(pipe.write);
    }
  };
  const pipe = (): Pipe => {
    const made = makePipe();
    pipes.push(made);
    return made;
  };
  const log = (channel: OutputChannel): ChannelLog => {
    const opened = wiring.openLog(channel);
    logs.push(opened);
    return opened;
  };
  try {
    return {
      stdin: pipe(),
      stdout: pipe(),
      stderr: spec.redirectStderr ? null : pipe(),
      stdoutLog: log("stdout"),
      stderrLog: spec.redirectStderr ? null : log("stderr"),
      abandon,
    };
  } catch (error) {
    abandon();
    return exhausted(spec, error) ?? `unknown error making dispatchers for '${spec.name}': ${codeOf(error)}`;
  }
}

/** The reason where the system has no descriptor left, which anything that opens a file may meet. */
function exhausted(spec: ProcessSpec, error: unknown): string | null {
  return ["EMFILE", "ENFILE"].includes(codeOf(error)) ? `too many open files to spawn '${spec.name}'` : null;
}

/** The user to become, null for none, or why there is no such user: looked up anew at each start. */
function userOf(spec: ProcessSpec): User | null | string {
  if (spec.uid === null || spec.uid === currentUid()) return null;
  try {
    const entry = userById(spec.uid);
    if (entry === null) return `couldn't setuid to ${spec.uid}: Can't find uid ${spec.uid}`;
    return { uid: entry.uid, gid: entry.gid, groups: supplementaryGroups(entry.name, entry.gid) };
  } catch (error) {
    return exhausted(spec, error) ?? `couldn't setuid to ${spec.uid}: ${codeOf(error)}`;
  }
}

function forkFailure(name: string, errno: string): string {
  if (errno === "EAGAIN") return `Too many processes in process table to spawn '${name}'`;
  return `unknown error during fork for '${name}': ${errno}`;
}

/** What the original's child writes to its stderr before it exits with 127 (supervisor.md section 3.8). */
function childFailure(
  spec: ProcessSpec,
  argv: readonly string[],
  failure: Extract<SpawnResult, { ok: false }>,
): string {
  return `supervisor: ${failureText(spec, argv, failure)}\nsupervisor: child process was not spawned\n`;
}

function failureText(
  spec: ProcessSpec,
  argv: readonly string[],
  { step, errno }: Extract<SpawnResult, { ok: false }>,
): string {
  switch (step) {
    case "setgroups":
    case "setgid":
    case "setuid":
      return `couldn't setuid to ${spec.uid}: ${setuidText(step, errno)}`;
    case "chdir":
      return `couldn't chdir to ${spec.directory}: ${errno}`;
    case "exec":
      return `couldn't exec ${argv[0]}: ${errno}`;
    default:
      return `couldn't ${step}: ${errno}`;
  }
}

function setuidText(step: "setgroups" | "setgid" | "setuid", errno: string): string {
  if (currentUid() !== 0) return "Can't drop privilege as nonroot user";
  if (step === "setgroups") return "Could not set groups of effective user";
  return step === "setgid" ? "Could not set group id of effective user" : errno;
}
