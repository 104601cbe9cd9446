import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ticks } from "../../lib/daemon/ticks.ts";
import { EventBus } from "../../lib/events/bus.ts";
import { until } from "../support/daemon-wait.ts";

describe("TICK events", () => {
  it("have a timer only while somebody subscribes to their period", () => {
    const bus = new EventBus();
    const ticks = new Ticks(bus);
    assert.deepEqual(ticks.running, []);
    const leaveMinute = bus.subscribe("TICK_60", () => {});
    assert.deepEqual(ticks.running, [60]);
    const leaveAll = bus.subscribe("EVENT", () => {});
    assert.deepEqual([...ticks.running].sort(), [3600, 5, 60].sort());
    leaveAll();
    assert.deepEqual(ticks.running, [60]);
    leaveMinute();
    assert.deepEqual(ticks.running, []);
    ticks.dispose();
    bus.subscribe("TICK", () => {});
    assert.deepEqual(ticks.running, []);
  });

  it("carry the beginning of the slice that has begun, and come once for each (prompt-events)", async () => {
    // A wall clock that stands 30 ms before a slice of all three lengths, and runs once it has been looked at.
    const begin = 7_200_000 - 30;
    let real: number | null = null;
    const bus = new EventBus();
    const heard: string[] = [];
    bus.subscribe("TICK", (event) => heard.push(`${event.name} ${event.payload()}`));
    const ticks = new Ticks(bus, () => begin + (real === null ? 0 : Date.now() - real));
    real = Date.now();
    await until("three ticks", () => heard.length >= 3);
    ticks.dispose();
    assert.deepEqual(heard.sort(), ["TICK_3600 when:7200", "TICK_5 when:7200", "TICK_60 when:7200"]);
  });

  it("follow a wall clock that is set", async () => {
    let shift = 0;
    let real: number | null = null;
    const bus = new EventBus();
    const heard: string[] = [];
    bus.subscribe("TICK_5", (event) => heard.push(event.payload()));
    const ticks = new Ticks(
      bus,
      () => 1_000_000_000 + 4_900 + shift + (real === null ? 0 : Date.now() - real),
    );
    real = Date.now();
    shift = 60_000;
    await until("a tick", () => heard.length >= 1);
    ticks.dispose();
    assert.equal(heard[0], "when:1000065");
  });
});
