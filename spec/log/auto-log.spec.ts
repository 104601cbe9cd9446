import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { cleanAutoLogs, createAutoLog, openLogForReading } from "../../lib/log/auto-log.ts";
import { clearLogPath, openLogFile } from "../../lib/log/log-file.ts";
import { processName } from "../../lib/sys/signals.ts";
import { until } from "../support/daemon-wait.ts";
import { temporaryFolder } from "../support/log-fixtures.ts";

describe("AUTO logs", () => {
  it("have the original's name and are for their owner only", (test) => {
    const directory = temporaryFolder(test);
    const path = createAutoLog({ directory, process: "web_00", channel: "stderr", identifier: "supervisor" });
    assert.equal(dirname(path), directory);
    assert.match(basename(path), /^web_00-stderr---supervisor-[a-z0-9_]{8}\.log$/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const other = createAutoLog({
      directory,
      process: "web_00",
      channel: "stderr",
      identifier: "supervisor",
    });
    assert.notEqual(other, path);
  });

  it("stay for their owner only, through rotations and when they are cleared (auto-log-own)", (test) => {
    const directory = temporaryFolder(test);
    const path = createAutoLog({ directory, process: "p", channel: "stdout", identifier: "s" });
    const log = openLogFile({ path, maxbytes: 4, backups: 2, onTrouble: assert.fail });
    for (const word of ["one.", "two.", "six"]) log.write(Buffer.from(word));
    assert.equal(log.clear(), "ok");
    log.write(Buffer.from("x"));
    log.close();
    assert.equal(clearLogPath(path), "ok");
    for (const name of [path, `${path}.1`, `${path}.2`])
      assert.equal(statSync(name).mode & 0o777, 0o600, name);
  });

  it("are never written or read through what somebody else has put in their place (auto-log-own)", (test) => {
    const directory = temporaryFolder(test);
    const victim = join(directory, "victim");
    writeFileSync(victim, "precious\n");
    const path = createAutoLog({ directory, process: "p", channel: "stdout", identifier: "s" });
    const put = (place: () => void): void => {
      rmSync(path);
      place();
    };
    const written = (): string => {
      const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: assert.fail });
      log.write(Buffer.from("output\n"));
      log.close();
      assert.ok(lstatSync(path).isFile());
      assert.equal(readFileSync(victim, "utf8"), "precious\n");
      return readFileSync(path, "utf8");
    };
    put(() => symlinkSync(victim, path));
    assert.throws(() => openLogForReading(path), { code: "ELOOP" });
    assert.equal(written(), "output\n");
    put(() => linkSync(victim, path));
    assert.equal(written(), "output\n");
    put(() => execFileSync("mkfifo", [path]));
    assert.equal(written(), "output\n");
    if (process.getuid?.() === 0) {
      put(() => writeFileSync(path, "somebody else's"));
      chownSync(path, 1, 1);
      assert.equal(written(), "output\n");
    }
    // One of our own is kept.
    assert.equal(written(), "output\noutput\n");
  });

  it("stay in their folder, and short enough, whatever the names", (test) => {
    const directory = temporaryFolder(test);
    for (const process of ["../../etc/x", "é".repeat(300), "a\0b"]) {
      const path = createAutoLog({ directory, process, channel: "stdout", identifier: "../up" });
      assert.equal(dirname(path), directory);
      assert.ok(statSync(path).isFile());
    }
    assert.deepEqual(cleanAutoLogs(directory, "../up"), []);
    assert.deepEqual(readdirSync(directory), []);
  });

  it("of an earlier run are removed, with backups, and nothing else (auto-log-twin)", (test) => {
    const directory = temporaryFolder(test);
    const path = createAutoLog({ directory, process: "web", channel: "stdout", identifier: "a.b" });
    writeFileSync(`${path}.1`, "");
    writeFileSync(`${path}.10`, "");
    const others = [
      "web-stdout---a.b-abcdefgh.log.gz",
      "web-stdout---a.b-abcdefgh.log.1.bak",
      "web-stdout---a.b-2-abcdefgh.log",
      "web-stdout---aXb-abcdefgh.log",
      "notes---a.b-abcdefgh.log",
      "prefix.log",
    ];
    for (const name of others) writeFileSync(join(directory, name), "");
    mkdirSync(join(directory, "dir-stdout---a.b-abcdefgh.log"));
    symlinkSync("prefix.log", join(directory, "link-stdout---a.b-abcdefgh.log"));
    assert.deepEqual(cleanAutoLogs(directory, "a.b"), []);
    assert.deepEqual(
      readdirSync(directory).sort(),
      [...others, "dir-stdout---a.b-abcdefgh.log", "link-stdout---a.b-abcdefgh.log"].sort(),
    );
  });

  it("of a daemon that lives are left alone, and removed when it is gone (auto-log-twin)", async (test) => {
    const directory = temporaryFolder(test);
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const pid = other.pid ?? 0;
    const name = `web-stdout---a-${pid.toString(36).padStart(5, "0")}_z9.log`;
    const [path, backup] = [join(directory, name), join(directory, `${name}.1`)];
    for (const each of [path, backup]) writeFileSync(each, "");
    await until("it has our name", () => processName(pid) === processName(process.pid));
    assert.deepEqual(cleanAutoLogs(directory, "a"), []);
    assert.deepEqual(readdirSync(directory).sort(), [name, `${name}.1`]);
    // Somebody else has that number now.
    const foreign = `web-stdout---a-${(1).toString(36).padStart(5, "0")}_z9.log`;
    writeFileSync(join(directory, foreign), "");
    other.kill("SIGKILL");
    await once(other, "exit");
    assert.deepEqual(cleanAutoLogs(directory, "a"), []);
    assert.deepEqual(readdirSync(directory), []);
  });

  it("give a warning where the folder cannot be read", (test) => {
    const missing = join(temporaryFolder(test), "no");
    assert.deepEqual(cleanAutoLogs(missing, "x"), ["Could not clear childlog dir"]);
  });
});
