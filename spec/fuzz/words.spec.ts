/** Commands, environments and expansions: whatever the text, ours makes of it what the original makes of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseEnvironment } from "../../lib/config/environment.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import { EnvironmentNames } from "../../lib/config/expand.ts";
import { shlexSplit } from "../../lib/config/shlex.ts";
import { askOracle, type Question } from "../support/config-oracle.ts";
import { runs, SEED } from "../support/fuzz-runs.ts";

const NAMES = { here: "/etc/sv", process_num: 7, numprocs: 12, ENV_A: "100%", "ENV_(b)": "ü" } as const;
const NUMBERS = ["0", "1", "07", "12", "*", "-", "+", " ", "#", ".", ".3", "h", "l"] as const;

/** Texts of pieces that mean something, and of anything else that UTF-8 can carry. */
const textOf = (...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...pieces) },
        // Old ones: which of the newest Python's repr shows as they are depends on its Unicode tables.
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            "ß",
            "\u00a0",
            "\u200b",
            "\u2028",
            "€",
            "\u{1f600}",
            "e\u0301",
            "\ufeff",
          ),
        },
        { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 3 }) },
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(""));

const commands = textOf(
  "a",
  "/bin/x",
  " ",
  "  ",
  "\t",
  "\n",
  "\r",
  "'",
  '"',
  "\\",
  "\\'",
  '\\"',
  "$",
  "#",
  ";",
  "\v",
  "\f",
);
const environments = textOf(
  ...[
    "A",
    "B_1",
    "=",
    "=",
    ",",
    ",",
    " ",
    "\n",
    "'",
    '"',
    "\\",
    '"x,y=z"',
    "'1'",
    ";",
    "#",
    "é",
    "×",
    "/+-():.",
  ],
);
const formats = textOf(
  ...[
    "%",
    "%%",
    "(",
    ")",
    "%(here)s",
    "%(process_num)",
    "%(numprocs)",
    "(ENV_A)",
    "(ENV_(b))",
    "(gone)",
    "s",
    "d",
    "x",
    "c",
  ],
  ...["r", "a", "e", "G", "i", "u", "Q", ...NUMBERS],
  // A width beyond our limit is refused with a text of our own.
).filter((text) => !/\d{6}/.test(text));

/** What ours makes of it, as the oracle tells its own. */
function outcome(work: () => unknown): { ok: unknown } | { error: string } {
  try {
    return { ok: work() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { error: error.message };
  }
}

function compare(
  texts: fc.Arbitrary<string>,
  ask: (text: string) => Question,
  ours: (text: string) => unknown,
): void {
  const sample = [...new Set(fc.sample(texts, { numRuns: runs(3000), seed: SEED }))];
  const answers = askOracle(sample.map(ask));
  let refused = 0;
  for (const [at, text] of sample.entries()) {
    const { ok, error } = answers[at] ?? {};
    if (error !== undefined) refused++;
    const theirs = error === undefined ? { ok } : { error };
    assert.deepEqual(
      outcome(() => ours(text)),
      theirs,
      `FUZZ_SEED=${SEED}: ${JSON.stringify(text)}`,
    );
  }
  assert.ok(refused > 0 && refused < sample.length, "both kinds of answers were met");
}

describe("texts of a configuration", () => {
  it("are split into words as the original splits them", () => {
    compare(commands, (text) => ({ op: "value", type: "shlex", text }), shlexSplit);
  });

  it("are read as environments as the original reads them", () => {
    compare(
      environments,
      (text) => ({ op: "value", type: "environment", text }),
      (text) => Object.fromEntries(parseEnvironment(text)),
    );
  });

  it("are expanded as the original expands them, with its reasons where it cannot", () => {
    const names = new Map<string, string | number>(Object.entries(NAMES));
    compare(
      formats,
      (text) => ({ op: "expand", text, names: NAMES, label: "program:x.command" }),
      (text) => new EnvironmentNames().expand(text, names, "program:x.command"),
    );
  });
});
