/** Starting programs, exactly as asked: the native addon's clone and exec (native/supervisord.c). */
import { addon } from "./addon.ts";
import { terminated, terminatedList } from "./bytes.ts";
import { errnoName } from "./errno.ts";

/** What a child is to be. Texts may hold escaped bytes (bytes.ts) but no NUL. */
export interface SpawnOptions {
  /** The program; one without a slash is looked for in `cwd`, not on PATH. */
  readonly file: string;
  readonly argv: readonly string[];
  /** The environment. Given the same map again, it is not encoded again: it must not change. */
  readonly env: ReadonlyMap<string, string>;
  /** Variables on top of it. */
  readonly ownEnv?: ReadonlyMap<string, string>;
  readonly cwd: string | null;
  readonly umask: number | null;
  /** Null: stays who we are. `groups` are all of its groups but `gid`. */
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | null;
  /** Our descriptors that become its 0, 1 and 2; it inherits no other. They stay open here. */
  readonly stdio: readonly [number, number, number];
  /** The soft limit on open files, never above the hard one; null leaves ours. */
  readonly nofileSoft: number | null;
}

export type SpawnStep =
  | "fork"
  | "setpgid"
  | "stdio"
  | "rlimit"
  | "setgroups"
  | "setgid"
  | "setuid"
  | "chdir"
  | "exec"
  | "begin";

/**
 * `pid` 0: there is no child (step `fork`). Otherwise there is one, which exits 127 when a step failed and is reaped as any
 * other. `begin` is a child that was stopped before its first step, and is killed. `late`: it has not come to its program
 * within a second, and nobody waits for it any more; where it then fails, its exit status of 127 is all that says so.
 */
export type SpawnResult =
  | { readonly ok: true; readonly pid: number; readonly late: boolean }
  | { readonly ok: false; readonly pid: number; readonly step: SpawnStep; readonly errno: string };

/** As the C file numbers them. */
const STEPS: readonly SpawnStep[] = [
  "fork",
  "setpgid",
  "stdio",
  "rlimit",
  "setgroups",
  "setgid",
  "setuid",
  "chdir",
  "exec",
  "begin",
];

/** No failing step: the child has not come to its program yet. */
const LATE = STEPS.length;

const stepAndErrno = new Int32Array(2);
const NO_GROUPS = new Uint32Array(0);

/**
 * Starts a program in a process group of its own, with every signal at its default and none blocked. Returns once it
 * runs the new program or has failed to, or after a second (three, where it was stopped before its first step). Throws only a TypeError for a text with a NUL in it.
 */
export const spawnProcess = (options: SpawnOptions): SpawnResult => start(options, options.stdio, false);

/** As {@link spawnProcess}, in a session of its own, with any number of descriptors as its 0, 1, 2 and on. */
export const spawnSession = (options: Omit<SpawnOptions, "stdio">, fds: readonly number[]): SpawnResult =>
  start(options, fds, true);

function start(options: Omit<SpawnOptions, "stdio">, fds: readonly number[], session: boolean): SpawnResult {
  const { argv, cwd, file, nofileSoft, umask, user } = options;
  const environment = encodeEnvironment(options.env, options.ownEnv ?? NO_VARIABLES);
  const pid = addon.spawn(
    terminated(file, "program name"),
    terminatedList(argv, "argument"),
    argv.length,
    environment.block,
    environment.count,
    cwd === null ? null : terminated(cwd, "directory"),
    umask ?? -1,
    user?.uid ?? -1,
    user?.gid ?? 0,
    user === null ? NO_GROUPS : Uint32Array.from(user.groups),
    Int32Array.from(fds),
    nofileSoft === null ? -1 : Math.min(nofileSoft, Number.MAX_SAFE_INTEGER),
    session ? 1 : 0,
    stepAndErrno,
  );
  if (pid < 0) return { ok: false, pid: 0, step: "fork", errno: errnoName(pid) };
  const [step = 0, errno = 0] = stepAndErrno;
  if (step === 0 || step === LATE) return { ok: true, pid, late: step === LATE };
  return { ok: false, pid, step: STEPS[step] ?? "exec", errno: errnoName(errno) };
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/** A daemon starts hundreds of programs in one environment, which may be large. */
const encoded = new WeakMap<ReadonlyMap<string, string>, Buffer>();

interface EncodedEnvironment {
  readonly block: Buffer;
  readonly count: number;
}

function encodeEnvironment(
  inherited: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): EncodedEnvironment {
  for (const name of own.keys()) {
    if (inherited.has(name)) return encodeEnvironment(new Map([...inherited, ...own]), NO_VARIABLES);
  }
  const block = encoded.get(inherited) ?? encodeVariables(inherited);
  encoded.set(inherited, block);
  const count = inherited.size + own.size;
  return { block: own.size === 0 ? block : Buffer.concat([block, encodeVariables(own)]), count };
}

function encodeVariables(variables: ReadonlyMap<string, string>): Buffer {
  const lines: string[] = [];
  for (const [name, value] of variables) lines.push(`${name}=${value}`);
  return terminatedList(lines, "environment variable");
}
