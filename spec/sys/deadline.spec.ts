import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it, mock } from "node:test";
import { monotonic, wall } from "../../lib/sys/clock.ts";
import { keepAlive, schedule } from "../../lib/sys/deadline.ts";
import { run } from "../support/sys-child.ts";

const DEADLINE = new URL("../../lib/sys/deadline.ts", import.meta.url).href;

const script = (body: string): readonly string[] => [
  process.execPath,
  "--import",
  "tsx",
  "--input-type=module",
  "-e",
  `const {keepAlive, schedule} = await import("${DEADLINE}"); ${body}`,
];

describe("the clocks", () => {
  it("are the system's", () => {
    // /proc/uptime also counts the time in suspend, and is rounded to hundredths.
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    assert.ok(monotonic() / 1000 <= uptime + 1);
    assert.ok(Math.abs(wall() - Date.now()) < 1000);
    const first = monotonic();
    assert.ok(monotonic() >= first);
  });
});

describe("schedule", () => {
  it("never calls before its time, and never at once", async () => {
    const early: number[] = [];
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const delay = (index % 40) * 0.37;
        const due = monotonic() + delay;
        let returned = false;
        const called = new Promise<void>((resolve) => {
          schedule(delay, () => {
            if (monotonic() < due || !returned) early.push(delay);
            resolve();
          });
        });
        returned = true;
        return called;
      }),
    );
    assert.deepEqual(early, []);
  });

  it("takes a delay below zero as now", async () => {
    await new Promise<void>((resolve) => schedule(-5, resolve));
  });

  it("calls nothing that was cancelled", async () => {
    let calls = 0;
    const deadline = schedule(5, () => calls++);
    deadline.cancel();
    deadline.cancel();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(calls, 0);
  });

  it("does not call early what is due in years, or never", async () => {
    let calls = 0;
    const deadlines = [2 ** 31, 2 ** 31 + 5, 2 ** 40, Number.POSITIVE_INFINITY].map((delay) =>
      schedule(delay, () => calls++),
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
    for (const deadline of deadlines) deadline.cancel();
    assert.equal(calls, 0);
  });

  it("calls what is due after more than 2^31 ms", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let now = 0;
    const clock = mock.method(process, "hrtime", () => [Math.floor(now / 1000), (now % 1000) * 1e6]);
    let calls = 0;
    schedule(2 ** 32, () => calls++);
    const steps = [2 ** 31 - 1, 2 ** 31 - 1, 2];
    const counts = steps.map((step) => {
      now += step;
      mock.timers.tick(step);
      return calls;
    });
    clock.mock.restore();
    mock.timers.reset();
    assert.deepEqual(counts, [0, 0, 1]);
  });
});

describe("keepAlive", () => {
  it("holds the event loop until it is released", async () => {
    const { output, status } = await run(
      script(
        "const release = keepAlive(); setTimeout(() => { console.log('out'); release(); }, 50).unref();",
      ),
    );
    assert.deepEqual([output, status], ["out\n", { kind: "exited", code: 0 }]);
    keepAlive()();
  });
});
