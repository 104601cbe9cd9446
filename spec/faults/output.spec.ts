/** What children write is what stands in their logs, byte for byte, whatever happens to the files and the daemon's pace. */
import assert from "node:assert/strict";
import { existsSync, renameSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { filesOf, numbered, sha256, startOurs, Watched } from "../support/faults-daemon.ts";

const LINES = 20_000;
const LINE = 100;

const once = { autostart: false, autorestart: false, startsecs: 0, startretries: 0 };
const writer = (name: string, options: Readonly<Record<string, string | number | boolean>>): string =>
  program(name, `@PROGRAMS@/numbered.sh 0 ${LINES}`, { ...once, ...options });

/** Lines, over seven seconds: long enough for whatever is done to a file meanwhile. */
const TRICKLED = 1000;
const CONFIG =
  head() +
  writer("plain", { stdout_logfile_maxbytes: 0 }) +
  writer("rotated", { stdout_logfile_maxbytes: 70_000, stdout_logfile_backups: 40 }) +
  writer("few", { stdout_logfile_maxbytes: 70_000, stdout_logfile_backups: 2 }) +
  program("both", "@PROGRAMS@/numbered.sh 0 5000", {
    ...once,
    redirect_stderr: true,
    stdout_logfile_maxbytes: 0,
  }) +
  ["moved", "truncated", "removed"]
    .map((name) =>
      program(name, `@PROGRAMS@/trickle.sh ${TRICKLED}`, { ...once, stdout_logfile_maxbytes: 0 }),
    )
    .join("") +
  program("again", "@PROGRAMS@/append-numbers.sh @DIR@/again.count 500", {
    autostart: false,
    autorestart: true,
    startsecs: 0,
    stdout_logfile_maxbytes: 9_000,
    stdout_logfile_backups: 90,
  }) +
  program("instant", "/bin/echo here and gone", {
    ...once,
    numprocs: 40,
    process_name: "%(process_num)02d",
    stdout_logfile: "@DIR@/instant-%(process_num)02d.out",
    stderr_logfile: "NONE",
  });

const all = (name: string, daemon: Daemon) => filesOf(join(daemon.dir, `${name}.out`));

describe("output", () => {
  let daemon: Daemon;
  let watched: Watched;
  const later: (() => unknown)[] = [];
  before(async () => {
    daemon = await startOurs({ after: (fn) => later.push(fn as () => unknown) }, { config: CONFIG });
    watched = await Watched.from(daemon);
  });
  after(() => Promise.all(later.map((fn) => fn())));

  const runs = async (name: string): Promise<void> => {
    await daemon.rpc("supervisor.startProcess", name, false);
    await daemon.reach({ [name]: "EXITED" });
  };

  it("goes into a log that does not rotate as it was written", async () => {
    await runs("plain");
    assert.equal(sha256(...all("plain", daemon)), sha256(numbered(0, LINES)));
    await watched.holdsNothingMore();
  });

  it("goes through rotations without a byte lost, doubled or out of order", async () => {
    await runs("rotated");
    const files = all("rotated", daemon);
    assert.ok(files.length > 10, `${files.length} files`);
    assert.equal(sha256(...files), sha256(numbered(0, LINES)));
  });

  it("ends in the last files where backups are few: what is left is the end, unbroken", async () => {
    await runs("few");
    const files = all("few", daemon);
    assert.equal(files.length, 3);
    const kept = Buffer.concat(files);
    assert.ok(kept.length >= 70_000);
    assert.equal(sha256(kept), sha256(numbered(0, LINES).subarray(-kept.length)));
  });

  it("of children that die within a millisecond is there", async () => {
    await daemon.rpc("supervisor.startProcessGroup", "instant", true);
    await until("all to have ended", async () => {
      const states = Object.values(await daemon.states());
      return states.filter((state) => state === "EXITED").length >= 43;
    });
    for (let n = 0; n < 40; n++) {
      const name = `instant-${String(n).padStart(2, "0")}.out`;
      assert.equal(daemon.read(name), "here and gone\n", name);
    }
    await watched.holdsNothingMore();
  });

  it("goes over restarts without a gap, also those by kill -9", async () => {
    await daemon.rpc("supervisor.startProcess", "again", false);
    for (let lives = 1; lives <= 3; lives++) {
      await daemon.reachFile("again.count", new RegExp(`^${lives * 500}\n`));
      await until("its output", () => Buffer.concat(all("again", daemon)).length === lives * 500 * LINE);
      const info = (await daemon.rpc("supervisor.getProcessInfo", "again")) as { pid: number };
      process.kill(info.pid, "SIGKILL");
    }
    await daemon.reachFile("again.count", /^2000\n/);
    await daemon.rpc("supervisor.stopProcess", "again", true);
    assert.equal(sha256(...all("again", daemon)), sha256(numbered(0, 2000)));
    await watched.holdsNothingMore();
  });

  describe("while others work on its file", { concurrency: 3 }, () => {
    const starts = async (name: string): Promise<string> => {
      const path = join(daemon.dir, `${name}.out`);
      await daemon.rpc("supervisor.startProcess", name, false);
      await until("output", () => existsSync(path) && (all(name, daemon)[0]?.length ?? 0) > 0);
      return path;
    };
    /** What is there is the end of what was written: nothing is missing in it. */
    const isTheEnd = async (name: string): Promise<void> => {
      await daemon.reach({ [name]: "EXITED" });
      const kept = Buffer.concat(all(name, daemon));
      assert.ok(kept.length > 0 && kept.length < TRICKLED * LINE, `${kept.length} bytes`);
      assert.equal(sha256(kept), sha256(numbered(0, TRICKLED).subarray(-kept.length)));
    };

    it("follows logrotate: moved away and SIGUSR2 as often as one likes", async () => {
      const path = await starts("moved");
      const moved: string[] = [];
      for (let round = 0; round < 5; round++) {
        await until("output", () => existsSync(path) && all("moved", daemon)[0]?.length !== 0);
        moved.push(`${path}-${round}`);
        renameSync(path, `${path}-${round}`);
        const told = daemon.logLines(/supervisord logreopen/).length;
        daemon.signal("SIGUSR2");
        await until("the reopening", () => daemon.logLines(/supervisord logreopen/).length > told);
      }
      await daemon.reach({ moved: "EXITED" });
      const parts = [...moved, path].flatMap((name) => filesOf(name));
      assert.equal(parts.length, 6);
      assert.equal(sha256(...parts), sha256(numbered(0, TRICKLED)));
    });

    it("goes on at the beginning of a truncated file (copytruncate), without a hole", async () => {
      truncateSync(await starts("truncated"));
      await isTheEnd("truncated");
    });

    it("makes a removed file anew within a second of output", async () => {
      const path = await starts("removed");
      unlinkSync(path);
      await until("the file to be there again", () => existsSync(path));
      await isTheEnd("removed");
    });
  });

  it("leaves nothing behind", () => watched.isAtRest());
});
