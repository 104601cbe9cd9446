import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseLine } from "../../../cli/ctl/parse-line.ts";

describe("parseLine", () => {
  it("takes the leading name for the command and strips the rest", () => {
    assert.deepEqual(parseLine("  tail  -f  web "), {
      command: "tail",
      arg: "-f  web",
      line: "tail  -f  web",
    });
    assert.deepEqual(parseLine("status:"), { command: "status", arg: ":", line: "status:" });
  });
  it("reads ? as help", () => {
    assert.deepEqual(parseLine("? start"), { command: "help", arg: "start", line: "help  start" });
    assert.deepEqual(parseLine("?"), { command: "help", arg: "", line: "help " });
  });
  it("knows no command in an empty line, in ! and in signs", () => {
    assert.equal(parseLine(" \t ").line, "");
    assert.equal(parseLine("!ls").command, null);
    assert.equal(parseLine("-x y").command, "");
  });
  it("loses nothing but white space", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^\s*[?!]/.test(text)),
        (text) => {
          const { command, arg, line } = parseLine(text);
          assert.equal(`${command ?? ""}${arg}`.replace(/\s/g, ""), line.replace(/\s/g, ""));
        },
      ),
    );
  });
});
