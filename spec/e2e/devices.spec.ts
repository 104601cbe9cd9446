/** What is named where a file is usual: /dev/null as a log, a device as the pidfile; and a signal that means a debugger to Node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { byHand, head, staying } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { ORACLE, OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const toNull = (name: string): string =>
  byHand(name, { stdout_logfile: "/dev/null", stderr_logfile: "/dev/null" });

/** Method, arguments, and the answer of a log that is empty. */
const READS: readonly (readonly [string, readonly unknown[]])[] = [
  ["supervisor.readLog", [0, 0]],
  ["supervisor.readLog", [-100, 0]],
  ["supervisor.readProcessStdoutLog", ["cat", 0, 100]],
  ["supervisor.readProcessStderrLog", ["cat", 5, 5]],
  ["supervisor.tailProcessStdoutLog", ["cat", 0, 100]],
  ["supervisor.tailProcessStdoutLog", ["cat", -3, 2]],
  ["supervisor.clearProcessLogs", ["cat"]],
];

describe("a log on /dev/null", () => {
  it("reads as an empty file, as in the original", async (test) => {
    const answers = await Promise.all(
      [ORACLE, OURS].map(async (subject) => {
        const config = head().replace("logfile=@DIR@/supervisord.log", "logfile=/dev/null") + toNull("cat");
        const daemon = await Daemon.start(subject, { config });
        test.after(() => daemon.destroy());
        const found: unknown[] = [];
        for (const [method, params] of READS) found.push(await daemon.rpc(method, ...params));
        for (const path of ["/mainlogtail", "/logtail/cat", "/logtail/cat/stderr"]) {
          // They never end: the head is enough.
          const reply = await fetch(`http://127.0.0.1:${daemon.port}${path}`);
          found.push([path, String(reply.status)]);
          await reply.body?.cancel();
        }
        return found;
      }),
    );
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[1]?.at(-1), ["/logtail/cat/stderr", "200"]);
    assert.ok(lstatSync("/dev/null").isCharacterDevice());
  });
});

describe("a pidfile that is a device (pidfile-device)", () => {
  it("is still there when the daemon has left", async (test) => {
    const config = head().replace("pidfile=@DIR@/s.pid", "pidfile=@DIR@/null");
    const daemon = await Daemon.start(OURS, {
      config: `${config}${toNull("cat")}`,
      ready: "http",
      files: {},
    });
    test.after(() => daemon.destroy());
    const path = join(daemon.dir, "null");
    // In the place of the file that it has made: what counts is what is there at the end.
    assert.equal(spawnSync("sh", ["-c", `rm ${path} && mknod ${path} c 1 3`]).status, 0);
    daemon.signal("SIGTERM");
    assert.equal((await daemon.reachExit())?.code, 0);
    assert.ok(lstatSync(path).isCharacterDevice());
  });
});

describe("SIGUSR1 (sigusr1)", () => {
  it("opens no debugger, and ends nothing", async (test) => {
    const daemon = await Daemon.start(OURS, { config: head() + staying("kept") });
    test.after(() => daemon.destroy());
    await daemon.reach({ kept: "RUNNING" });
    const threads = (): string => readFileSync(`/proc/${daemon.pid}/status`, "latin1");
    const before = /^Threads:.*$/m.exec(threads())?.[0];
    for (let round = 0; round < 3; round++) daemon.signal("SIGUSR1");
    await daemon.reach({ kept: "RUNNING" });
    const open = await new Promise<boolean>((resolve) => {
      const link = connect(9229, "127.0.0.1", () => resolve(true));
      link.on("error", () => resolve(false));
    });
    assert.equal(open, false);
    assert.equal(/^Threads:.*$/m.exec(threads())?.[0], before);
    assert.doesNotMatch(daemon.stderr, /Debugger/);
    await until("an answer", async () => (await daemon.states())["kept"] === "RUNNING");
  });
});
