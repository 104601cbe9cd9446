import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { expandGroups, expandPatterns, globToRegExp, isPattern } from "../../../cli/ctl/glob.ts";

const entries = [
  { group: "cron", name: "cron" },
  { group: "crontab", name: "crontab" },
  { group: "web", name: "web_00" },
  { group: "web", name: "web_01" },
  { group: "webhook", name: "hook" },
  { group: "worker", name: "worker_00" },
  { group: "worker", name: "worker_10" },
];

const expand = (...words: string[]): string[] => expandPatterns(words, entries);

describe("patterns", () => {
  it("leave the original's names alone, in their order, twice if twice", () => {
    for (const words of [
      ["web:*"],
      ["web:"],
      ["all"],
      ["nothing"],
      ["cron", "web:web_00", "cron"],
      ["--json"],
    ]) {
      assert.deepEqual(expandPatterns(words, entries), words);
      assert.ok(!words.some(isPattern));
    }
  });
  it("stand for process names with or without their group", () => {
    assert.deepEqual(expand("worker_?0"), ["worker:worker_00", "worker:worker_10"]);
    assert.deepEqual(expand("web_0[1-9]"), ["web:web_01"]);
    assert.deepEqual(expand("web_0[!1]"), ["web:web_00"]);
    assert.deepEqual(expand("cron*"), ["cron", "crontab"]);
  });
  it("stand for whole groups, each once", () => {
    assert.deepEqual(expand("web*:*"), ["web:*", "webhook:*"]);
    assert.deepEqual(expand("w*:w*_00"), ["web:web_00", "worker:worker_00"]);
  });
  it("exclude, from everything or from what is named", () => {
    assert.deepEqual(expand("!w*"), ["cron", "crontab"]);
    assert.deepEqual(expand("web:*", "!*_00"), ["web:web_01"]);
    assert.deepEqual(expand("all", "!web:*", "!worker:*", "!webhook:hook"), ["cron", "crontab"]);
  });
  it("that fit nothing are all that is left, to be refused by name", () => {
    assert.deepEqual(expand("nothing*", "cron"), ["nothing*"]);
    assert.deepEqual(expand("[z-a]"), ["[z-a]"]);
    assert.deepEqual(expand("web:*", "!web_0l"), ["!web_0l"]);
    for (const word of ["!", "!nope", "!all", "!nope:*", "!nope*", "!!cron"]) {
      assert.deepEqual(expand(word), [word]);
      assert.deepEqual(expand("all", "cron*", word, word), [word]);
    }
    // One that fits something, if nothing of what is named, is no mistake.
    assert.deepEqual(expand("web:*", "!cron"), ["web:web_00", "web:web_01"]);
  });
  it("are no patterns where they are the name of something", () => {
    const odd = [
      { group: "a*", name: "a*" },
      { group: "ab", name: "ab" },
    ];
    assert.deepEqual(expandPatterns(["a*"], odd), ["a*"]);
  });
  it("never stand for the word all", () => {
    const odd = [
      { group: "all", name: "all" },
      { group: "b", name: "b" },
    ];
    assert.deepEqual(expandPatterns(["a*"], odd), ["all:all"]);
    assert.deepEqual(expandPatterns(["all", "!b"], odd), ["all:all"]);
    assert.deepEqual(expandPatterns(["b*", "!b"], odd), []);
  });
  it("stand for groups where groups are meant", () => {
    assert.deepEqual(expandGroups(["we*"], ["web", "webhook", "cron"]), ["web", "webhook"]);
    assert.deepEqual(expandGroups(["!we*"], ["web", "webhook", "cron"]), ["cron"]);
    assert.deepEqual(expandGroups(["all", "!we*"], ["web", "webhook", "cron"]), ["cron"]);
    assert.deepEqual(expandGroups(["x*", "cron"], ["web", "cron"]), ["x*"]);
    assert.deepEqual(expandGroups(["web", "!x"], ["web", "cron"]), ["!x"]);
    assert.deepEqual(expandGroups(["!"], ["web", "cron"]), ["!"]);
    assert.deepEqual(expandGroups(["!web:*"], ["web", "cron"]), ["cron"]);
  });
  it("without wildcards match themselves alone, whatever they are made of", () => {
    const plain = fc.string().filter((text) => !/[*?[]/.test(text));
    fc.assert(
      fc.property(plain, plain, (pattern, other) => {
        assert.equal(globToRegExp(pattern).test(pattern), true);
        assert.equal(globToRegExp(pattern).test(other), pattern === other);
      }),
    );
  });
  it("never throw", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => assert.ok(Array.isArray(expandPatterns(words, entries)))),
    );
  });
});
