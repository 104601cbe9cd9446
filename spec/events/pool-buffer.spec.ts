import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tickEvent } from "../../lib/events/event.ts";
import { PoolBuffer, type PoolEvent } from "../../lib/events/pool-buffer.ts";
import { PublishedEvent } from "../../lib/events/published.ts";
import { Serial } from "../../lib/events/serial.ts";

const source = () => {
  const serials = new Serial();
  return () => new PublishedEvent(tickEvent(5, 0), serials);
};

describe("a pool's buffer", () => {
  it("numbers events for itself, and gives up the oldest for a new one", () => {
    const event = source();
    const buffer = new PoolBuffer(2);
    assert.equal(buffer.accept(event()), null);
    assert.equal(buffer.accept(event()), null);
    const discarded = buffer.accept(event());
    assert.deepEqual([discarded?.event.serial, discarded?.poolserial], [0, 0]);
    assert.deepEqual([buffer.shift()?.poolserial, buffer.shift()?.poolserial], [1, 2]);
    assert.equal(buffer.shift(), undefined);
    assert.equal(buffer.discarded, 1);
  });

  it("puts an event back to the front, where it may push out the one behind it", () => {
    const event = source();
    const buffer = new PoolBuffer(2);
    for (let n = 0; n < 2; n++) buffer.accept(event());
    const first = buffer.shift() as PoolEvent;
    buffer.accept(event());
    const discarded = buffer.putBack(first);
    assert.equal(discarded?.event.serial, 1);
    assert.deepEqual([buffer.shift()?.event.serial, buffer.shift()?.event.serial], [0, 2]);
  });

  it("loses nothing but what it says it discards, and keeps the order: as a plain list would", () => {
    const step = fc.constantFrom("accept", "accept", "shift", "back");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 400 }), (limit, steps) => {
        const event = source();
        const buffer = new PoolBuffer(limit);
        const model: number[] = [];
        const out: PoolEvent[] = [];
        const modelled: number[] = [];
        let discarded = 0;
        for (const kind of steps) {
          const full = model.length >= limit;
          if (kind === "accept") {
            const made = event();
            const lost = buffer.accept(made);
            if (full) discarded += 1;
            assert.equal(lost?.event.serial, full ? model.shift() : undefined);
            model.push(made.serial);
          } else if (kind === "shift") {
            const taken = buffer.shift();
            assert.equal(taken?.event.serial, model.shift());
            if (taken !== undefined) out.push(taken);
            if (taken !== undefined) modelled.push(taken.event.serial);
          } else {
            const back = out.pop();
            if (back === undefined) continue;
            const lost = buffer.putBack(back);
            if (full) discarded += 1;
            assert.equal(lost?.event.serial, full ? model.shift() : undefined);
            model.unshift(modelled.pop() as number);
          }
          assert.equal(buffer.length, model.length);
          assert.equal(buffer.peek()?.event.serial, model[0]);
        }
        assert.equal(buffer.discarded, discarded);
      }),
    );
  });
});
