/** The tutorial that this project was asked to make work, step by step. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { head } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { spawnIntervals } from "../support/daemon-story.ts";
import { BASE_ENV, OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const run = promisify(execFile);
const started: Daemon[] = [];
after(() => Promise.all(started.map((daemon) => daemon.destroy())));

async function start(launch: Parameters<typeof Daemon.start>[1]): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, launch);
  started.push(daemon);
  return daemon;
}

/** The command that stands beside the daemon's. */
const beside = (name: string): string => OURS.daemon.replace(/supervisord$/, name);

const servers = `${head({ inet: null }).replace("user=root\n", "")}
[inet_http_server]
port=*:@PORT@
username=user
password=123
`;

const asWritten = `
[program:quoted]
command="/bin/echo %(program_name)s_%(process_num)02d "
process_name=%(program_name)s
numprocs=1
startretries=0

[program:foo]
command=/bin/echo %(program_name)s_%(process_num)02d
process_name=%(program_name)s
numprocs=1
redirect_stderr: true
autorestart: true

[program:foo1]
command=/bin/echo %(program_name)s_%(process_num)02d
process_name=%(program_name)s_%(process_num)02d
numprocs=3
redirect_stderr: true
autorestart: false
startretries=0
`;

const page = (daemon: Daemon, credentials?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${daemon.port}/`, {
    headers: credentials === undefined ? {} : { Authorization: `Basic ${btoa(credentials)}` },
  });

describe("the tutorial", { concurrency: true }, () => {
  it("4: the sample configuration is written by echo_supervisord_conf and can be used", async () => {
    const { stdout } = await run(beside("echo_supervisord_conf"), [], { env: BASE_ENV });
    for (const section of ["unix_http_server", "supervisord", "rpcinterface:supervisor", "supervisorctl"]) {
      assert.match(stdout, new RegExp(`^\\[${section}\\]`, "m"));
    }
    for (const commented of [";[inet_http_server]", ";[program:", ";[group:", ";[include]"]) {
      assert.ok(stdout.includes(commented), commented);
    }
    const own = stdout
      .replaceAll("/tmp/supervisord.log", "@DIR@/supervisord.log")
      .replaceAll("/tmp/supervisord.pid", "@DIR@/s.pid")
      .replaceAll("/tmp/supervisor.sock", "@DIR@/s.sock");
    assert.notEqual(own, stdout);
    const daemon = await start({ config: own });
    assert.deepEqual(await daemon.states(), {});
  });

  it("3: without arguments the configuration is searched for, also in the current directory", async () => {
    const config = `${head()}\n[program:found]\ncommand=/bin/cat\nstartsecs=0\n`;
    const daemon = await start({ config: "", files: { "supervisord.conf": config }, args: ["-n"] });
    await daemon.reach({ found: "RUNNING" });
  });

  it("5 to 10: programs that end at once, several processes, logs, the background, the web", async (t) => {
    const daemon = await start({
      config: `${servers}${asWritten}`,
      args: ["-c", "@DIR@/s.conf"],
      detached: true,
    });

    await t.test("9: the command returns at once and says nothing", () => {
      assert.deepEqual(daemon.exit, { code: 0, signal: null });
      assert.equal(daemon.stderr, "");
    });

    await t.test("5: the article's quotes make one word of the command, which is not found", async () => {
      await daemon.reach({ quoted: "FATAL" });
      const info = (await daemon.rpc("supervisor.getProcessInfo", "quoted")) as { spawnerr: string };
      assert.equal(info.spawnerr, "can't find command '/bin/echo quoted_00 '");
    });

    await t.test("8: each of three processes is tried once", async () => {
      const names = ["foo1_00", "foo1_01", "foo1_02"];
      await daemon.reach({ "foo1:foo1_00": "FATAL", "foo1:foo1_01": "FATAL", "foo1:foo1_02": "FATAL" });
      for (const name of names) {
        assert.deepEqual(daemon.logLines(new RegExp(`\\b${name}\\b`)), [
          `INFO spawned: '${name}' with pid @N@`,
          `WARN exited: ${name} (exit status 0; not expected)`,
          `INFO gave up: ${name} entered FATAL state, too many start retries too quickly`,
        ]);
      }
    });

    await t.test("7: four tries, one, two and three seconds apart, and then no more", async () => {
      await daemon.reach({ foo: "FATAL" });
      const lines = daemon.logLines(/supervisord|root|\bfoo\b/);
      assert.match(lines[0] ?? "", /^CRIT Supervisor is running as root\./);
      const after = lines.slice(lines.indexOf("INFO daemonizing the supervisord process"));
      const tried = ["INFO spawned: 'foo' with pid @N@", "WARN exited: foo (exit status 0; not expected)"];
      assert.deepEqual(after, [
        "INFO daemonizing the supervisord process",
        "INFO supervisord started with pid @PID@",
        ...[1, 2, 3, 4].flatMap(() => tried),
        "INFO gave up: foo entered FATAL state, too many start retries too quickly",
      ]);
      const pauses = spawnIntervals(daemon, "foo");
      assert.equal(pauses.length, 3);
      for (const [index, pause] of pauses.entries()) {
        assert.ok(pause >= index + 1 && pause < index + 6, `pause ${index + 1} took ${pause} s`);
      }
    });

    await t.test("6: AUTO logs have their names, are private, and hold a line for each try", () => {
      const logs = readdirSync(daemon.dir).filter((name) => name.includes("---"));
      const foo = logs.filter((name) => /^foo-stdout---supervisor-[a-z0-9_]{8}\.log$/.test(name));
      assert.equal(foo.length, 1);
      assert.equal(statSync(join(daemon.dir, String(foo[0]))).mode & 0o777, 0o600);
      assert.equal(daemon.read(String(foo[0])), "foo_00\n".repeat(4));
      for (const number of ["00", "01", "02"]) {
        const own = logs.filter((name) => name.startsWith(`foo1_${number}-stdout---`));
        assert.equal(own.length, 1);
        assert.equal(daemon.read(String(own[0])), `foo1_${number}\n`);
      }
      assert.equal(logs.filter((name) => name.startsWith("foo-stderr---")).length, 0);
    });

    await t.test("10: the page is for those who know the password, and acts", async () => {
      assert.equal((await page(daemon)).status, 401);
      assert.equal((await page(daemon, "user:wrong")).status, 401);
      const reply = await page(daemon, "user:123");
      assert.equal(reply.status, 200);
      const text = await reply.text();
      for (const name of ["quoted", "foo1_02"]) assert.ok(text.includes(name), name);
      const before = daemon.logLines(/spawned: 'foo1_00'/).length;
      const action = `http://127.0.0.1:${daemon.port}/index.html?processname=foo1:foo1_00&action=start`;
      await fetch(action, { headers: { Authorization: `Basic ${btoa("user:123")}` } });
      await until("a new try", () => daemon.logLines(/spawned: 'foo1_00'/).length > before);
    });

    await t.test("1: the client controls single programs and groups", async () => {
      const ctl = async (...words: string[]): Promise<string> => {
        const { stdout } = await run(OURS.ctl, ["-c", join(daemon.dir, "s.conf"), ...words], {
          env: BASE_ENV,
        }).catch((error: { stdout: string }) => error);
        return stdout;
      };
      assert.match(await ctl("status", "foo1:*"), /^(foo1:foo1_0\d\s+(FATAL|BACKOFF|STARTING)\s.*\n){3}$/);
      assert.equal(await ctl("shutdown"), "Shut down\n");
      await daemon.reachExit();
      assert.ok(!existsSync(join(daemon.dir, "s.pid")));
    });
  });
});
