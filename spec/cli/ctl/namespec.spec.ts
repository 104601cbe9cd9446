import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeNamespec, splitNamespec } from "../../../cli/ctl/namespec.ts";

describe("namespecs", () => {
  it("are split at the first colon", () => {
    assert.deepEqual(splitNamespec("web"), { group: "web", process: "web" });
    assert.deepEqual(splitNamespec("g:p:q"), { group: "g", process: "p:q" });
    assert.deepEqual(splitNamespec("g:*"), { group: "g", process: null });
    assert.deepEqual(splitNamespec("g:"), { group: "g", process: null });
    assert.deepEqual(splitNamespec(":"), { group: "", process: null });
  });
  it("are short where group and process are called the same", () => {
    assert.equal(makeNamespec("web", "web"), "web");
    assert.equal(makeNamespec("g", "web"), "g:web");
  });
});
