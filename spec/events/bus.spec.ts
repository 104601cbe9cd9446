import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventBus } from "../../lib/events/bus.ts";
import { processGroupEvent, tickEvent } from "../../lib/events/event.ts";
import { Serial } from "../../lib/events/serial.ts";

describe("the event bus", () => {
  it("delivers to those who named the type or one above it, in order of subscription", () => {
    const bus = new EventBus();
    const heard: string[] = [];
    bus.subscribe("EVENT", () => heard.push("all"));
    bus.subscribe("TICK_60", () => heard.push("other"));
    bus.subscribe("TICK", () => heard.push("ticks"));
    bus.subscribe("TICK_5", () => heard.push("five"));
    bus.publish(tickEvent(5, 0));
    assert.deepEqual(heard, ["all", "ticks", "five"]);
  });

  it("delivers an event once to who named it twice (event-once)", () => {
    const bus = new EventBus();
    let count = 0;
    bus.subscribe(["EVENT", "TICK", "TICK_5"], () => count++);
    bus.publish(tickEvent(5, 0));
    assert.equal(count, 1);
  });

  it("knows whether anybody wants a type, and forgets who has left", () => {
    const bus = new EventBus();
    assert.equal(bus.wants("TICK_5"), false);
    const leave = bus.subscribe("TICK", () => {});
    assert.equal(bus.wants("TICK_5"), true);
    assert.equal(bus.wants("PROCESS_LOG_STDOUT"), false);
    leave();
    leave();
    assert.equal(bus.wants("TICK_5"), false);
  });

  it("makes no payload that nobody looks at, and makes one only once", () => {
    const bus = new EventBus();
    let made = 0;
    const event = { name: "TICK_5", payload: () => `when:${made++}` } as const;
    bus.publish(event);
    assert.equal(made, 0);
    bus.subscribe("TICK", () => {});
    bus.publish(event);
    assert.equal(made, 0);
    const payloads: string[] = [];
    bus.subscribe("TICK", (published) => payloads.push(published.payload(), published.payload()));
    bus.subscribe("TICK_5", (published) => payloads.push(published.payload()));
    bus.publish(event);
    assert.deepEqual(payloads, ["when:0", "when:0", "when:0"]);
  });

  it("numbers an event when the first one asks for its serial", () => {
    const serials = new Serial();
    const bus = new EventBus(serials);
    const seen: number[] = [];
    bus.subscribe("EVENT", () => {});
    bus.publish(processGroupEvent("ADDED", "a"));
    assert.equal(serials.upcoming, 0);
    bus.subscribe("TICK", (event) => seen.push(event.serial));
    bus.subscribe("TICK", (event) => seen.push(event.serial));
    bus.publish(processGroupEvent("ADDED", "b"));
    bus.publish(tickEvent(5, 0));
    bus.publish(tickEvent(5, 5));
    assert.deepEqual(seen, [0, 0, 1, 1]);
    new EventBus(serials).subscribe("TICK", () => {});
    assert.equal(serials.take(), 2);
  });

  it("tells when subscriptions change", () => {
    const bus = new EventBus();
    let changes = 0;
    const unwatch = bus.watchSubscriptions(() => changes++);
    const leave = bus.subscribe("TICK", () => {});
    leave();
    leave();
    unwatch();
    bus.subscribe("TICK", () => {});
    assert.equal(changes, 2);
  });
});

describe("serials", () => {
  it("begin anew after the largest safe integer", () => {
    const serial = new Serial(Number.MAX_SAFE_INTEGER);
    assert.equal(serial.take(), Number.MAX_SAFE_INTEGER);
    assert.equal(serial.take(), 0);
  });
});
