import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lostEnvironmentTokens } from "../../lib/config/environment.ts";
import { Dice } from "../support/config-oracle.ts";
import { compareValues } from "../support/config-values.ts";

const ENVIRONMENT = [
  "A",
  "B1",
  "_c",
  "=",
  "=",
  ",",
  ",",
  ";",
  " ",
  "\n",
  "#",
  "\\",
  '"',
  "'",
  '"x y"',
  "'q'",
  '""',
  "a.b",
  "/p:q",
  "(x)",
  "+-",
  "\u00e9",
  "\u20ac",
  "\u00d7",
  "$",
  "%",
  "@",
  "\\\\",
  '\\"',
  "*",
];
const SHELL = [
  "a",
  "b c",
  " ",
  "\t",
  "\n",
  '"',
  "'",
  "\\",
  "#",
  "''",
  '""',
  '"x\\"y"',
  "\\ ",
  "$HOME",
  "=",
  "\u00a0",
  ";",
  "|",
  "\\\n",
  "\u{1f600}",
];
const QUOTABLE = [
  "a",
  "'",
  '"',
  "\\",
  "\n",
  "\r",
  "\t",
  "\0",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u00ad",
  "\u00e9",
  "\u200b",
  "\u2028",
  "\ue000",
  "\uffff",
  "\u{1f600}",
  "\u{e0001}",
  "\u3000",
  " ",
];

describe("words, quotes and variables", () => {
  it("splits 1,500 random environment= values as the original does", () => {
    const dice = new Dice(6);
    const pair = () =>
      `${dice.pick(["A", "B_2", "k.k"])}=${dice.pick(["1", '"a b"', "'c,d'", "x/y:z", '""', "a@b", ""])}`;
    const neat = Array.from({ length: 500 }, () =>
      Array.from({ length: 1 + dice.below(4) }, pair).join(dice.pick([",", ", ", ",\n", ";", " "])),
    );
    compareValues(
      "environment",
      neat.concat(Array.from({ length: 1000 }, () => dice.text(ENVIRONMENT, 0, 10))),
    );
  });

  it("splits 1,500 random command lines as the original does", () => {
    const dice = new Dice(7);
    compareValues(
      "shlex",
      Array.from({ length: 1500 }, () => dice.text(SHELL, 0, 8)),
    );
  });

  it("quotes text as repr and ascii do", () => {
    const dice = new Dice(8);
    const texts = Array.from({ length: 500 }, () => dice.text(QUOTABLE, 0, 6));
    for (const type of ["repr", "ascii"]) compareValues(type, texts);
  });

  it("names the environment= tokens that are skipped in place of a comma", () => {
    assert.deepEqual(lostEnvironmentTokens("A=1;B=2"), [";"]);
    assert.deepEqual(lostEnvironmentTokens("A=a b B=2"), ["b"]);
    assert.deepEqual(lostEnvironmentTokens("A=1, B=2"), []);
  });
});
