import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AnsiStripper } from "../../lib/wire/strip-ansi.ts";
import { runOracle } from "../support/oracle-python.ts";

function strip(chunks: readonly string[]): string {
  const stripper = new AnsiStripper();
  const parts = chunks.map((chunk) =>
    Buffer.from(stripper.push(Buffer.from(chunk, "latin1"))).toString("latin1"),
  );
  return parts.join("") + Buffer.from(stripper.flush()).toString("latin1");
}

const plain = fc.string({ unit: fc.constantFrom(..."abmKH \n[0;123é\xff\x1b"), maxLength: 12 });
const sequence = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(..."0123456789;?"), maxLength: 8 }),
    fc.constantFrom(..."HfABCDRsuJKhlpm"),
  )
  .map(([parameters, final]) => `\x1b[${parameters}${final}`);
const cut = (stream: string, at: readonly number[]): string[] => {
  const marks = [0, ...at.map((n) => n % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return marks.slice(1).map((mark, i) => stream.slice(marks[i], mark));
};

describe("strip_ansi", () => {
  it("gives what the original gives for complete sequences that it knows", () => {
    const text = plain.map((s) => s.replaceAll("\x1b[", "["));
    const streams = fc
      .sample(fc.array(fc.oneof(text, sequence), { maxLength: 10 }), 1000)
      .map((parts) => parts.join(""))
      .filter((s) => !/E\[[0-9;?]*(?![0-9;?HfABCDRsuJKhlpm])/.test(s.replaceAll("\x1b", "E")));
    assert.ok(streams.length > 500);
    const theirs = runOracle(
      `
import json, sys
from supervisor.dispatchers import stripEscapes
json.dump([stripEscapes(s.encode('latin-1')).decode('latin-1') for s in json.load(sys.stdin)], sys.stdout)
`,
      streams,
    );
    assert.deepEqual(
      streams.map((s) => strip([s])),
      theirs,
    );
  });

  it("gives the same text however the stream is cut", () => {
    const any = fc.oneof(plain, sequence, fc.constantFrom("\x1b", "\x1b[", "\x1b[1;", "\x1b[6n", "\x1b[3\n"));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 30 }), (parts, marks) => {
        const stream = parts.join("");
        assert.equal(strip(cut(stream, marks)), strip([stream]));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes out a sequence that two reads cut", () => {
    assert.equal(strip(["red \x1b[3", "1mtext\x1b", "[0m."]), "red text.");
  });

  it("keeps the text after a sequence that the original does not know (strip-ansi)", () => {
    assert.equal(strip(["\x1b[6nHello there"]), "Hello there");
    assert.equal(strip(["\x1b[12\nnext line"]), "\nnext line");
  });

  it("keeps what is no control sequence, and drops one that never ends", () => {
    assert.equal(strip(["\x1b]0;title\x07x\x1b"]), "\x1b]0;title\x07x\x1b");
    assert.equal(strip(["abc\x1b[31"]), "abc");
  });

  it("hands back the chunk itself when there is nothing to take out", () => {
    const chunk = Buffer.from("plain");
    assert.equal(new AnsiStripper().push(chunk), chunk);
  });
});
