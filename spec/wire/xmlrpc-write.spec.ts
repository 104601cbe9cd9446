import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { pythonFloat } from "../../lib/wire/python-number.ts";
import { readCall } from "../../lib/wire/xmlrpc-read.ts";
import { readResponse } from "../../lib/wire/xmlrpc-response.ts";
import { XmlRpcDouble, type XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";
import { writeCall, writeFault, writeResponse } from "../../lib/wire/xmlrpc-write.ts";
import { askOracle, describeValue } from "../support/xmlrpc-oracle.ts";
import { anyValue, legalText } from "../support/xmlrpc-values.ts";

const text = (answer: readonly unknown[]): unknown => answer[1];

describe("writing XML-RPC", () => {
  it("is byte for byte what CPython's dumps makes, over thousands of values", () => {
    const values = fc.sample(anyValue, { numRuns: 3000, seed: 1 });
    const answers = askOracle(values.map((value) => ["write_response", describeValue(value, true)]));
    for (const [at, value] of values.entries()) assert.equal(writeResponse(value), text(answers[at] ?? []));
  });

  it("writes calls and faults as CPython does", () => {
    const calls = fc.sample(
      fc.tuple(fc.stringMatching(/^[a-z.A-Z]{1,20}$/), fc.array(anyValue, { maxLength: 4 })),
      {
        numRuns: 300,
        seed: 2,
      },
    );
    const faults = fc.sample(fc.tuple(fc.integer({ min: -5, max: 200 }), legalText), {
      numRuns: 300,
      seed: 3,
    });
    const answers = askOracle([
      ...calls.map(
        ([method, params]) =>
          ["write_call", [method, params.map((value) => describeValue(value, true))]] as const,
      ),
      ...faults.map((fault) => ["write_fault", fault] as const),
    ]);
    const ours = [
      ...calls.map(([method, params]) => writeCall(method, params)),
      ...faults.map(([code, message]) => writeFault(code, message)),
    ];
    assert.deepEqual(ours, answers.map(text));
  });

  it("prints doubles as Python's repr does", () => {
    const doubles = [
      ...fc.sample(fc.double(), { numRuns: 3000, seed: 4 }),
      ...[
        1e15, 1e16, 1e17, 1e-4, 1e-5, 123456789012345680, 5e-324, 1.7976931348623157e308, 0.1, 100, -0, 1e21,
        1e22,
      ],
    ];
    const answers = askOracle(
      doubles.map((value) => ["write_response", describeValue(new XmlRpcDouble(value), true)]),
    );
    for (const [at, value] of doubles.entries()) {
      assert.match(
        String(text(answers[at] ?? [])),
        new RegExp(`<double>${pythonFloat(value).replace("+", "\\+")}<`),
      );
    }
  });

  it("keeps the order and the names of members that JavaScript treats apart", () => {
    const names = ["2", "1", "__proto__", "constructor", "", "0", "-1"];
    const struct = new Map<string, XmlRpcValue>(names.map((name, at) => [name, at]));
    const reply = readResponse(writeResponse(struct));
    assert.ok(reply.ok && reply.value instanceof Map);
    assert.deepEqual([...reply.value], [...struct]);
  });

  it("replaces what XML cannot carry by U+FFFD, and keeps CR, so that every client reads the reply (illegal-characters)", () => {
    const log = "a\x1b[31mred\x1b[0m\0\r\n\rb\ud800c\udc00\ufffe\uffff\u{1f600}\t]]>";
    const wanted = "a\ufffd[31mred\ufffd[0m\ufffd\r\n\rb\ufffdc\ufffd\ufffd\ufffd\u{1f600}\t]]>";
    const document = writeResponse([log, new Map([[log, 1]])]);
    assert.deepEqual(readResponse(document), { ok: true, value: [wanted, new Map([[wanted, 1]])] });
    assert.deepEqual(askOracle([["read_reply", document]]), [
      [
        "ok",
        [
          [
            "array",
            [
              ["string", wanted],
              [
                "struct",
                [
                  [
                    ["string", wanted],
                    ["number", 1],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    ]);
  });

  it("writes whole numbers beyond 32 bits with all their digits, and Python reads them (big-integers)", () => {
    const sizes = [2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 70];
    const document = writeResponse(sizes);
    assert.match(document, /<int>2147483648<\/int>.*<int>1180591620717411303424<\/int>/s);
    assert.deepEqual(askOracle([["read_reply", document]]), [
      ["ok", [["array", sizes.map((size) => ["number", size])]]],
    ]);
  });

  it("refuses what has no form, as Python does", () => {
    const cycle: XmlRpcValue[] = [];
    cycle.push(cycle);
    const loop = new Map<string, XmlRpcValue>();
    loop.set("self", loop);
    for (const value of [
      null,
      undefined,
      cycle,
      loop,
      [null],
      { a: null },
      new Date(Number.NaN),
      Symbol("x"),
    ]) {
      assert.throws(() => writeResponse(value as XmlRpcValue), TypeError);
    }
  });

  it("is undone by the readers: any value, in a call and in a reply", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const reply = readResponse(writeResponse(value));
        assert.ok(reply.ok);
        assert.deepEqual(describeValue(reply.value), describeValue(plain(value)));
        const call = readCall(writeCall("a.b", [value, value]));
        assert.equal(call.method, "a.b");
        assert.deepEqual(
          call.params.map((param) => describeValue(param)),
          [describeValue(asCallParam(value)), describeValue(asCallParam(value))],
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is undone for any text at all, but for what XML cannot carry", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        const reply = readResponse(writeResponse(any));
        assert.deepEqual(reply, { ok: true, value: carried(any) });
      }),
    );
  });
});

/** A text as it arrives: what XML cannot carry is replaced. */
const carried = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML cannot carry
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");

/** What reading gives: doubles are numbers. */
const plain = (value: XmlRpcValue): XmlRpcValue => mapValue(value, (leaf) => leaf);

/** A request's base64 is text where it is UTF-8. */
const asCallParam = (value: XmlRpcValue): XmlRpcValue =>
  mapValue(value, (leaf) => {
    if (!(leaf instanceof Uint8Array)) return leaf;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(leaf);
    } catch {
      return leaf;
    }
  });

function mapValue(value: XmlRpcValue, leaf: (value: XmlRpcValue) => XmlRpcValue): XmlRpcValue {
  if (value instanceof XmlRpcDouble) return value.value;
  if (Array.isArray(value)) return value.map((item) => mapValue(item, leaf));
  if (value instanceof Map) return new Map([...value].map(([name, item]) => [name, mapValue(item, leaf)]));
  return leaf(value);
}
