import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { paletteColour, parseAnsi } from "../../web/ansi.ts";

const shown = (line: string) =>
  parseAnsi(line)
    .spans.map(({ text }) => text)
    .join("");

describe("parseAnsi", () => {
  it("takes colours and looks", () => {
    const { spans, end } = parseAnsi("a\x1b[1;31mb\x1b[22;4mc\x1b[0md\x1b[92;48;5;200me\x1b[38;2;1;2;300mf");
    assert.deepEqual(
      spans.map(({ text, fg, bg, bold, underline }) => [text, fg, bg, bold, underline]),
      [
        ["a", null, null, false, false],
        ["b", 1, null, true, false],
        ["c", 1, null, false, true],
        ["d", null, null, false, false],
        ["e", 10, 200, false, false],
        ["f", "#0102ff", 200, false, false],
      ],
    );
    assert.equal(end.fg, "#0102ff", "the next line goes on in the same look");
  });

  it("takes out what a terminal would not show", () => {
    assert.equal(shown("\x1b]0;title\x07a\x1b[2Kb\x1b[?25lc\x1b(Bd\x07\x00e\tf"), "abcde\tf");
    assert.equal(shown("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), "link");
  });

  it("keeps text as it is, and never loses any", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const plain = [...text].filter((char) => (char >= " " && char !== "\x7f") || char === "\t").join("");
        assert.equal(shown(plain), plain);
        assert.equal(shown(`\x1b[31m${plain}\x1b[m`), plain);
      }),
    );
  });

  it("knows the palette", () => {
    assert.deepEqual([16, 231, 196, 232, 255].map(paletteColour), [
      "#000000",
      "#ffffff",
      "#ff0000",
      "#080808",
      "#eeeeee",
    ]);
  });
});
