import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ConfigError } from "../../lib/config/errors.ts";
import { Ini } from "../../lib/config/ini.ts";
import { LIMITS } from "../../lib/config/limits.ts";
import { decodeUtf8 } from "../../lib/config/utf8.ts";
import { askOracle, Dice } from "../support/config-oracle.ts";

type File = readonly [name: string, content: Buffer, here: string | null];

/** What our reader makes of the files, in the oracle's form. */
function ours(files: readonly File[]): unknown {
  const ini = new Ini();
  try {
    for (const [name, content, here] of files) {
      const { text, error } = decodeUtf8(content);
      ini.read(text, name, error);
      if (here !== null) ini.expandHere(here);
    }
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
  const sections = ini.sections().map((name) => {
    return [name, ini.options(name).map((option) => [option, ini.get(name, option)?.value])];
  });
  return { ok: sections };
}

const question = (files: readonly File[]) => ({
  op: "ini" as const,
  files: files.map(([name, content, here]) => [name, content.toString("base64"), here]),
});

function compareAll(cases: readonly (readonly File[])[]): void {
  const answers = askOracle(cases.map(question));
  for (const [at, files] of cases.entries()) {
    const { ok, error } = answers[at] ?? {};
    const expected = error === undefined ? { ok } : { error };
    const shown = files
      .map(([name, content]) => `${name}: ${JSON.stringify(content.toString("latin1"))}`)
      .join("\n");
    assert.deepEqual(ours(files), expected, shown);
  }
}

const one = (text: string | Buffer): File[] => [["it.conf", Buffer.from(text as string), null]];

const HEADERS = [
  "[a]",
  "[b]",
  "[program:x]",
  "[ a ]",
  " [a]",
  "\t[b] tail",
  "[a]b]",
  "[]",
  "[[x]]",
  "[a",
  "a]",
  "[DEFAULT]",
  "[a] ; c",
  "[a];c",
  "[default]",
  "[\u00e9]",
];
const KEYS = ["k", "K", "key two", "k2", "", "\u00c9", "k;x", "#k", "a#b", "\u0130"];
const DELIMITERS = ["=", ":", " = ", "\t:\t", "= ", " =", "==", ":=", " ", ""];
const VALUES = [
  "v",
  "",
  "a;b",
  "a ;b",
  "a #b;c",
  "a#b #c ;d",
  "x#y #z ;w",
  "a#b;c ;d #e",
  ";v",
  " ;v",
  '"q ; r"',
  "%(here)s/x",
  "%(here)s %(here)s",
  "\u00a0v\u00a0",
  "\u2028",
  "a\u0085b",
  "a\u000bb\u000c",
  "v\u001c",
  "\u{1f600}",
  "$&",
  "  v  ",
  "[x]",
  "=v",
  "\u3000;c",
];
const INDENTS = ["", "", "", " ", "  ", "\t", "\u00a0", "\u2003", "\u000b"];
const ENDS = ["\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n \n"];
const COMMENTS = ["# c", "; c", "  ; c", "\t#", "rem x", "//"];

function randomFile(dice: Dice): string {
  let text = dice.chance(3) ? "\ufeff" : "";
  if (dice.chance(85)) text += `${dice.pick(HEADERS)}${dice.pick(ENDS)}`;
  for (let lines = dice.below(12); lines > 0; lines--) {
    const kind = dice.below(10);
    if (kind === 0) text += dice.pick(HEADERS);
    else if (kind === 1) text += dice.pick(COMMENTS);
    else if (kind === 2) text += dice.pick(INDENTS) + dice.pick(VALUES);
    else text += dice.pick(INDENTS) + dice.pick(KEYS) + dice.pick(DELIMITERS) + dice.pick(VALUES);
    text += dice.pick(ENDS);
  }
  return dice.chance(20) ? text.trimEnd() : text;
}

describe("Python's INI dialect", () => {
  it("reads hand-made corners as the original does", () => {
    compareAll(
      [
        "",
        "\n",
        "[a]",
        "[a]\nk=v",
        "k=v",
        "\n\n k=v\n[a]",
        "[a]\nk",
        "[a]\nk\nj\n=v\n",
        "[a]\n=v\n more\n",
        "[a]\nk=v\n more\n\n\n  and\n",
        "[a]\nk=v\n\n\n",
        "[a]\n k=v\n j=w\n  x\n",
        "[a]\ncommand=a\n user=b\n",
        "[a]\nk=v\n ; c\n more ; d\n # e\n\n more\n",
        "[a]\nk=1\n[b]\nk=2\n[a]\nk=3\nj=4\n",
        "[DEFAULT]\nk=1\n[a]\nj=2\n",
        "[a]\nk=v\n[DEFAULT]\nk=w\nz=1\n",
        "\ufeff[a]\nk=v\n",
        "[a]\rk=v\r\nj=w\r",
        "[a]\n[b]\n  k=v\n",
        "[a]\nk: v\nj : w = x\nurl=http://x\n",
        "[q]x]\n",
        "[program:q]x] tail]\nk=v",
        "[a]\nk=v\nbad\n  more\n",
        "[a]\nx = \n  y\n",
        "[a]\nk = v ;c\n",
        "[a]\nk=\n\n\n[b]\n",
        "x\n[a]\n",
        "[a]\nk=v\u001c\n",
        "[a]\n\u001ck=v\n",
        "[a]\nk=%(here)s\n",
        '[a]\nk=bash -c "a ; b"\n',
      ].map(one),
    );
  });

  it("reads 2,500 random files as the original does, errors with all their lines included", () => {
    const dice = new Dice(1);
    compareAll(Array.from({ length: 2500 }, () => one(randomFile(dice))));
  });

  it("merges 700 random pairs of files and puts each file's directory in place of %(here)s", () => {
    const dice = new Dice(2);
    const file = (name: string, here: string): File => [name, Buffer.from(randomFile(dice)), here];
    compareAll(Array.from({ length: 700 }, () => [file("/c/a.conf", "/c"), file("/d/b.conf", "/d/$&")]));
  });

  it("tells undecodable bytes in Python's words, in whatever chunk they stand", () => {
    const dice = new Dice(3);
    const pieces = [
      [0xff],
      [0xc3],
      [0xc3, 0xa9],
      [0xe2, 0x82],
      [0xe2, 0x82, 0xac],
      [0xf0, 0x9f, 0x98],
      [0xed, 0xa0, 0x80],
      [0xe0, 0x80],
      [0xc0, 0xaf],
      [0xf5],
      [0xf4, 0x90, 0x80, 0x80],
      [0x80],
      [0x41],
      [0x0a],
    ];
    const cases = Array.from({ length: 250 }, () => {
      const before = `${dice.chance(80) ? "[a]\n" : "stray\n"}${"k=v\n".repeat(dice.pick([0, 1, 2046, 2047, 4095]))}`;
      const filler = "x".repeat(dice.below(9));
      const bytes = Array.from({ length: 1 + dice.below(4) }, () => dice.pick(pieces)).flat();
      return one(
        Buffer.concat([
          Buffer.from(`${before}j=${filler}`),
          Buffer.from(bytes),
          Buffer.from(dice.pick(["", "\n", "xyz\n"])),
        ]),
      );
    });
    compareAll(cases);
  });

  it("keeps the file and line of every option and section", () => {
    const ini = new Ini();
    ini.read("# c\n[a]\nk=1\nj=2\n  3\n", "one.conf");
    ini.read("\n[b]\n[a]\nk=9\n", "two.conf");
    assert.deepEqual(ini.get("a", "k"), { value: "9", file: "two.conf", line: 4 });
    assert.deepEqual(ini.get("a", "j"), { value: "2\n3", file: "one.conf", line: 4 });
    assert.deepEqual(ini.header("a"), { file: "one.conf", line: 2 });
    assert.deepEqual(ini.header("b"), { file: "two.conf", line: 2 });
    assert.deepEqual(ini.ownOptions("a"), ["k", "j"]);
  });

  it("raises nothing but ConfigError, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: "binary" }), (bytes, text) => {
        for (const content of [Buffer.from(bytes), Buffer.from(`[a]\n${text}`)]) ours([["f", content, "/h"]]);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it("refuses more lines than the limit (limits)", () => {
    const text = `[a]\n${"\n".repeat(LIMITS.fileLines)}`;
    assert.throws(() => new Ini().read(text, "f"), {
      name: "ConfigError",
      message: `config file f has more than ${LIMITS.fileLines} lines`,
    });
  });

  it("reads a value of a million spaces, or of a million lines' worth of text, in no time to speak of", () => {
    const start = performance.now();
    new Ini().read(
      `[a]\nk=x${" ".repeat(1_000_000)}y\nj=${"# ".repeat(500_000)}\n${" z\n".repeat(100_000)}`,
      "f",
    );
    assert.ok(performance.now() - start < 15_000);
  });
});
