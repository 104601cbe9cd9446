/** What the original does in the next pass of its loop, up to a second later, comes at once. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

/** One second is what a pass of the original's loop takes; a busy machine may spoil a few of our times, but not all. */
const TIMES = 5;
const GROUPS = 12;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

describe("promptness", () => {
  it("answers a call that waits at the moment its condition holds (deferred-latency)", async (t) => {
    const daemon = await Daemon.start(OURS, {
      config: [
        head({ inet: null }),
        program("cat", "/bin/cat", { autostart: false, startsecs: 0 }),
        program("second", "/bin/cat", { autostart: false, startsecs: 1 }),
      ].join("\n"),
    });
    t.after(() => daemon.destroy());
    const starts: number[] = [];
    const stops: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      starts.push(await timed(() => daemon.rpc("supervisor.startProcess", "cat", true)));
      stops.push(await timed(() => daemon.rpc("supervisor.stopProcess", "cat", true)));
    }
    assert.ok(Math.min(...starts) < 300, `starts took ${starts.join(", ")} ms`);
    assert.ok(Math.min(...stops) < 300, `stops took ${stops.join(", ")} ms`);

    const whole: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      whole.push(await timed(() => daemon.rpc("supervisor.startProcess", "second", true)));
      await daemon.rpc("supervisor.stopProcess", "second", true);
    }
    const told = `starts of a second took ${whole.join(", ")} ms`;
    assert.ok(Math.min(...whole) >= 990 && Math.min(...whole) < 1300, told);
  });

  it("goes from group to group at a shutdown without a pause (shutdown-pace)", async (t) => {
    const names = Array.from({ length: GROUPS }, (_, index) => `idle${index}`);
    const daemon = await Daemon.start(OURS, {
      config: [
        head({ inet: null }),
        ...names.map((name) => program(name, "/bin/cat", { startsecs: 0 })),
        ...names.map((name, index) => section("group", `g${index}`, { programs: name, priority: index })),
      ].join("\n"),
    });
    t.after(() => daemon.destroy());
    await daemon.reach(
      Object.fromEntries(names.map((name, index) => [`g${index}:${name}`, "RUNNING"] as const)),
    );
    const took = await timed(async () => {
      daemon.signal("SIGTERM");
      await daemon.reachExit();
    });
    assert.deepEqual(
      daemon.logLines(/INFO stopped|WARN stopped/).map((line) => /stopped: (\w+)/.exec(line)?.[1]),
      [...names].reverse(),
    );
    // The original takes a second for each.
    assert.ok(took < (GROUPS * 1000) / 2, `${took} ms`);
  });
});
