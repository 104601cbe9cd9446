/** What the shell's line editor does by itself: keys, what is cut out, the search through the history. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KeySource, splitKeys } from "../../../cli/ctl/keys.ts";
import { type Cut, cutOf, KillRing } from "../../../cli/ctl/kill-ring.ts";
import { ReverseSearch } from "../../../cli/ctl/reverse-search.ts";

describe("keys", () => {
  it("are told apart, sequences whole", () => {
    assert.deepEqual(splitKeys("a\t\x1b[A\x1bOP\x1bd\x1b[1;5Cü😀\x1b"), [
      ...["a", "\t", "\x1b[A", "\x1bOP", "\x1bd", "\x1b[1;5C", "ü", "😀", "\x1b"],
    ]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => splitKeys(text).join("") === text));
  });
  it("come one by one, and not while they are held back", async () => {
    const heard: string[] = [];
    const source = new KeySource((key) => key === "x");
    source.on("data", (key: string) => {
      heard.push(key);
      if (key === "b") source.pause();
    });
    source.feed("axbc");
    assert.deepEqual(heard, []);
    source.resume();
    assert.deepEqual(heard, [], "not before the one that resumes is done");
    await Promise.resolve();
    assert.deepEqual(heard, ["a", "b"]);
    assert.equal(source.rest(), "c");
  });
});

describe("what is cut out", () => {
  const text = (key: string, before: string, behind = ""): string | undefined =>
    cutOf(key, before, behind)?.text;
  it("is as much as readline's keys take", () => {
    assert.equal(text("\x17", "stop web-1  "), "web-1  ");
    assert.equal(text("\x1b\x7f", "stop web-1  "), "1  ");
    assert.equal(text("\x1bd", "stop", " web-1"), " web");
    assert.equal(text("\x15", "ab", "cd"), "ab");
    assert.equal(text("\x0b", "ab", "cd"), "cd");
    assert.equal(cutOf("a", "ab", "cd"), null);
  });
  it("is joined where nothing comes between, and comes back newest first", () => {
    const ring = new KillRing();
    const cut = (where: Cut["where"], text: string): void => ring.add({ where, text });
    cut("before", "two");
    cut("before", "one ");
    cut("behind", " three");
    assert.equal(ring.newest, "one two three");
    ring.part();
    cut("before", "x");
    assert.equal(ring.newest, "x");
    assert.equal(ring.rotate(), "one two three");
    assert.equal(ring.rotate(), "x");
    assert.equal(new KillRing().rotate(), "");
  });
});

describe("the search through the history", () => {
  it("narrows, goes on to older lines, and says where there is none", () => {
    const search = new ReverseSearch(["stop a", "start ab", "stop a", "stop a", "pid"], "half");
    assert.equal(search.line, "half");
    search.older();
    assert.equal(search.line, "half");
    search.type("s");
    assert.equal(search.line, "stop a");
    search.older();
    assert.equal(search.line, "start ab", "the same line is not shown twice");
    search.type("to");
    assert.equal(search.line, "stop a");
    search.type("x");
    assert.equal(search.prompt, "(failed reverse-i-search)`stox': ");
    assert.equal(search.line, "stop a");
    search.erase();
    assert.equal(search.prompt, "(reverse-i-search)`sto': ");
  });
});
