import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ConfigError } from "../../lib/config/errors.ts";
import { EnvironmentNames } from "../../lib/config/expand.ts";
import { LIMITS } from "../../lib/config/limits.ts";
import { FormatError, formatNamed, pyformat } from "../../lib/config/pyformat.ts";
import { askOracle, Dice } from "../support/config-oracle.ts";

const NAMES: Readonly<Record<string, string | number>> = {
  here: "/etc/sv",
  program_name: "it's",
  process_num: 7,
  numprocs: 125,
  negative: -31,
  zero: 0,
  one: "\u00e9",
  "ENV_A(b)": "paren",
  ENV_EMPTY: "",
  "\u{1f600}": '\u{1f600}"\n',
};

/** The reason alone: the rest of the message is the same for all. */
function compareAll(texts: readonly string[]): void {
  const unique = [...new Set(texts)];
  const answers = askOracle(
    unique.map((text) => ({ op: "expand", text, names: NAMES, label: "program:x.command" })),
  );
  const names = new Map(Object.entries(NAMES));
  for (const [at, text] of unique.entries()) {
    const { ok, error } = answers[at] ?? {};
    let mine: unknown;
    try {
      mine = { ok: new EnvironmentNames().expand(text, names, "program:x.command") };
    } catch (problem) {
      if (!(problem instanceof ConfigError)) throw problem;
      mine = { error: problem.message };
    }
    assert.deepEqual(mine, error === undefined ? { ok } : { error }, JSON.stringify(text));
  }
}

const KEYS = [...Object.keys(NAMES), ...Object.keys(NAMES), "missing", "ENV_A(b", "", "a)"];
const FLAGS = ["", "", "", "-", "+", " ", "#", "0", "-0", "+#0", " 0"];
const WIDTHS = ["", "", "", "1", "5", "12", "*", "030"];
const PRECISIONS = ["", "", "", ".", ".0", ".1", ".3", ".12", ".*"];
const LENGTHS = ["", "", "h", "l", "L", "ll"];
const TYPES = [..."ssssddiuoxXeEfFgGcra%yZ\u20ac\n("];
const TAILS = ["", "", "", "|", " text", "%%", "%", "%(", "%s", "\u{1f600}"];

describe("Python's % formatting", () => {
  it("formats every conversion, flag, width and precision of every value as Python does", () => {
    const values = ["process_num", "numprocs", "negative", "zero", "here", "one"];
    const texts = values.flatMap((name) =>
      [..."sradiuoxXeEfFgGc"].flatMap((type) =>
        ["", "-", "+", " ", "#", "0", "#0", "-0", "+0"].flatMap((flag) =>
          ["", "10"].flatMap((width) =>
            ["", ".0", ".1", ".2", ".5"].map((precision) => `%(${name})${flag}${width}${precision}${type}|`),
          ),
        ),
      ),
    );
    compareAll(texts);
  });

  it("formats 4,000 random texts as Python does, with the reason of each failure", () => {
    const dice = new Dice(11);
    const one = () => {
      const key = dice.chance(85) ? `(${dice.pick(KEYS)})` : "";
      return `${dice.pick(["", "a", "\u00e9\u{1f600}", "%%"])}%${key}${dice.pick(FLAGS)}${dice.pick(WIDTHS)}${dice.pick(PRECISIONS)}${dice.pick(LENGTHS)}${dice.pick(TYPES)}${dice.pick(TAILS)}`;
    };
    compareAll(Array.from({ length: 4000 }, () => (dice.chance(30) ? one() + one() : one())));
  });

  it("breaks off as Python does", () => {
    compareAll([
      "%",
      "%(",
      "%(here",
      "%(here)",
      "%(here)-",
      "%(here)5",
      "%(here)5.",
      "%(here)l",
      "100%",
      "%(a(b)",
      "%5%",
      "%(here)99999999999999999999s",
      "%(here).99999999999s",
      "%*d",
      "%s",
      "%s%s",
      "%d",
      "%(here)s %s",
    ]);
  });

  it("tells whether a text asks for the whole mapping", () => {
    const names = new Map([["a", "x"]]);
    assert.equal(formatNamed("%(a)s%%", names), "x%");
    assert.equal(formatNamed("%s", names), null);
    assert.equal(formatNamed("%r and %%", names), null);
  });

  it("refuses results beyond the limit before making them", () => {
    const names = new Map([["n", 1]]);
    for (const text of [`%(n)${LIMITS.valueLength + 1}d`, `%(n).${LIMITS.valueLength + 1}f`]) {
      assert.throws(() => pyformat(text, names), { name: "FormatError", message: /longer than 4194304/ });
    }
  });

  it("raises nothing but FormatError, whatever the text", () => {
    const names = new Map(Object.entries(NAMES));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(..."%%%(()he)re.*#0+- sdcx\u00e9"), { maxLength: 12 }),
        (pieces) => {
          try {
            pyformat(pieces.join(""), names);
          } catch (error) {
            assert.ok(error instanceof FormatError, String(error));
          }
        },
      ),
      { numRuns: 3000, seed: 12 },
    );
  });
});
