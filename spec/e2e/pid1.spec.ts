/** As process 1 of a container: no zombie stays, and SIGTERM ends everything in order. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { childrenOf, Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const ORPHANS = 6;
const config = [
  head(),
  program("first", "/bin/cat", { startsecs: 0, priority: 1 }),
  program("orphans", `@PROGRAMS@/orphan.sh ${ORPHANS}`, { startsecs: 0, priority: 2 }),
  program("last", "/bin/cat", { startsecs: 0, priority: 3 }),
].join("\n");

const commandOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ").trim();
const stateOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0] ?? "?";

describe("process 1", () => {
  let daemon: Daemon;
  after(() => daemon?.destroy());

  it("adopts and reaps what others leave behind", async () => {
    daemon = await Daemon.start(OURS, {
      config,
      prefix: ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
    });
    await daemon.reach({ first: "RUNNING", orphans: "RUNNING", last: "RUNNING" });
    await daemon.reachFile("orphans.out", /left 6 orphans/);
    const [inner = -1] = childrenOf(daemon.pid);
    assert.match(readFileSync(`/proc/${inner}/status`, "latin1"), /^NSpid:\s+\d+\s+1$/m);
    const reaped = (): number => daemon.logLines(/INFO reaped unknown pid \d+ \(exit status 0\)/).length;
    await until("all orphans to be reaped", () => reaped() === ORPHANS);
    // None is a zombie, and none but these is left; on a busy machine they are not asleep at once.
    await until("three that sleep", () => {
      const children = childrenOf(inner);
      return (
        children.every((pid) => stateOf(pid) === "S") &&
        children.map(commandOf).sort().join() === "/bin/cat,/bin/cat,sleep 1000"
      );
    });
  });

  it("ends in order at SIGTERM, with exit code 0", async () => {
    const [inner = -1] = childrenOf(daemon.pid);
    const began = Date.now();
    process.kill(inner, "SIGTERM");
    assert.deepEqual(await daemon.reachExit(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 8_000);
    assert.deepEqual(daemon.logLines(/SIGTERM|to die/), [
      "WARN received SIGTERM indicating exit request",
      "INFO waiting for first, orphans, last to die",
      "WARN stopped: last (terminated by SIGTERM)",
      "WARN stopped: orphans (terminated by SIGTERM)",
      "WARN stopped: first (terminated by SIGTERM)",
    ]);
  });
});
