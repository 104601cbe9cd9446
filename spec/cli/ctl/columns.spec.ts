import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import fc from "fast-check";
import { columnize } from "../../../cli/ctl/columns.ts";

const ORACLE = `
import cmd, io, json, sys
for words, width in json.load(sys.stdin):
    out = io.StringIO()
    cmd.Cmd(stdout=out).columnize(words, width)
    print(json.dumps(out.getvalue()))
`;

describe("columnize", () => {
  it("lays words out as Python's cmd module does", () => {
    const cases = fc.sample(
      fc.tuple(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 }),
        fc.integer({ min: 1, max: 100 }),
      ),
      300,
    );
    const python = spawnSync("/usr/bin/python3", ["-c", ORACLE], { input: JSON.stringify(cases) });
    const expected = python.stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    assert.equal(expected.length, cases.length, python.stderr.toString());
    cases.forEach(([words, width], index) => {
      const lines = columnize(words, width)
        .map((line) => `${line}\n`)
        .join("");
      assert.equal(lines, expected[index], JSON.stringify([words, width]));
    });
  });
});
