import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { editDistance, nearest } from "../../../cli/ctl/suggest.ts";

describe("suggestions", () => {
  it("find the word that was meant", () => {
    const commands = ["start", "stop", "status", "restart", "tail"];
    assert.equal(nearest("stauts", commands), "status");
    assert.equal(nearest("strat", commands), "start");
    assert.equal(nearest("tial", commands), "tail");
    assert.equal(nearest("restert", commands), "restart");
  });
  it("take what was left half typed before what is near", () => {
    const commands = ["start", "stop", "status", "restart", "tail"];
    assert.equal(nearest("stat", commands), "status");
    assert.equal(nearest("RESTA", commands), "restart");
    assert.equal(nearest("st", commands), undefined);
    assert.equal(nearest("t", commands), undefined);
  });
  it("keep quiet where nothing is near, or the word is right", () => {
    assert.equal(nearest("frobnicate", ["start", "stop"]), undefined);
    assert.equal(nearest("start", ["start"]), undefined);
    assert.equal(nearest("", ["a"]), undefined);
    assert.equal(nearest("x".repeat(1000), ["x".repeat(1001)]), undefined);
  });
  it("measure as edits do", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        assert.equal(distance, editDistance(b, a));
        assert.equal(distance === 0, a === b);
        assert.ok(distance <= Math.max(a.length, b.length));
        assert.ok(distance >= Math.abs(a.length - b.length));
      }),
    );
  });
});
