/** What programs print on the daemon's own standard output, as in containers, while its reader is slow: nothing is lost. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { BASE_ENV, OURS, PROGRAMS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { numbered, sha256 } from "../support/faults-daemon.ts";

/** A daemon whose standard output is a pipe that nobody reads until somebody asks for its stream. */
interface Extras {
  /** The text of a module beside the configuration. */
  readonly plugin?: string;
  /** False: the activity log goes to standard output as well. */
  readonly silent?: boolean;
}

function start(test: TestContext, programs: string, { plugin = "", silent = true }: Extras = {}) {
  const dir = mkdtempSync(join(tmpdir(), "slow-reader-"));
  writeFileSync(join(dir, "plugin.mjs"), plugin);
  const config = join(dir, "s.conf");
  writeFileSync(
    config,
    `[supervisord]\nnodaemon=true\nsilent=${silent}\nlogfile=${dir}/s.log\npidfile=${dir}/s.pid\nchildlogdir=${dir}\n${programs}`,
  );
  const daemon: ChildProcessByStdio<null, Readable, null> = spawn(OURS.daemon, ["-c", config], {
    stdio: ["ignore", "pipe", "inherit"],
    env: BASE_ENV,
  });
  const ended = new Promise<number | null>((resolve) => daemon.once("exit", resolve));
  test.after(async () => {
    daemon.kill("SIGKILL");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  });
  const log = () => readFileSync(join(dir, "s.log"), "latin1");
  const has = (pattern: RegExp) => until(`${pattern} in the log`, () => pattern.test(log()));
  return { daemon, ended, log, has, dir };
}

const section = (name: string, from: number, count: number, more = ""): string =>
  `[program:${name}]\ncommand=${PROGRAMS}/numbered.sh ${from} ${count}\nstdout_logfile=/dev/stdout\nstartsecs=0\n` +
  `autorestart=false\nstderr_logfile=NONE\n${more}`;

/** Reads a piece at a time, with a rest after each, until `length` bytes have come. */
async function readSlowly(stream: Readable, length: number, restMs: number): Promise<Buffer> {
  const got: Buffer[] = [];
  let count = 0;
  for await (const piece of stream) {
    got.push(piece as Buffer);
    count += (piece as Buffer).length;
    if (count >= length) break;
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  return Buffer.concat(got);
}

describe("a slow reader of the daemon's standard output (non-seekable)", () => {
  it("gets all that a program printed, in order, also when it comes after the program's end", async (test) => {
    const { daemon, has, log } = start(test, section("early", 0, 5000));
    await has(/exited: early/);
    const written = numbered(0, 5000);
    assert.equal(sha256(await readSlowly(daemon.stdout, written.length, 5)), sha256(written));
    assert.doesNotMatch(log(), /lost/);
  });

  it("holds up who prints more than can wait, and none of it is lost", async (test) => {
    const { daemon, log } = start(test, section("much", 0, 60_000));
    const written = numbered(0, 60_000);
    assert.equal(sha256(await readSlowly(daemon.stdout, written.length, 2)), sha256(written));
    assert.doesNotMatch(log(), /lost/);
  });

  it("gets every byte of several programs", async (test) => {
    const names = ["a", "b", "c", "d"];
    const { daemon, log } = start(test, names.map((name) => section(name, 0, 15_000)).join(""));
    const length = numbered(0, 15_000).length * names.length;
    const all = await readSlowly(daemon.stdout, length, 2);
    assert.equal(all.length, length);
    // Pieces of several programs may meet within a line; what they consist of is the same.
    const tally = (bytes: Buffer): number[] => {
      const counts = new Array<number>(256).fill(0);
      for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
      return counts;
    };
    assert.deepEqual(
      tally(all),
      tally(numbered(0, 15_000)).map((count) => count * names.length),
    );
    assert.doesNotMatch(log(), /lost/);
  });

  it("gets the rest before the daemon leaves", async (test) => {
    const { daemon, ended, has, log } = start(test, section("last", 0, 8000));
    await has(/exited: last/);
    daemon.kill("SIGTERM");
    await has(/received SIGTERM/);
    const written = numbered(0, 8000);
    assert.equal(sha256(await readSlowly(daemon.stdout, written.length, 5)), sha256(written));
    assert.equal(await ended, 0);
    assert.doesNotMatch(log(), /lost/);
  });

  it("gets the rest whatever signals come while the daemon leaves, and they do not change its exit status", async (test) => {
    const plugin =
      'let made = 0;\nexport const make = () => {\n  if (made++ > 0) throw new Error("once");\n  return {};\n};\n';
    const namespace = "[rpcinterface:once]\nsupervisor.rpcinterface_factory=./plugin.mjs:make\n";
    const server = "[unix_http_server]\nfile=%(here)s/s.sock\n";
    const { daemon, ended, has, log, dir } = start(test, section("last", 0, 8000) + server + namespace, {
      plugin,
    });
    await has(/exited: last/);
    // Neither the configuration nor the one before can be had again: that ends it with status 2.
    daemon.kill("SIGHUP");
    await has(/going on with the one before|Could not make once/);
    await until("the end of the pidfile", () => !existsSync(join(dir, "s.pid")));
    for (const signal of ["SIGHUP", "SIGUSR2", "SIGTERM"] as const) daemon.kill(signal);
    await has(/ignored SIGHUP indicating restart request \(shutdown in progress\)/);
    await has(/received SIGTERM indicating exit request/);
    const written = numbered(0, 8000);
    assert.equal(sha256(await readSlowly(daemon.stdout, written.length, 5)), sha256(written));
    assert.equal(await ended, 2);
    assert.doesNotMatch(log(), /lost/);
  });

  it("that takes nothing any more delays the end by one patience, not by one for each who waits", async (test) => {
    const { daemon, ended, has } = start(test, section("stuck", 0, 8000), { silent: false });
    await has(/exited: stuck/);
    const asked = performance.now();
    daemon.kill("SIGTERM");
    assert.equal(await ended, 0);
    assert.ok(performance.now() - asked < 9000);
  });
});
