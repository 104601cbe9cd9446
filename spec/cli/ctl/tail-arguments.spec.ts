import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTail } from "../../../cli/ctl/tail-arguments.ts";

const parse = (line: string): unknown => parseTail(line === "" ? [] : line.split(" "));

describe("tail's words", () => {
  it("ask for bytes of a channel", () => {
    assert.deepEqual(parse("web"), { kind: "read", name: "web", channel: "stdout", bytes: 1600 });
    assert.deepEqual(parse("-100 web STDERR"), { kind: "read", name: "web", channel: "stderr", bytes: 100 });
    assert.deepEqual(parse("--5 web"), { kind: "read", name: "web", channel: "stdout", bytes: -5 });
    assert.deepEqual(parse("web between stderr"), {
      kind: "read",
      name: "web",
      channel: "stderr",
      bytes: 1600,
    });
  });
  it("ask to follow", () => {
    assert.deepEqual(parse("-f web stderr"), { kind: "follow", name: "web", channel: "stderr" });
  });
  it("are refused in the original's words", () => {
    assert.deepEqual(parse(""), { kind: "usage", message: "Error: too few arguments" });
    assert.deepEqual(parse("a b c d"), { kind: "usage", message: "Error: too many arguments" });
    assert.deepEqual(parse("-f"), { kind: "error", message: "Error: tail requires process name" });
    assert.deepEqual(parse("-x web"), { kind: "error", message: "Error: bad argument -x" });
    assert.deepEqual(parse("web other"), { kind: "bad-channel", channel: "other" });
  });
});
