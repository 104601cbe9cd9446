/** Running programs through lib/sys and waiting for what they do. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addon } from "../../lib/sys/addon.ts";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { watchReadable } from "../../lib/sys/reader.ts";
import { onChildExit, type WaitStatus } from "../../lib/sys/reap.ts";
import { type SpawnOptions, type SpawnResult, spawnProcess } from "../../lib/sys/spawn.ts";
import { checked } from "../../lib/sys/sys-error.ts";

export const PATH_ONLY: ReadonlyMap<string, string> = new Map([["PATH", "/usr/local/bin:/usr/bin:/bin"]]);

/** A program with nothing special about it, its stdio ours. */
export const plain = (argv: readonly string[], more: Partial<SpawnOptions> = {}): SpawnOptions => ({
  file: argv[0] ?? "",
  argv,
  env: PATH_ONLY,
  cwd: null,
  umask: null,
  user: null,
  stdio: [0, 1, 2],
  nofileSoft: null,
  ...more,
});

const ended = new Map<number, WaitStatus>();
const waiting = new Map<number, (status: WaitStatus) => void>();

// Children that ended before anybody asked are kept.
onChildExit((pid, status) => {
  const waiter = waiting.get(pid);
  waiting.delete(pid);
  if (waiter === undefined) ended.set(pid, status);
  else waiter(status);
});

/** How a child of ours ended; rejects when it has not after `ms`. */
export function exitOf(pid: number, ms = 60_000): Promise<WaitStatus> {
  const known = ended.get(pid);
  ended.delete(pid);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`pid ${pid} did not end in ${ms} ms`)), ms);
    waiting.set(pid, (status) => {
      clearTimeout(timer);
      resolve(status);
    });
  });
}

export interface Outcome {
  readonly result: SpawnResult;
  readonly status: WaitStatus;
  /** Both its outputs. */
  readonly output: string;
}

/** Runs a program to its end with stdin closed at once and a pipe for both outputs. */
export async function run(
  argv: readonly string[],
  more: Partial<SpawnOptions> = {},
  ms?: number,
): Promise<Outcome> {
  const input = makePipe();
  const output = makePipe();
  closeFd(input.write);
  const result = spawnProcess(plain(argv, { stdio: [input.read, output.write, output.write], ...more }));
  closeFd(input.read);
  closeFd(output.write);
  const chunks: Buffer[] = [];
  const all = new Promise<void>((resolve) => {
    watchReadable(
      output.read,
      (chunk) => chunks.push(Buffer.from(chunk)),
      () => resolve(),
    );
  });
  if (result.pid === 0) return { result, status: { kind: "unknown", raw: 0 }, output: "" };
  const status = await exitOf(result.pid, ms);
  await all;
  return { result, status, output: Buffer.concat(chunks).toString() };
}

/** One field of `/proc/PID/status`. */
export const field = (status: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*?)\\s*$`, "m").exec(status)?.[1] ?? "";

/** Waits until a condition holds; rejects with `what` when it does not within `ms`. */
export async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * What a descriptor of ours stands for (`pipe:[4711]`), null when it is closed. That a number is open says nothing: the
 * transpiler's cache is written by other threads, and they take numbers that have just become free.
 */
export function behind(fd: number | string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

/** The pipes that we have open, an entry for each end. */
export const openPipes = (): string[] =>
  readdirSync("/proc/self/fd")
    .flatMap((fd) => behind(fd) ?? [])
    .filter((what) => what.startsWith("pipe:"))
    .sort();

/** Orphans among our descendants become our children (and so are reaped), as they do when we are pid 1. */
export const adoptOrphans = (on: boolean): void => void checked(addon.subreaper(on ? 1 : 0), "prctl");

/** A directory of its own for the duration of `use`. */
export async function inTemporaryDirectory<T>(use: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "sys-spec-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs `during` with uncaught exceptions collected instead of failing the spec that is running. */
export async function collectUncaught(during: () => Promise<void>): Promise<unknown[]> {
  const others = process.listeners("uncaughtException");
  const errors: unknown[] = [];
  const collect = (error: unknown): void => void errors.push(error);
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", collect);
  try {
    await during();
  } finally {
    process.off("uncaughtException", collect);
    for (const listener of others) process.on("uncaughtException", listener);
  }
  return errors;
}

/** Runs one of `fixtures/` as a program of its own. */
export function runFixture(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  ms?: number,
): Promise<Outcome> {
  const path = new URL(`../../fixtures/${name}`, import.meta.url).pathname;
  const argv = [process.execPath, "--import", "tsx", path, ...args];
  return run(argv, { env: new Map([...PATH_ONLY, ...Object.entries(env)]) }, ms);
}
