/** A daemon under measurement: the original's or ours, on a folder of its own, alone with its configuration. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RpcConnection } from "./rpc.ts";

export type Subject = "original" | "ours";

const COMMANDS: Readonly<Record<Subject, string>> = {
  original: "/usr/bin/supervisord",
  ours: new URL("../../dist/supervisord", import.meta.url).pathname,
};

export interface Daemon {
  readonly subject: Subject;
  readonly folder: string;
  readonly pid: number;
  /** Milliseconds from exec to the first answered call. */
  readonly firstAnswer: number;
  readonly rpc: RpcConnection;
  /** Sends SIGTERM and waits for the end; milliseconds it took. */
  stop(): Promise<number>;
}

/**
 * Keeps a program and its children on one core: where two processes hand something to and fro, a virtual machine needs 20 µs
 * for each wake-up across cores, or none, as its scheduler happens to place them, and that would be all one measures.
 */
export const ON_ONE_CORE = ["taskset", "--cpu-list", "0"] as const;

/** `%F%` in the programs stands for the daemon's folder; `prefix` is put before its command. */
export async function startDaemon(
  subject: Subject,
  programs: string,
  minfds = 4096,
  prefix: readonly string[] = [],
): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), `bench-${subject}-`));
  const socket = join(folder, "s.sock");
  writeFileSync(
    join(folder, "s.conf"),
    `[supervisord]
logfile=${folder}/s.log
pidfile=${folder}/s.pid
childlogdir=${folder}
nodaemon=true
silent=true
minfds=${minfds}
user=root

[unix_http_server]
file=${socket}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

${programs.replaceAll("%F%", folder)}`,
  );
  const begun = performance.now();
  const [command = "", ...words] = [...prefix, COMMANDS[subject], "-n", "-c", join(folder, "s.conf")];
  const child = spawn(command, words, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  const ended = endOf(child);
  const rpc = await firstAnswer(socket, child);
  const firstAnswerMs = performance.now() - begun;
  const pid = child.pid ?? 0;
  return {
    subject,
    folder,
    pid,
    firstAnswer: firstAnswerMs,
    rpc,
    async stop() {
      rpc.close();
      const asked = performance.now();
      child.kill("SIGTERM");
      await ended;
      const took = performance.now() - asked;
      rmSync(folder, { recursive: true, force: true });
      return took;
    },
  };
}

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once("exit", () => resolve()));

async function firstAnswer(socket: string, child: ChildProcess): Promise<RpcConnection> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`);
    if (existsSync(socket)) {
      try {
        const rpc = await RpcConnection.open(socket);
        await rpc.call("supervisor.getState");
        return rpc;
      } catch {
        // Bound but not listening yet, or a socket file that is still being put in place.
      }
    }
    await pause(1);
  }
  throw new Error("the daemon did not answer within a minute");
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Processor seconds that a process has used, user and system together. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Times the kernel has put any thread of a process to sleep and woken it since it began. */
export function wakeups(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

/** Memory of a process in kilobytes. */
export function memory(pid: number): { rss: number; pss: number; dirty: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(rollup)?.[1] ?? 0);
  return { rss: field("Rss"), pss: field("Pss"), dirty: field("Private_Dirty") };
}

/** Waits until `check` holds, looking every `every` milliseconds. */
export async function until(
  check: () => boolean | Promise<boolean>,
  every = 2,
  limit = 120_000,
): Promise<void> {
  for (const deadline = performance.now() + limit; performance.now() < deadline; ) {
    if (await check()) return;
    await pause(every);
  }
  throw new Error("waited in vain");
}
