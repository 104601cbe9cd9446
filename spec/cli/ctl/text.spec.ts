import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codePoints, padLeft, padRight } from "../../../cli/ctl/text.ts";

describe("text", () => {
  it("counts code points, not UTF-16 units", () => {
    assert.equal(codePoints("a𝄞ü"), 3);
  });
  it("pads by code points and leaves longer text whole", () => {
    assert.equal(padRight("𝄞", 3), "𝄞  ");
    assert.equal(padLeft("𝄞", 3), "  𝄞");
    assert.equal(padRight("abcd", 3), "abcd");
    assert.equal(padLeft("abcd", 3), "abcd");
  });
});
