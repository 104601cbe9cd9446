import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it, mock } from "node:test";
import fc from "fast-check";
import { monotonic, wall } from "../../lib/sys/clock.ts";
import { type Deadline, keepAlive, schedule } from "../../lib/sys/deadline.ts";
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

  it("calls in order, each as soon as it is due, whatever is called off meanwhile", async () => {
    const scheduled = fc.record({
      kind: fc.constant("schedule" as const),
      delay: fc.integer({ min: -1, max: 99 }),
    });
    const cancelled = fc.record({ kind: fc.constant("cancel" as const), which: fc.nat({ max: 60 }) });
    const passed = fc.record({ kind: fc.constant("pass" as const), time: fc.integer({ min: 0, max: 15 }) });
    // Many at first, so that there is something to be called off in every place.
    const acts = fc
      .tuple(
        fc.array(scheduled, { maxLength: 60, size: "max" }),
        fc.array(fc.oneof(scheduled, cancelled, cancelled, passed), { maxLength: 60, size: "max" }),
      )
      .map(([first, then]) => [...first, ...then]);
    await fc.assert(
      fc.asyncProperty(acts, async (acts) => {
        mock.timers.enable({ apis: ["setTimeout"] });
        let now = 0;
        const clock = mock.method(process, "hrtime", () => [Math.floor(now / 1000), (now % 1000) * 1e6]);
        const made: { due: number; id: number; deadline: Deadline }[] = [];
        try {
          const called: number[] = [];
          const expected: number[] = [];
          let waiting: typeof made = [];
          const pass = (time: number) => {
            for (let ms = 0; ms < time; ms++) {
              now++;
              mock.timers.tick(1);
              const due = waiting.filter((each) => each.due <= now);
              waiting = waiting.filter((each) => each.due > now);
              expected.push(...due.sort((a, b) => a.due - b.due || a.id - b.id).map(({ id }) => id));
              assert.deepEqual(called, expected);
            }
          };
          for (const act of acts) {
            if (act.kind === "pass") pass(act.time);
            else if (act.kind === "cancel") {
              const chosen = made[act.which];
              chosen?.deadline.cancel();
              waiting = waiting.filter((each) => each !== chosen);
            } else {
              const id = made.length;
              const deadline = schedule(act.delay, () => called.push(id));
              const entry = { due: now + Math.max(act.delay, 0), id, deadline };
              made.push(entry);
              waiting.push(entry);
            }
            // The end of a turn.
            await null;
          }
          pass(100);
          assert.equal(waiting.length, 0);
        } finally {
          for (const { deadline } of made) deadline.cancel();
          await null;
          clock.mock.restore();
          mock.timers.reset();
        }
      }),
    );
  });

  it("lets the event loop have its turn before what is asked for by what is due", () => {
    let fire = () => {};
    const timeout = mock.method(globalThis, "setTimeout", (fn: () => void) => {
      fire = fn;
    });
    const clock = mock.method(process, "hrtime", () => [0, 0]);
    const called: string[] = [];
    schedule(0, () => {
      called.push("first");
      schedule(0, () => called.push("later"));
    });
    fire();
    assert.deepEqual(called, ["first"]);
    fire();
    clock.mock.restore();
    timeout.mock.restore();
    assert.deepEqual(called, ["first", "later"]);
  });

  it("calls the others where one throws, and has none called off wake anybody", async () => {
    const { output, status } = await run(
      script(`
        process.on("uncaughtException", (error) => console.log(error.message));
        const before = process.getActiveResourcesInfo().length;
        const many = Array.from({ length: 9 }, (_, at) => schedule(1e6 + at, () => {}));
        for (const one of many) one.cancel();
        await null;
        console.log(process.getActiveResourcesInfo().length - before);
        schedule(1, () => { throw new Error("bad"); });
        schedule(1, () => console.log("good"));
      `),
    );
    assert.deepEqual([output, status], ["0\nbad\ngood\n", { kind: "exited", code: 0 }]);
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
