import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeStatus, onChildExit, reapNow, type WaitStatus } from "../../lib/sys/reap.ts";
import { killProcess } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { currentUid } from "../../lib/sys/users.ts";
import { adoptOrphans, collectUncaught, plain, run, runFixture, until } from "../support/sys-child.ts";

const shell = (script: string): number => spawnProcess(plain(["/bin/sh", "-c", script])).pid;

/** Collects every ending from now on. */
function listen(): { ended: Map<number, WaitStatus[]>; stop: () => void } {
  const ended = new Map<number, WaitStatus[]>();
  const stop = onChildExit((pid, status) => ended.set(pid, [...(ended.get(pid) ?? []), status]));
  return { ended, stop };
}

describe("reaping", () => {
  it("tells exit codes, signals and nothing twice", async () => {
    const { ended, stop } = listen();
    const expected = new Map<number, WaitStatus>([
      [shell("exit 0"), { kind: "exited", code: 0 }],
      [shell("exit 255"), { kind: "exited", code: 255 }],
      [shell("kill -KILL $$"), { kind: "signaled", signal: 9, core: false }],
      [shell("kill -USR1 $$"), { kind: "signaled", signal: 10, core: false }],
      [shell("kill -STOP $$; exit 3"), { kind: "exited", code: 3 }],
    ]);
    const stopped = [...expected.keys()].at(-1) ?? 0;
    await until("four have ended", () => [...expected.keys()].filter((pid) => ended.has(pid)).length === 4);
    assert.equal(ended.has(stopped), false);
    assert.equal(killProcess(stopped, 18), null);
    await until("the fifth has", () => ended.has(stopped));
    stop();
    for (const [pid, status] of expected) assert.deepEqual(ended.get(pid), [status]);
  });

  it("takes hundreds that end at once", async () => {
    const { ended, stop } = listen();
    const pids = Array.from({ length: 600 }, () => spawnProcess(plain(["/bin/sleep", "1000"])).pid);
    for (const pid of pids) killProcess(pid, 9);
    await until("all are reaped", () => pids.every((pid) => ended.has(pid)));
    stop();
    assert.equal(killProcess(pids[0] ?? 0, 0), "ESRCH");
  });

  it("tells of children that ended before anybody listened", async () => {
    const { output } = await runFixture("sys-late-listener.ts");
    assert.deepEqual(JSON.parse(output), { kind: "exited", code: 7 });
  });

  it("works synchronously, also from within a listener", async () => {
    const order: number[] = [];
    const stop = onChildExit((pid) => {
      order.push(pid);
      reapNow();
    });
    const pids = Array.from({ length: 20 }, () => shell("exit 0"));
    // No turn of the event loop in between: only reapNow can have told.
    const deadline = performance.now() + 10_000;
    while (order.length < pids.length && performance.now() < deadline) reapNow();
    stop();
    assert.deepEqual([...order].sort(), [...pids].sort());
    await new Promise(setImmediate);
  });

  it("hands over what is to be told of those who were found dead together", async () => {
    const order: (number | string)[] = [];
    const stop = onChildExit(
      (pid) => order.push(pid),
      (tell) => {
        order.push("begin");
        tell();
        order.push("end");
      },
    );
    const pids = Array.from({ length: 3 }, () => shell("exit 0"));
    const running = (pid: number) => !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    // No turn of the event loop in between: nobody is reaped meanwhile.
    for (const deadline = performance.now() + 10_000; pids.some(running); )
      assert.ok(performance.now() < deadline);
    reapNow();
    stop();
    assert.deepEqual(
      [order[0], [...order.slice(1, -1)].sort(), order.at(-1)],
      ["begin", [...pids].sort(), "end"],
    );
    await new Promise(setImmediate);
  });

  it("tells everyone even when one listener throws", async () => {
    const errors = await collectUncaught(async () => {
      const { ended, stop } = listen();
      const stopBad = onChildExit(() => {
        throw new Error("bad listener");
      });
      const later = listen();
      const pid = shell("exit 0");
      await until("both others heard", () => ended.has(pid) && later.ended.has(pid));
      stopBad();
      stop();
      later.stop();
    });
    assert.match(String(errors[0]), /bad listener/);
  });

  it("reaps orphans that it adopts, and says who they were", async () => {
    adoptOrphans(true);
    const { ended, stop } = listen();
    const { output } = await run(["/bin/sh", "-c", "(sh -c 'echo $$; exit 5' &) ; exit 0"]);
    const orphan = Number(output.trim());
    await until("the orphan is reaped", () => ended.has(orphan));
    stop();
    adoptOrphans(false);
    assert.deepEqual(ended.get(orphan), [{ kind: "exited", code: 5 }]);
  });

  it("reaps orphans as pid 1", async () => {
    const fixture = new URL("../../fixtures/sys-first-process.ts", import.meta.url).pathname;
    const unshare = [
      "/usr/bin/unshare",
      ...(currentUid() === 0 ? [] : ["-Ur"]),
      "--pid",
      "--fork",
      "--mount-proc",
    ];
    const { output } = await run([...unshare, process.execPath, "--import", "tsx", fixture]);
    assert.equal(output, "1 [ 4, 5 ] []\n");
  });

  it("understands status words", () => {
    assert.deepEqual(decodeStatus(0x0100), { kind: "exited", code: 1 });
    assert.deepEqual(decodeStatus(0x008b), { kind: "signaled", signal: 11, core: true });
    assert.deepEqual(decodeStatus(64), { kind: "signaled", signal: 64, core: false });
    assert.deepEqual(decodeStatus(0x137f), { kind: "unknown", raw: 0x137f });
  });
});
