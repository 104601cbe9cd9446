import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { candidates, lastWord, needsNames } from "../../../cli/ctl/completion.ts";
import { commandPart } from "../../../cli/ctl/extra/complete-line.ts";

const commands = ["help", "start", "status", "stop"];
const entries = [
  { group: "cat", name: "cat" },
  { group: "w", name: "w_00" },
  { group: "w", name: "w_01" },
];
const complete = (line: string): string[] => candidates(line, commands, entries);

describe("completion", () => {
  it("offers commands first, and behind help", () => {
    assert.deepEqual(complete("st"), ["start ", "status ", "stop "]);
    assert.deepEqual(complete(""), ["help ", "start ", "status ", "stop "]);
    assert.deepEqual(complete("help sta"), ["start ", "status "]);
  });
  it("offers processes and whole groups where they are meant", () => {
    assert.deepEqual(complete("start "), ["cat ", "w:* ", "w:w_00 ", "w:w_01 "]);
    assert.deepEqual(complete("start cat w:w_0"), ["w:w_00 ", "w:w_01 "]);
    assert.deepEqual(complete("stop cat:"), ["cat:* ", "cat:cat "]);
    assert.deepEqual(complete("version "), []);
  });
  it("offers groups where they are meant, each once", () => {
    assert.deepEqual(complete("remove "), ["cat ", "w "]);
  });
  it("takes : * and - for parts of a word", () => {
    assert.equal(lastWord("start my-app:w*"), "my-app:w*");
    assert.equal(lastWord("signal HUP "), "");
  });
  it("asks for names only where it shows them", () => {
    assert.equal(needsNames("start "), true);
    assert.equal(needsNames("start"), false);
    assert.equal(needsNames("help "), false);
    assert.equal(needsNames(""), false);
  });
  it("finds the command behind a shell's options", () => {
    assert.deepEqual(commandPart("supervisorctl -c f -i sta"), { options: ["-c", "f", "-i"], rest: "sta" });
    assert.deepEqual(commandPart("supervisorctl start "), { options: [], rest: "start " });
    assert.deepEqual(commandPart("supervisorctl "), { options: [], rest: "" });
    assert.equal(commandPart("supervisorctl -c "), null);
    assert.equal(commandPart("supervisorctl --context pr"), null);
  });
});
