import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type ActivityLogOptions, openActivityLog } from "../../lib/log/activity-log.ts";
import { openLogFile } from "../../lib/log/log-file.ts";
import { until } from "../support/log-fixtures.ts";

/** A file system of 64 KiB; needs root, as the daemon's own specs do. */
function smallDisk(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "log-spec-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
  assert.equal(mounted.status, 0, mounted.stderr.toString());
  test.after(() => {
    spawnSync("umount", ["-l", folder]);
    rmdirSync(folder);
  });
  return folder;
}

const options = (path: string): ActivityLogOptions => ({
  target: { kind: "file", path },
  maxbytes: 0,
  backups: 0,
  level: "info",
  stdout: false,
  ident: "spec",
});

describe("a full disk", () => {
  it("costs output, which is counted and reported once, and nothing else (full-disk)", async (test) => {
    const disk = smallDisk(test);
    const path = join(disk, "x.log");
    const told: string[] = [];
    const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: (text) => told.push(text) });
    const line = Buffer.from(`${"x".repeat(999)}\n`);
    let taken = 0;
    for (let i = 0; i < 200; i++) taken += log.write(line);
    assert.equal(taken, 65536);
    assert.equal(readFileSync(path).length, taken);
    assert.deepEqual(told, [
      `cannot write log '${path}': ENOSPC; its output is dropped until it can be written again`,
    ]);
    writeFileSync(path, "");
    let offered = 200_000;
    await until("the end of the trouble is told", () => {
      taken += log.write(Buffer.from("y"));
      offered += 1;
      return told.length > 1;
    });
    assert.deepEqual(told.slice(1), [`log '${path}': ${offered - taken} bytes of output were lost`]);
    log.close();
  });

  it("does not stop rotation, which makes room", (test) => {
    const disk = smallDisk(test);
    const path = join(disk, "x.log");
    const told: string[] = [];
    const log = openLogFile({ path, maxbytes: 20_000, backups: 1, onTrouble: (text) => told.push(text) });
    const line = Buffer.from(`${"x".repeat(999)}\n`);
    for (let i = 0; i < 500; i++) assert.equal(log.write(line), 1000);
    assert.deepEqual(told, []);
    log.close();
  });

  for (const many of [false, true])
    it(`loses whole lines of the activity log and tells how many, of ${many ? "many at once" : "single ones"}`, (test) => {
      const disk = smallDisk(test);
      const path = join(disk, "supervisord.log");
      const now = (): number => new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
      const log = openActivityLog({ ...options(path), now });
      writeFileSync(join(disk, "filler"), "f".repeat(60_000), { flag: "a" });
      const say = () => {
        for (let i = 0; i < 100; i++) log.info(`line ${i} ${"x".repeat(80)}`);
      };
      if (many) log.together(say);
      else say();
      const full = readFileSync(path, "latin1");
      const whole = full.split("\n").length - 1;
      assert.ok(whole > 10 && whole < 90, String(whole));
      rmSync(join(disk, "filler"));
      log.info("again");
      log.info("and again");
      const after = readFileSync(path, "latin1").slice(full.length).split("\n");
      assert.deepEqual(
        after.filter((text) => text !== ""),
        [
          "2026-01-02 03:04:05,006 INFO again",
          `2026-01-02 03:04:05,006 WARN ${100 - whole} lines before this one could not be written`,
          "2026-01-02 03:04:05,006 INFO and again",
        ],
      );
      log.close();
    });

  it("counts the lines of entries that were cut one after the other", (test) => {
    const disk = smallDisk(test);
    const path = join(disk, "supervisord.log");
    const filler = join(disk, "filler");
    const log = openActivityLog(options(path));
    // Lines of 123 bytes, of which no number fills whole pages.
    const say = (name: string) =>
      log.together(() => {
        for (let i = 0; i < 100; i++) log.info(`${name} ${String(i).padStart(3, "0")} ${"x".repeat(85)}`);
      });
    const whole = () => readFileSync(path, "latin1").match(/ INFO [ab] \d{3} x{85}$/gm)?.length ?? 0;
    writeFileSync(filler, "f".repeat(14 * 4096));
    say("a");
    truncateSync(filler, 13 * 4096);
    say("b");
    assert.ok(whole() > 60 && whole() < 130, String(whole()));
    rmSync(filler);
    log.info("again");
    assert.match(
      readFileSync(path, "latin1"),
      new RegExp(` WARN ${200 - whole()} lines before this one could not be written\\n$`),
    );
    log.close();
  });

  it("is what /dev/full is: every write fails, nothing throws", () => {
    const told: string[] = [];
    const log = openLogFile({
      path: "/dev/full",
      maxbytes: 10,
      backups: 3,
      onTrouble: (text) => told.push(text),
    });
    assert.equal(log.regular, false);
    for (let i = 0; i < 10; i++) assert.equal(log.write(Buffer.from("0123456789")), 0);
    assert.equal(log.clear(), "ok");
    log.close();
    assert.deepEqual(told, [
      "cannot write log '/dev/full': ENOSPC; its output is dropped until it can be written again",
      "log '/dev/full': 100 bytes of output were lost",
    ]);
  });
});
