/** Our daemon under a fault: what it holds before and after, and that it has come to rest again. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { TestContext } from "node:test";
import { childrenOf, Daemon, type Launch } from "./daemon-process.ts";
import { OURS } from "./daemon-subject.ts";
import { pause, until } from "./daemon-wait.ts";

export const FAULTS = new URL("../../fixtures/faults", import.meta.url).pathname;

/** Ours, gone with everything it started after the test. */
export async function startOurs(test: Pick<TestContext, "after">, launch: Launch): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, launch);
  test.after(() => daemon.destroy());
  return daemon;
}

/** What each descriptor of a process stands for. */
export function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`${folder}/${fd}`)}`];
    } catch {
      return [];
    }
  });
}

const statusField = (pid: number, name: string): number => {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  assert.ok(found, `${name} in the status of ${pid}`);
  return Number(found[1]);
};

/** Resident memory in bytes. */
export const residentOf = (pid: number): number => statusField(pid, "VmRSS") * 1024;

/** How often the main thread has gone to sleep. */
export const sleepsOf = (pid: number): number => statusField(pid, "voluntary_ctxt_switches");

/** A process's state letter (`S`, `T`, `Z`), or null where there is none. */
export function stateOf(pid: number): string | null {
  try {
    return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The daemon's children that have ended and were not reaped. */
export const zombiesOf = (daemon: Daemon): number[] =>
  childrenOf(daemon.pid).filter((pid) => stateOf(pid) === "Z");

/** Memory that a fault may leave behind: what V8 keeps of a burst, far below what a leak of buffers comes to. */
const SLACK_BYTES = 48 << 20;
/** So long nothing may happen for the daemon to be at rest: longer than any period of ours. */
const REST_MS = 1200;

/** A daemon whose descriptors and memory were noted while nothing was wrong. */
export class Watched {
  readonly daemon: Daemon;
  readonly #descriptors: readonly string[];
  readonly #resident: number;

  private constructor(daemon: Daemon) {
    this.daemon = daemon;
    this.#descriptors = descriptorsOf(daemon.pid);
    this.#resident = residentOf(daemon.pid);
  }

  /** Notes what it holds now; what a first request opens for good is opened before. */
  static async from(daemon: Daemon): Promise<Watched> {
    await daemon.rpc("supervisor.getAllProcessInfo");
    let held = -1;
    await until("descriptors that stay as they are", async () => {
      const before = held;
      held = descriptorsOf(daemon.pid).length;
      await pause(50);
      return held === before;
    });
    return new Watched(daemon);
  }

  /** Waits until no descriptor and no zombie is left that was not there before; nothing went wrong inside. */
  async holdsNothingMore(): Promise<void> {
    const { daemon } = this;
    const most = this.#descriptors.length;
    try {
      await until(
        "descriptors and zombies to be gone",
        () => descriptorsOf(daemon.pid).length <= most && zombiesOf(daemon).length === 0,
      );
    } catch (cause) {
      const now = descriptorsOf(daemon.pid).join("\n");
      const told = `before:\n${this.#descriptors.join("\n")}\nnow:\n${now}\n${daemon.log().slice(-3000)}`;
      throw new Error(told, { cause });
    }
    assert.deepEqual(daemon.logLines(/internal error|unexpected exception|Server Error/), []);
  }

  /** And it sleeps: no timer goes on, nothing spins, memory is about what it was. */
  async isAtRest(): Promise<void> {
    await this.holdsNothingMore();
    const { pid } = this.daemon;
    await until("a daemon that sleeps", async () => {
      const sleeps = sleepsOf(pid);
      await pause(REST_MS);
      return sleepsOf(pid) === sleeps;
    });
    // Memory is given back a few seconds after the last of the work.
    await until(
      `resident memory, now ${residentOf(pid)}, to be again about ${this.#resident}`,
      () => residentOf(pid) - this.#resident < SLACK_BYTES,
    );
  }
}

export const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(typeof part === "string" ? Buffer.from(part, "latin1") : part);
  return hash.digest("hex");
};

/** The lines that fixtures/programs/numbered.sh writes. */
export function numbered(from: number, count: number): Buffer {
  const lines: string[] = [];
  for (let n = from; n < from + count; n++) {
    lines.push(`${String(n).padStart(8, "0")} ${String(n).padStart(90, "0")}\n`);
  }
  return Buffer.from(lines.join(""), "latin1");
}

/** A log with its backups, the oldest first: in the order in which it was written. */
export function filesOf(path: string): Buffer[] {
  const parts: Buffer[] = [];
  for (let n = 1; existsSync(`${path}.${n}`); n++) parts.unshift(readFileSync(`${path}.${n}`));
  return [...parts, readFileSync(path)];
}
