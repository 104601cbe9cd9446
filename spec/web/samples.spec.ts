import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Samples } from "../../web/samples.ts";

/** Samples at these times, each with the time as its value. */
function at(...times: number[]): Samples {
  const samples = new Samples();
  for (const time of times) samples.push(time, time);
  return samples;
}

describe("Samples", () => {
  it("breaks the line where nobody looked for a while", () => {
    assert.deepEqual(at(1000, 1010, 1100).data, [
      [1000, 1010, 1011, 1100],
      [1000, 1010, null, 1100],
    ]);
  });

  it("knows those that no line leads to, and the last", () => {
    assert.deepEqual(at().points(), []);
    assert.deepEqual(at(1000).points(), [0]);
    assert.deepEqual(at(1000, 1002).points(), [1]);
    assert.deepEqual(at(1000, 1100, 1200, 1202, 1300).points(), [0, 2, 7]);
  });

  it("goes back an hour, and shows five minutes at least", () => {
    assert.deepEqual(at(1000, 1002).span(), [702, 1002]);
    assert.deepEqual(at(1000, 2000).span(), [1000, 2000]);
    const long = at(1000, 3000, 5000);
    assert.ok((long.data[0][0] ?? 0) >= 1400);
    assert.equal(long.span()[1], 5000);
  });

  it("takes no sample twice", () => {
    assert.deepEqual(at(1000, 1000, 990).data, [[1000], [1000]]);
  });
});
