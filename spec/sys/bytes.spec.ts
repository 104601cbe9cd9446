import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fromBytes, terminated, terminatedList, toBytes } from "../../lib/sys/bytes.ts";

describe("text for the system", () => {
  it("brings any bytes there and back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        assert.ok(toBytes(fromBytes(bytes)).equals(Buffer.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  it("is UTF-8 for every string without lone surrogates", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        assert.ok(toBytes(text).equals(Buffer.from(text)));
        assert.equal(fromBytes(Buffer.from(text)), text);
      }),
    );
  });

  it("escapes as Python does", () => {
    assert.equal(fromBytes(Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80])), "a\udcff\udced\udca0\udc80");
    assert.equal(fromBytes(Buffer.from("a\ufffdb")), "a\ufffdb");
    assert.equal(toBytes("x\ud800y").toString(), "x\ufffdy");
  });

  it("ends in a NUL and refuses any other", () => {
    assert.equal(terminated("a", "name").toString("hex"), "6100");
    assert.equal(terminatedList([], "name").length, 0);
    assert.equal(terminatedList(["a", "", "\udcff"], "name").toString("hex"), "610000ff00");
    assert.throws(() => terminated("a\0", "name"), {
      name: "TypeError",
      message: 'name holds a NUL byte: "a\\u0000"',
    });
    assert.throws(() => terminatedList(["a", "b\0c"], "name"), /"b\\u0000c"/);
  });
});
