/** Disks that are full, broken or gone, and logs whose readers do not read: programs run on, and what was lost is told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  constants as fs,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { numbered, sha256, startOurs, Watched } from "../support/faults-daemon.ts";
import { makeShim, type Shim, smallDisk } from "../support/faults-shim.ts";

const once = { autostart: false, autorestart: false, startsecs: 0, startretries: 0 };
/** Writes 3 MB, more than any pipe and queue holds, and notes that it came to the end. */
const much = (name: string, options: Readonly<Record<string, string | number>>): string =>
  program(name, `/bin/sh -c "@PROGRAMS@/numbered.sh 0 30000; touch @DIR@/${name}.done"`, {
    ...once,
    stdout_logfile_maxbytes: 0,
    stderr_logfile: "NONE",
    ...options,
  });
const trickle = (name: string, options: Readonly<Record<string, string | number>>): string =>
  program(name, "@PROGRAMS@/trickle.sh 1000000", { ...once, stdout_logfile_maxbytes: 0, ...options });

describe("the disk", () => {
  let daemon: Daemon;
  let watched: Watched;
  let shim: Shim;
  const later: (() => unknown)[] = [];
  const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
  before(async () => {
    shim = makeShim(test);
    const disk = smallDisk(test, 1024);
    daemon = await startOurs(test, {
      config:
        head() +
        much("full", { stdout_logfile: `${disk}/full.log` }) +
        trickle("broken", {}) +
        trickle("vanishing", { stdout_logfile: "@DIR@/sub/vanishing.out" }) +
        much("nowhere", { stdout_logfile: "@DIR@/none/nowhere.out" }) +
        much("folder", { stdout_logfile: "@DIR@" }) +
        much("nobody", { stdout_logfile: "@DIR@/fifo-a" }) +
        much("unread", { stdout_logfile: "@DIR@/fifo-b" }),
      env: shim.env,
      files: { "sub/keep": "", "none/keep": "" },
    });
    spawnSync("mkfifo", [join(daemon.dir, "fifo-a"), join(daemon.dir, "fifo-b")]);
    watched = await Watched.from(daemon);
  });
  after(async () => {
    for (const fn of later.reverse()) await fn();
  });

  const start = (name: string): Promise<unknown> => daemon.rpc("supervisor.startProcess", name, false);
  const stop = (name: string): Promise<unknown> => daemon.rpc("supervisor.stopProcess", name, true);
  const ends = async (name: string): Promise<void> => {
    await until(`the end of ${name}`, () => daemon.read(`${name}.done`) !== undefined);
    await daemon.reach({ [name]: "EXITED" });
  };
  /** What the log says was lost of a file, in bytes. */
  const lost = (path: string): number => {
    const pattern = new RegExp(`log '${path}': (\\d+) bytes of output were lost`, "g");
    return [...daemon.log().matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const written = numbered(0, 30_000);

  it("full: the program ends as ever, the log is the beginning, and every byte is accounted for", async () => {
    const { path } = await logOf("full");
    await start("full");
    await ends("full");
    const kept = readFileSync(path);
    assert.equal(kept.length, 1 << 20);
    assert.equal(sha256(kept), sha256(written.subarray(0, kept.length)));
    await until("what was lost to be told", () => lost(path) === written.length - kept.length);
    assert.equal(daemon.logLines(/cannot write log .*full\.log.*ENOSPC/).length, 1);
    await watched.holdsNothingMore();
  });

  it("broken (EIO): output is dropped and counted until it can be written again, then goes on", async () => {
    const { path } = await logOf("broken");
    await start("broken");
    await daemon.reachFile("broken.out", /\n/);
    shim.failWrites({ errno: constants.errno.EIO, path });
    await daemon.reachLog(/cannot write log '[^']*broken\.out': EIO; its output is dropped/);
    const [during] = [readFileSync(path).length];
    assert.ok((await daemon.states())["broken"] === "RUNNING");
    shim.failWrites(null);
    await until("the end of the trouble", () => lost(path) > 0);
    await until("more output", () => readFileSync(path).length > during);
    await stop("broken");
    const kept = readFileSync(path);
    const whole = numbered(0, (kept.length + lost(path)) / 100);
    const gap = during + lost(path);
    assert.equal(sha256(kept), sha256(whole.subarray(0, during), whole.subarray(gap)));
    await watched.holdsNothingMore();
  });

  it("vanished folder, also on SIGUSR2: the program runs on, and its log is back when the folder is (vanished-directory)", async () => {
    const folder = join(daemon.dir, "sub");
    await start("vanishing");
    await daemon.reachFile("sub/vanishing.out", /\n/);
    rmSync(folder, { recursive: true });
    daemon.signal("SIGUSR2");
    await daemon.reachLog(/cannot write log '[^']*vanishing\.out': ENOENT; its output is dropped/);
    assert.equal((await daemon.states())["vanishing"], "RUNNING");
    mkdirSync(folder);
    await daemon.reachFile("sub/vanishing.out", /\n/);
    await until("what was lost to be told", () => lost(join(folder, "vanishing.out")) > 0);
    await stop("vanishing");
    await watched.holdsNothingMore();
  });

  it("no folder, or a folder in the file's place: the program alone fails, and says why", async () => {
    rmSync(join(daemon.dir, "none"), { recursive: true });
    for (const [name, code] of [
      ["nowhere", "ENOENT"],
      ["folder", "EISDIR"],
    ] as const) {
      const reason = `unknown error making dispatchers for '${name}': ${code}`;
      await assert.rejects(start(name), /SPAWN_ERROR/);
      const info = (await daemon.rpc("supervisor.getProcessInfo", name)) as {
        spawnerr: string;
        statename: string;
      };
      assert.deepEqual([info.statename, info.spawnerr], ["FATAL", reason]);
      assert.ok(daemon.logLines(/spawnerr/).includes(`INFO spawnerr: ${reason}`));
    }
    mkdirSync(join(daemon.dir, "none"));
    await start("nowhere");
    await ends("nowhere");
    assert.equal(sha256(readFileSync(join(daemon.dir, "none/nowhere.out"))), sha256(written));
    await watched.holdsNothingMore();
  });

  it("a FIFO that nobody reads: nobody waits, and what did not fit is told", async () => {
    await start("nobody");
    await ends("nobody");
    await daemon.reachLog(/fifo-a': \d+ bytes of output were lost/);
    assert.ok(lost(join(daemon.dir, "fifo-a")) > 1 << 20);
    await watched.holdsNothingMore();
  });

  it("a FIFO whose reader does not read: nobody waits, and what the reader finds is an unbroken beginning", async () => {
    const path = join(daemon.dir, "fifo-b");
    const reader = openSync(path, fs.O_RDONLY | fs.O_NONBLOCK);
    try {
      await start("unread");
      await ends("unread");
      await until("what was lost to be told", () => lost(path) > 0);
      const kept = readFileSync(reader);
      assert.ok(kept.length > 0);
      assert.equal(kept.length + lost(path), written.length);
      assert.equal(sha256(kept), sha256(written.subarray(0, kept.length)));
    } finally {
      closeSync(reader);
    }
    await watched.holdsNothingMore();
  });

  it("the daemon's own folder, moved away: it works on, and its log is back when the folder is", async () => {
    const aside = `${daemon.dir}-aside`;
    renameSync(daemon.dir, aside);
    try {
      daemon.signal("SIGUSR2");
      daemon.signal("SIGUSR2");
      assert.ok(!existsSync(daemon.dir));
      await until("the request in the log that was moved", () =>
        readFileSync(join(aside, "supervisord.log"), "latin1").includes("log reopen request\n"),
      );
    } finally {
      renameSync(aside, daemon.dir);
    }
    const lines = daemon.logLines(/supervisord logreopen/).length;
    daemon.signal("SIGUSR2");
    await until("the log to be written on", () => daemon.logLines(/supervisord logreopen/).length > lines);
    assert.ok((await daemon.rpc("supervisor.getState")) !== undefined);
  });

  it("leaves nothing behind", () => watched.isAtRest());

  const logOf = async (name: string): Promise<{ path: string }> => {
    const info = (await daemon.rpc("supervisor.getProcessInfo", name)) as { stdout_logfile: string };
    return { path: info.stdout_logfile };
  };
});
