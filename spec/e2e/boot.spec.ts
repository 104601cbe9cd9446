/** What starts the daemon at boot: the systemd unit, and the SysV init script of the tutorial. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { BASE_ENV, OURS, ROOT } from "../support/daemon-subject.ts";

const dir = mkdtempSync(join(tmpdir(), "boot-"));
const conf = join(dir, "s.conf");
const HEAD = `[supervisord]\nuser=root\nlogfile=${dir}/log\nchildlogdir=${dir}\n`;
const script = join(dir, "S20supervisor");

/** The script with the paths of this folder in place of the system's. */
function place(): void {
  const text = readFileSync(join(ROOT, "init/supervisor.init"), "utf8")
    .replace("DAEMON=/usr/bin/supervisord", `DAEMON=${OURS.daemon}`)
    .replace("CONF=/etc/supervisor/supervisord.conf", `CONF=${conf}`)
    .replace("PIDFILE=/var/run/supervisord.pid", `PIDFILE=${dir}/pid`)
    .replaceAll("/etc/default/supervisor", `${dir}/default`)
    .replace(/^PATH=.*$/m, `PATH=${BASE_ENV["PATH"]}`);
  writeFileSync(join(dir, "supervisor"), text, { mode: 0o755 });
  symlinkSync(join(dir, "supervisor"), script);
}

function service(word: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(script, [word], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    encoding: "utf8",
  });
  return { status, output: (stdout + stderr).replace(/pid \d+/, "pid N") };
}

describe("the systemd unit", () => {
  it("has nothing wrong in it, in the eyes of systemd-analyze", () => {
    const unit = join(ROOT, "init/supervisor.service");
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], {
      encoding: "utf8",
    });
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  });
});

describe("the SysV init script", () => {
  after(() => {
    service("stop");
    rmSync(dir, { recursive: true });
  });

  it("has the LSB header that update-rc.d reads", () => {
    const text = readFileSync(join(ROOT, "init/supervisor.init"), "utf8");
    const header = /### BEGIN INIT INFO\n([\s\S]*?)### END INIT INFO/.exec(text)?.[1] ?? "";
    const fields = [...header.matchAll(/^# ([A-Z][\w-]+): +(\S.*)$/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    assert.deepEqual(fields.slice(0, 5), [
      ["Provides", "supervisor"],
      ["Required-Start", "$remote_fs $network $named"],
      ["Required-Stop", "$remote_fs $network $named"],
      ["Default-Start", "2 3 4 5"],
      ["Default-Stop", "0 1 6"],
    ]);
  });

  it("starts, tells, restarts and stops, with the exit codes of the LSB", () => {
    place();
    writeFileSync(conf, `${HEAD}[program:cat]\ncommand=/bin/cat\n`);
    assert.deepEqual(service("status"), { status: 3, output: "supervisord is not running\n" });
    assert.deepEqual(service("start"), { status: 0, output: "supervisord started\n" });
    assert.deepEqual(service("start"), { status: 0, output: "supervisord is running already, pid N\n" });
    assert.deepEqual(service("status"), { status: 0, output: "supervisord is running, pid N\n" });
    assert.deepEqual(service("reload"), { status: 0, output: "" });
    assert.deepEqual(service("restart"), { status: 0, output: "supervisord stopped\nsupervisord started\n" });
    assert.deepEqual(service("stop"), { status: 0, output: "supervisord stopped\n" });
    assert.deepEqual(service("stop"), { status: 0, output: "supervisord is not running\n" });
    assert.deepEqual(service("reload"), { status: 7, output: "" });
    assert.equal(service("nonsense").status, 2);
  });

  it("keeps everything running when it is to restart with a configuration that is wrong", () => {
    writeFileSync(conf, `${HEAD}[program:cat]\ncommand=/bin/cat\n`);
    assert.equal(service("start").status, 0);
    const pid = readFileSync(join(dir, "pid"), "utf8");
    writeFileSync(conf, `${HEAD}[program:cat]\n`);
    const { status, output } = service("restart");
    assert.equal(status, 6);
    assert.match(output, /s\.conf:5: error: \[program:cat\] command: /);
    assert.equal(readFileSync(join(dir, "pid"), "utf8"), pid);
    assert.equal(service("status").status, 0);
  });

  it("tells of a daemon that died", () => {
    process.kill(Number(readFileSync(join(dir, "pid"), "utf8")), "SIGTERM");
    service("stop");
    writeFileSync(join(dir, "pid"), "999999999\n");
    assert.deepEqual(service("status"), {
      status: 1,
      output: "supervisord is dead, and its pidfile is there\n",
    });
  });

  it("runs on the Node.js that the defaults name", () => {
    writeFileSync(join(dir, "default"), "SUPERVISORD_NODE=/nowhere/node\n");
    assert.match(service("start").output, /Node\.js 20 or newer, and \/nowhere\/node is not there/);
    rmSync(join(dir, "default"));
  });

  it("says that nothing is installed", () => {
    writeFileSync(join(dir, "default"), "DAEMON=/no/such/supervisord\n");
    assert.deepEqual(service("start"), { status: 5, output: "" });
    assert.deepEqual(service("status"), { status: 4, output: "" });
    rmSync(join(dir, "default"));
  });
});
