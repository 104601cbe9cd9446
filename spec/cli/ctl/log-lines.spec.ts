import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LinePrefixer, lastLines, linesSince, parseSince } from "../../../cli/ctl/extra/log-lines.ts";
import { overlap, Splice } from "../../../cli/ctl/extra/splice.ts";

describe("lines of logs", () => {
  it("are counted from the end", () => {
    assert.equal(lastLines("a\nb\nc\n", 2, true), "b\nc\n");
    assert.equal(lastLines("a\nb\nc", 2, true), "b\nc");
    assert.equal(lastLines("a\nb\n", 5, true), "a\nb\n");
    assert.equal(lastLines("a\nb\n", 2, false), null);
    assert.equal(lastLines("x\na\nb\n", 2, false), "a\nb\n");
    assert.equal(lastLines("a\n\n\n", 2, true), "\n\n");
    assert.equal(lastLines("a\n", 0, false), "");
    assert.equal(lastLines("", 3, true), "");
  });
  it("are as many as asked for", () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{0,5}$/), { maxLength: 20 });
    fc.assert(
      fc.property(lines, fc.nat(25), (all, count) => {
        const text = all.map((line) => `${line}\n`).join("");
        const expected = all
          .slice(Math.max(0, all.length - count))
          .map((line) => `${line}\n`)
          .join("");
        assert.equal(lastLines(text, count, true), expected);
      }),
    );
  });
  it("go by their time", () => {
    const log =
      "2026-01-01 10:00:00,123 INFO a\n  more of a\n2026-01-01 11:00:00 b\nmore of b\n[2026-01-01T12:00:00Z] c\n";
    const from = parseSince("2026-01-01 10:30", 0) ?? 0;
    assert.equal(linesSince(log, from, true), log.slice(log.indexOf("2026-01-01 11")));
    assert.equal(linesSince(log, from, false), log.slice(log.indexOf("2026-01-01 11")));
    assert.equal(linesSince(log.slice(log.indexOf("2026-01-01 11")), from, false), null);
    assert.equal(linesSince("no time\n", from, true), "");
  });
  it("take spans and dates for a time", () => {
    const now = Date.parse("2026-01-02T00:00:00Z");
    assert.equal(parseSince("90s", now), now - 90_000);
    assert.equal(parseSince("1d", now), now - 86_400_000);
    assert.equal(parseSince("2026-01-01T00:00:00Z", now), now - 86_400_000);
    assert.equal(parseSince("2026-01-01T00:00:00+0100", now), now - 90_000_000);
    assert.equal(parseSince("2026-01-01", now), Date.parse("2026-01-01T00:00:00"));
    assert.equal(parseSince("soon", now), undefined);
    assert.equal(parseSince("2026-13-45", now), undefined);
  });
  it("get a prefix once they are complete, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat()), (text, cuts) => {
        const bytes = Buffer.from(text);
        const prefixer = new LinePrefixer("> ");
        const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
          (a, b) => a - b,
        );
        let out = "";
        for (let at = 1; at < places.length; at += 1)
          out += prefixer.take(bytes.subarray(places[at - 1], places[at]));
        out += prefixer.end();
        const whole = bytes.toString().replace(/^\ufeff/, "");
        const lines = whole.endsWith("\n") ? whole.slice(0, -1) : whole;
        assert.equal(
          out,
          whole === ""
            ? ""
            : lines
                .split("\n")
                .map((line) => `> ${line}\n`)
                .join(""),
        );
      }),
    );
  });
});

describe("splices", () => {
  const numbers = (from: number, to: number): Buffer =>
    Buffer.from(Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join(""));
  it("leave out what a stream repeats, whatever was written meanwhile", () => {
    const whole = numbers(0, 2000);
    const bytes = fc.integer({ min: 1500, max: 5000 });
    fc.assert(
      fc.property(
        bytes,
        fc.nat(3000),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }),
        (opened, more, sizes) => {
          const read = whole.subarray(0, opened + more);
          const stream = whole.subarray(opened - 1024);
          const splice = new Splice(read);
          const shown: Buffer[] = [read];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            shown.push(Buffer.from(splice.take(stream.subarray(at, at + size))));
            at += size;
          }
          assert.ok(Buffer.concat(shown).equals(whole));
        },
      ),
    );
  });
  it("show a whole stream that does not fit, and one of an empty log", () => {
    assert.equal(overlap(Buffer.from("abc"), Buffer.from("xyz")), 0);
    const fresh = new Splice(Buffer.alloc(0));
    assert.equal(Buffer.from(fresh.take(Buffer.from("new"))).toString(), "new");
  });
});
