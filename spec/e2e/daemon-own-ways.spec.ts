/** Differences of the daemon that need a daemon to be seen: each names its row of docs/compat.md. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { request } from "node:http";
import { describe, it, type TestContext } from "node:test";
import { ownCtl, runCtl } from "../support/ctl-client.ts";
import { head, program, section } from "../support/daemon-config.ts";
import { Daemon, type Launch } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

async function start(t: TestContext, launch: Launch): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, launch);
  t.after(() => daemon.destroy());
  return daemon;
}

const get = (port: number, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, agent: false }, (reply) => {
      reply.resume();
      reply.on("end", () => resolve(reply.statusCode));
    });
    call.on("error", reject);
    call.end();
  });

describe("the daemon's own ways", () => {
  it("says why it could not become its user (setuid-text)", async (t) => {
    const daemon = await start(t, {
      config: `[supervisord]\nlogfile=@DIR@/s.log\npidfile=@DIR@/s.pid\nuser=nobody\n`,
      prefix: ["setpriv", "--bounding-set", "-setuid"],
      ready: "exit",
    });
    assert.deepEqual(await daemon.reachExit(), { code: 2, signal: null });
    assert.match(daemon.stderr, /^Error: Could not set user id of effective user\nFor help, use /);
  });

  it("raises its limits before it becomes its user (rlimits-order)", async (t) => {
    // Neither can be done: more descriptors than the kernel gives to anybody, and a user without the right to become one.
    const daemon = await start(t, {
      config: head({ supervisord: "minfds=2000000000\n" }).replace("user=root", "user=nobody"),
      prefix: ["setpriv", "--bounding-set", "-setuid"],
      ready: "exit",
    });
    assert.deepEqual(await daemon.reachExit(), { code: 2, signal: null });
    assert.match(daemon.stderr, /^Error: The minimum number of file descriptors required .* is 2000000000 /);
  });

  it("tells the limit that there is, where that is too low (minfds-text)", async (t) => {
    const daemon = await start(t, {
      config: head({ supervisord: "minfds=5000\n" }),
      prefix: [
        ...["setpriv", "--bounding-set", "-sys_resource"],
        ...["/bin/sh", "-c", 'ulimit -n 4000; exec "$@"', "sh"],
      ],
      ready: "exit",
    });
    assert.deepEqual(await daemon.reachExit(), { code: 2, signal: null });
    assert.match(daemon.stderr, / is 5000 as per .* will only allow you to open 4000 file descriptors\. /);
  });

  it("listens on every address though nobody knows its own name (hostname)", async (t) => {
    const name = "nobody-knows.invalid";
    const daemon = await start(t, {
      config: head({ inet: "" }).replace("port=127.0.0.1:", "port=:"),
      prefix: [
        "unshare",
        "--uts",
        "/bin/sh",
        "-c",
        `echo ${name} >/proc/sys/kernel/hostname; exec "$@"`,
        "sh",
      ],
    });
    assert.equal(await get(daemon.port, "/nope"), 404);
    const seen = execFileSync("nsenter", ["--uts", "-t", String(daemon.pid), "uname", "-n"], {
      encoding: "utf8",
    });
    assert.equal(seen, `${name}\n`);
  });

  it("finds what was named from its first folder after it has gone to another (relative-paths)", async (t) => {
    const config = head({ inet: null, supervisord: "directory=@DIR@/elsewhere\n" })
      .replace("logfile=@DIR@/", "logfile=")
      .replace("pidfile=@DIR@/", "pidfile=");
    const daemon = await start(t, {
      config,
      files: { "elsewhere/x": "" },
      args: ["-c", "s.conf"],
      detached: true,
    });
    assert.equal(readlinkSync(`/proc/${daemon.pid}/cwd`), `${daemon.dir}/elsewhere`);
    daemon.write("s.conf", config + program("late", "/bin/cat"));
    assert.deepEqual(await daemon.rpc("supervisor.reloadConfig"), [[["late"], [], []]]);
    daemon.write("supervisord.log", "");
    daemon.signal("SIGUSR2");
    await daemon.reachLog(/SIGUSR2/);
    daemon.signal("SIGHUP");
    await daemon.reach({ late: "RUNNING" });
    assert.equal(daemon.pidfile(), daemon.pid);
  });

  it("says that its log cannot be opened, and ends with 2 (unwritable-main-log)", async (t) => {
    const daemon = await start(t, {
      config: head().replace("@DIR@/supervisord.log", "@DIR@/none/supervisord.log"),
      ready: "exit",
    });
    assert.deepEqual(await daemon.reachExit(), { code: 2, signal: null });
    assert.match(daemon.stderr, /none\/supervisord\.log|directory named as part of the path/);
    assert.doesNotMatch(daemon.stderr, /^ +at /m);
  });

  it("leaves the AUTO logs of another daemon of its identifier alone, as long as that one lives (auto-log-twin)", async (t) => {
    const first = await start(t, {
      config: head({ inet: null }) + section("program", "idle", { command: "/bin/cat", autostart: false }),
    });
    const autoLogs = () =>
      readdirSync(first.dir).filter((name) => /^idle-.*---supervisor-/.test(name)).length;
    assert.equal(autoLogs(), 2);
    const second: Launch = {
      config: head({ inet: null }).replace("childlogdir=@DIR@", `childlogdir=${first.dir}`),
    };
    await start(t, second);
    assert.equal(autoLogs(), 2);
    first.signal("SIGTERM");
    await first.reachExit();
    await start(t, second);
    assert.equal(autoLogs(), 0);
  });

  it("tells a status in short: the same words, in the same order (own-namespace)", async (t) => {
    const daemon = await start(t, {
      config: [
        head({ inet: null }),
        program("up", "/bin/cat", { startsecs: 0, numprocs: 2, process_name: "up_%(process_num)d" }),
        program("never", "@DIR@/not-there", { priority: 1 }),
        program("zero", "/bin/cat", { autostart: false, priority: 0 }),
      ].join("\n"),
    });
    await daemon.reach({ "up:up_0": "RUNNING", "up:up_1": "RUNNING", never: "FATAL" });
    const short = await daemon.rpc("supervisord.getStatus");
    const whole = (await daemon.rpc("supervisor.getAllProcessInfo")) as Record<string, string>[];
    const untimed = (text: unknown) => String(text).replace(/uptime \S+/, "uptime");
    assert.deepEqual(
      (short as string[][]).map((row) => row.map(untimed)),
      whole.map((info) => [info["group"], info["name"], info["statename"], info["description"]].map(untimed)),
    );
  });

  it("counts restarts beside what processes use, of those at rest too (own-namespace)", async (t) => {
    const daemon = await start(t, {
      config: [
        head({ inet: null }),
        program("up", "/bin/cat", { startsecs: 0 }),
        program("hopeless", "@DIR@/not-there", { startretries: 1 }),
        program("never", "/bin/cat", { autostart: false }),
      ].join("\n"),
    });
    await daemon.reach({ up: "RUNNING", hopeless: "FATAL" });
    const rows = async () =>
      new Map(
        ((await daemon.rpc("supervisord.getProcessUsage")) as Record<string, unknown>[]).map((row) => [
          row["name"],
          row,
        ]),
      );
    const before = await rows();
    assert.deepEqual(
      ["up", "hopeless", "never"].map((name) => before.get(name)?.["restarts"]),
      [0, 1, 0],
    );
    assert.deepEqual(Object.keys(before.get("never") ?? {}).sort(), ["group", "name", "pid", "restarts"]);
    assert.equal(typeof before.get("up")?.["rss"], "number");
    await daemon.rpc("supervisor.stopProcess", "up");
    assert.equal((await rows()).get("up")?.["restarts"], 0);
    await daemon.rpc("supervisor.startProcess", "up");
    assert.equal((await rows()).get("up")?.["restarts"], 1);
  });

  it("stamps its access log in GMT and says so, in any time zone (access-time)", async (t) => {
    const daemon = await start(t, {
      config: head({ inet: "", supervisord: "loglevel=trace\n" }),
      env: { TZ: "America/New_York" },
    });
    const before = Math.floor(Date.now() / 1000);
    assert.equal(await get(daemon.port, "/nope"), 404);
    const stamp = /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) (\+0000)\] "GET \/nope HTTP\/1.1" 404/;
    await until("the access log", () => stamp.test(daemon.log()));
    const [, day, month, year, time, zone] = stamp.exec(daemon.log()) ?? [];
    const shown = Date.parse(`${day} ${month} ${year} ${time} ${zone}`) / 1000;
    assert.ok(shown >= before && shown <= Date.now() / 1000, `${shown} is now`);
  });

  it("shows the very bytes of a log that is followed (raw-follow)", async (t) => {
    const daemon = await start(t, {
      config: head() + program("bytes", "/bin/sh @DIR@/bytes.sh", { startsecs: 0 }),
      files: { "bytes.sh": "while :; do printf 'a\\377b\\200\\n'; sleep 0.1; done" },
    });
    await daemon.reachFile("bytes.out", /a/);
    const run = await runCtl(
      "/bin/sh",
      [
        "-c",
        `"$0" -c "$1" tail -f bytes | head -c 34 | tail -c 5 | od -An -tx1 | tr -d '\\n'`,
        await ownCtl(),
        `${daemon.dir}/s.conf`,
      ],
      { cwd: daemon.dir },
    );
    assert.equal(run.stdout, " 61 ff 62 80 0a");
  });

  it("lets a listener hear of the last to stop at a shutdown (prompt-events)", async (t) => {
    const listener =
      "trap '' TERM; while :; do echo READY; read -r line; payload=$(head -c $(echo $line | sed s/.*len://)); echo \"$payload\" >>@DIR@/heard; printf 'RESULT 2\\nOK'; case $payload in *processname:last*from_state:STOPPING*) exit;; esac; done";
    const daemon = await start(t, {
      config: [
        head(),
        program("last", "/bin/cat", { startsecs: 0 }),
        section("eventlistener", "ear", {
          command: `/bin/sh @DIR@/ear.sh`,
          events: "PROCESS_STATE_RUNNING,PROCESS_STATE_STOPPED",
          stopwaitsecs: 20,
          startsecs: 0,
        }),
      ].join("\n"),
      files: { "ear.sh": listener },
    });
    await daemon.reach({ last: "RUNNING", ear: "RUNNING" });
    await daemon.reachFile("heard", /processname:last.*from_state:STARTING/);
    daemon.signal("SIGTERM");
    await daemon.reachExit();
    assert.match(daemon.read("heard") ?? "", /processname:last .*from_state:STOPPING/);
  });
});
