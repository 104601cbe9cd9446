import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rotationDue, rotationSteps } from "../../lib/core/rotation.ts";

describe("rotation", () => {
  it("is due when the position has reached maxbytes, and never for maxbytes 0", () => {
    assert.equal(rotationDue(99, 100), false);
    assert.equal(rotationDue(100, 100), true);
    assert.equal(rotationDue(5_000_000_000, 100), true);
    assert.equal(rotationDue(5_000_000_000, 0), false);
  });

  it("shifts the oldest first and the log itself last", () => {
    assert.deepEqual(rotationSteps("/l", 3), [
      { from: "/l.2", to: "/l.3" },
      { from: "/l.1", to: "/l.2" },
      { from: "/l", to: "/l.1" },
    ]);
    assert.deepEqual(rotationSteps("/l", 1), [{ from: "/l", to: "/l.1" }]);
  });

  it("moves nothing without backups", () => {
    assert.deepEqual(rotationSteps("/l", 0), []);
  });
});
