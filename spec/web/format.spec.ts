import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytes, clock, duration, percent } from "../../web/format.ts";

describe("what the page shows", () => {
  it("durations", () => {
    assert.deepEqual([-3, 0, 99, 100, 3599, 3660, 86_399, 90_000].map(duration), [
      "0s",
      "0s",
      "99s",
      "1m",
      "59m",
      "1h 01m",
      "23h 59m",
      "1d 1h",
    ]);
  });

  it("sizes", () => {
    assert.deepEqual([0, 999, 1000, 1024 * 12, 1.5 * 2 ** 30, 2 ** 52].map(bytes), [
      "0 B",
      "999 B",
      "1.0 KB",
      "12 KB",
      "1.5 GB",
      "4096 TB",
    ]);
  });

  it("shares", () => {
    assert.deepEqual([0, 0.04, 3.14, 9.96, 250.4].map(percent), ["0%", "0.0%", "3.1%", "10%", "250%"]);
  });

  it("times, with the day where it is another", () => {
    const now = new Date(2026, 0, 2, 12, 0, 0).getTime();
    assert.equal(clock(now - 1000, now), "11:59:59");
    assert.equal(clock(now - 86_400_000, now), "2026-01-01 12:00:00");
  });
});
