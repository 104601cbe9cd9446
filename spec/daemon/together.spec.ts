import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runEngine } from "../support/events-engine.ts";

describe("lines that belong together", () => {
  it("are written in one go, but at once where somebody hears of a change of state and may look", async (test) => {
    const { supervisor, log } = await runEngine(test, "");
    const gathered = (): boolean => {
      const before = log.gatherings;
      assert.equal(
        supervisor.together(() => 7),
        7,
      );
      return log.gatherings > before;
    };
    assert.equal(gathered(), true);
    const leaveTicks = supervisor.bus.subscribe("TICK_5", () => {});
    assert.equal(gathered(), true);
    const leave = supervisor.bus.subscribe("PROCESS_STATE_FATAL", () => {});
    assert.equal(gathered(), false);
    leave();
    assert.equal(gathered(), true);
    supervisor.bus.subscribe("EVENT", () => {});
    assert.equal(gathered(), false);
    leaveTicks();
  });
});
