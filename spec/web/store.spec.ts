import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProcessView, Snapshot } from "../../lib/http/api-types.ts";
import { canStart, canStop, remark, Store } from "../../web/store.ts";

const view = (id: string, more: Partial<ProcessView> = {}): ProcessView => ({
  id,
  name: id,
  group: id,
  state: "RUNNING",
  pid: 5,
  started: 1000,
  stopped: 0,
  ending: null,
  expected: true,
  starts: 1,
  error: null,
  logs: [],
  ...more,
});

const snapshot = (...processes: ProcessView[]): Snapshot => ({
  daemon: {
    identifier: "x",
    host: "y",
    pid: 1,
    version: "4.3.0",
    mood: "RUNNING",
    now: Date.now() + 60_000,
    log: true,
  },
  groups: [],
  processes,
});

describe("Store", () => {
  it("has the daemon's clock", () => {
    const store = new Store();
    store.snapshot(snapshot());
    assert.ok(Math.abs(store.now() - Date.now() - 60_000) < 1000);
  });

  it("has a clock that stands while the daemon is not heard", (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
    const store = new Store();
    store.snapshot(snapshot());
    store.setLive(true);
    t.mock.timers.tick(5000);
    assert.equal(store.now(), 1_065_000);
    store.setLive(false);
    t.mock.timers.tick(5000);
    store.setLive(false);
    t.mock.timers.tick(5000);
    assert.equal(store.now(), 1_065_000);
    store.setLive(true);
    assert.equal(store.now(), 1_075_000);
  });

  it("keeps what a process uses over a new snapshot, and nothing of the process before it", () => {
    const store = new Store();
    store.snapshot(snapshot(view("a"), view("b"), view("c")));
    store.usageChanged({ a: [1, 2, 0], b: [3, 4, 0], c: [5, 6, 0] });
    store.snapshot(snapshot(view("a"), view("b", { pid: 6 }), view("c", { pid: 0, state: "STOPPED" })));
    assert.deepEqual([...store.usage.keys()], ["a"]);
  });

  it("tells which processes changed, and forgets what ended uses", () => {
    const store = new Store();
    store.snapshot(snapshot(view("a"), view("b")));
    store.usageChanged({ a: [1, 2, 0], b: [3, 4, 0] });
    const seen: unknown[] = [];
    store.onChange((change) => seen.push(change === "all" ? change : [...change]));
    store.processesChanged([view("a", { state: "EXITED", pid: 0 }), view("unknown")]);
    assert.deepEqual(seen, [["a"]]);
    assert.deepEqual([...store.usage.keys()], ["b"]);
    store.snapshot(snapshot(view("c")));
    assert.deepEqual(seen, [["a"], "all"]);
    assert.deepEqual([...store.usage.keys()], []);
  });
});

describe("a row", () => {
  it("says why", () => {
    assert.equal(
      remark(view("a", { state: "FATAL", error: "can't find command 'x'" })),
      "can't find command 'x'",
    );
    assert.equal(
      remark(view("a", { state: "EXITED", ending: "exit status 3", expected: false })),
      "exit status 3, not expected",
    );
    assert.equal(remark(view("a", { state: "STOPPED", started: 0 })), "not started");
    assert.equal(remark(view("a")), "");
  });

  it("offers what the state allows", () => {
    const can = (state: ProcessView["state"]) => [
      canStart(view("a", { state })),
      canStop(view("a", { state })),
    ];
    assert.deepEqual(can("RUNNING"), [false, true]);
    assert.deepEqual(can("BACKOFF"), [false, true]);
    assert.deepEqual(can("FATAL"), [true, false]);
    assert.deepEqual(can("STOPPING"), [false, false]);
  });
});
