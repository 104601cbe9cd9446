import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPlainReply } from "../../lib/wire/xmlrpc-plain.ts";
import { readAnyReply } from "../../lib/wire/xmlrpc-response.ts";
import { XmlRpcSyntaxError, type XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";
import { writeResponse } from "../../lib/wire/xmlrpc-write.ts";

const character = fc.oneof(
  fc.constantFrom(..."<>&\r\n\t'\"]é;#13", "]]>", "&amp;", "😀"),
  fc.string({ unit: "binary", maxLength: 1 }),
);
const text = fc.string({ unit: character, maxLength: 12 });

const { value } = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(2 ** 53),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((members) => new Map(members)),
  ),
}));

/** What the whole reader makes of a document; undefined for one that it refuses, or a fault. */
function slowly(document: string): XmlRpcValue | undefined {
  try {
    const reply = readAnyReply(document);
    return reply.ok ? reply.value : undefined;
  } catch (error) {
    assert.ok(error instanceof XmlRpcSyntaxError);
    return undefined;
  }
}

describe("the short way to read a reply", () => {
  it("reads what a process is told as", () => {
    const info = new Map<string, XmlRpcValue>([
      ["name", "a<b"],
      ["state", 20],
      ["list", [true, new Map([["x", "\r"]])]],
    ]);
    assert.deepEqual(readPlainReply(writeResponse([info])), [info]);
  });

  it("never reads a document otherwise than the whole reader does", () => {
    let short = 0;
    fc.assert(
      fc.property(value, fc.nat(), fc.option(text), (made, at, damage) => {
        const whole = writeResponse(made);
        const where = at % whole.length;
        const document =
          damage === null ? whole : whole.slice(0, where) + damage + whole.slice(where + damage.length);
        const found = readPlainReply(document);
        if (found === undefined) return;
        short++;
        assert.deepEqual(found, slowly(document));
      }),
      { numRuns: 5000 },
    );
    assert.ok(short > 500, "the short way was taken");
  });

  it("leaves faults and other layouts alone", () => {
    const other = writeResponse("x").replaceAll("\n", "");
    assert.equal(readPlainReply(other), undefined);
    assert.equal(readPlainReply(writeResponse(1.5)), undefined);
    let deep: XmlRpcValue = "x";
    for (let depth = 0; depth < 100; depth++) deep = [deep];
    assert.equal(readPlainReply(writeResponse(deep)), undefined);
  });
});
