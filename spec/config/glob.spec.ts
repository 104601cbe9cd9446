import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fnmatch, glob } from "../../lib/config/glob.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { Dice } from "../support/config-oracle.ts";

function python(code: string, input: unknown): unknown {
  const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", code], {
    input: JSON.stringify(input),
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

describe("Python's glob", () => {
  it("judges 6,000 random names by random patterns as fnmatch does", () => {
    const dice = new Dice(51);
    const pieces = [
      "a",
      "b",
      "c",
      "-",
      "*",
      "?",
      "[",
      "]",
      "!",
      "^",
      "[a-c]",
      "[!a]",
      "[c-a]",
      "[]]",
      "[!]]",
      "[a-]",
      "[-a]",
      "[a-b-c]",
      "[--c]",
      "[a-c-b]",
      "[^a]",
      "[[]",
      "\\",
      ".",
      "\n",
      "\u00e9",
      "\u{1f600}",
      "&&",
    ];
    const names = [
      "",
      "a",
      "b",
      "c",
      "-",
      "ab",
      "abc",
      "]",
      "[",
      "^",
      "!",
      "a-c",
      "a]",
      "[a]",
      "\\",
      "a.b",
      ".a",
      "\n",
      "\u00e9",
      "\u{1f600}",
      "&&",
      "aab",
      "bca",
    ];
    const pairs = Array.from({ length: 6000 }, () => [dice.pick(names), dice.text(pieces, 1, 4)] as const);
    const theirs = python(
      "import sys,json,fnmatch;print(json.dumps([fnmatch.fnmatchcase(n,p) for n,p in json.load(sys.stdin)]))",
      pairs,
    );
    const mine = pairs.map(([name, pattern]) => fnmatch(name, pattern));
    const wrong = pairs.filter((_, at) => mine[at] !== (theirs as boolean[])[at]);
    assert.deepEqual(wrong, []);
    assert.ok(mine.filter(Boolean).length > 150);
  });

  it("finds what glob.glob finds in a tree with dotfiles, links and directories", () => {
    const cases = new Cases();
    try {
      const cwd = cases.place(
        makeCase({
          "a/x.conf": "",
          "a/y.ini": "",
          "a/.h.conf": "",
          "b/x.conf": "",
          ".d/x.conf": "",
          "a/s/t.conf": "",
          "[q]/x.conf": "",
          z: "",
        }),
      );
      spawnSync("ln", ["-s", "/nosuch", `${cwd}/a/dangling.conf`]);
      spawnSync("ln", ["-s", "a", `${cwd}/link`]);
      const host: ConfigHost = configHost("x");
      const patterns = [
        "*",
        "*/",
        "a/*",
        "*/x.conf",
        "*/*/*.conf",
        ".*/*.conf",
        "[ab]/*.conf",
        "[[]q]/*",
        "link/*",
        "*/dangling.conf",
        "z/*",
        "z",
        "nosuch",
        "a/",
        "*/nosuch",
        "a/*/",
        "*/s/",
        "**/*.conf",
        "./*/x.conf",
        "a/../b/*",
      ].map((pattern) => `${cwd}/${pattern}`);
      const theirs = python(
        "import sys,json,glob;print(json.dumps([sorted(glob.glob(p)) for p in json.load(sys.stdin)]))",
        patterns,
      );
      assert.deepEqual(
        patterns.map((pattern) => glob(host, pattern).sort()),
        theirs,
      );
    } finally {
      cases.remove();
    }
  });

  it("takes no time over a pattern of many stars", () => {
    const start = performance.now();
    assert.equal(fnmatch("a".repeat(5000), `${"*a".repeat(40)}b`), false);
    assert.ok(performance.now() - start < 15_000);
  });
});
