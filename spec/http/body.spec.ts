import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  BodyBudget,
  BodyError,
  type BodyReader,
  BodyStore,
  ChunkedBody,
  LengthBody,
} from "../../lib/http/body.ts";

/** Feeds a document cut into pieces of the given sizes; what is left over when the body is done. */
function feed(reader: BodyReader, document: Buffer, sizes: readonly number[]): Buffer {
  let input = Buffer.alloc(0);
  let at = 0;
  for (let turn = 0; at < document.length; turn++) {
    const size = (sizes[turn % sizes.length] ?? 0) + 1;
    input = Buffer.concat([input, document.subarray(at, at + size)]);
    at += size;
    input = input.subarray(reader.feed(input));
  }
  return input;
}

const sizes = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 10 });

function chunks(pieces: readonly Uint8Array[], extension: string, trailer: string): Buffer {
  const parts = pieces
    .filter((piece) => piece.length > 0)
    .map((piece) =>
      Buffer.concat([
        Buffer.from(`${piece.length.toString(16)}${extension}\r\n`),
        piece,
        Buffer.from("\r\n"),
      ]),
    );
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

describe("request bodies", () => {
  it("of a known length are the same however they are cut", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 50 }),
        sizes,
        (body, rest, cut) => {
          const store = new BodyStore(1000, new BodyBudget(1000));
          const reader = new LengthBody(body.length, store);
          const left = feed(reader, Buffer.concat([body, rest]), cut);
          assert.equal(reader.done, true);
          assert.deepEqual(store.take(), Buffer.from(body));
          assert.deepEqual(left, Buffer.from(rest));
        },
      ),
    );
  });

  it("in chunks are the same however they are cut, with extensions and trailers", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 })),
        fc.constantFrom("", ";x", " ;x=y"),
        fc.constantFrom("", "A: b\r\n", "A: b\r\nC: d\r\n"),
        fc.uint8Array({ maxLength: 50 }),
        sizes,
        (pieces, extension, trailer, rest, cut) => {
          const store = new BodyStore(100_000, new BodyBudget(100_000));
          const reader = new ChunkedBody(store);
          const left = feed(reader, Buffer.concat([chunks(pieces, extension, trailer), rest]), cut);
          assert.equal(reader.done, true);
          assert.deepEqual(store.take(), Buffer.concat(pieces));
          assert.deepEqual(left, Buffer.from(rest));
        },
      ),
    );
  });

  it("in tiny chunks take little more room than their bytes, and not for ever (http-limits)", () => {
    const chunk = Buffer.from("1\r\nx\r\n");
    const many = Buffer.concat(Array.from({ length: 200_000 }, () => chunk));
    const store = new BodyStore(1 << 20, new BodyBudget(1 << 20));
    const reader = new ChunkedBody(store);
    global.gc?.();
    const before = process.memoryUsage();
    for (let at = 0; at < many.length; at += 60_000) {
      const piece = many.subarray(at, at + 60_000);
      assert.equal(reader.feed(piece), piece.length);
    }
    const after = process.memoryUsage();
    const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
    assert.ok(grown < 2_000_000, `${grown} bytes`);
    reader.feed(Buffer.from("0\r\n\r\n"));
    assert.ok(store.take().equals(Buffer.alloc(200_000, "x")));

    const endless = new ChunkedBody(new BodyStore(1 << 20, new BodyBudget(1 << 20)));
    assert.throws(
      () => {
        for (let turn = 0; turn < 2; turn++) endless.feed(many);
      },
      (error) => error instanceof BodyError && error.status === 413,
    );
  });

  it("in malformed chunks are refused", () => {
    const documents = [
      ...[
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "0x5\r\n",
        "5 5\r\n",
        "fffffffff\r\n",
        "5\r\nabcdefgh",
        "1\r\na\n0\r\n\r\n",
        "5\n",
      ],
      ...[
        "a".repeat(300),
        `5;${"x".repeat(300)}\r\n`,
        `0\r\n${"A: b\r\n".repeat(3000)}`,
        `0\r\n${"x".repeat(9000)}`,
      ],
    ];
    for (const document of documents) {
      const feedAll = (): void => {
        const reader = new ChunkedBody(new BodyStore(1 << 20, null));
        const left = feed(reader, Buffer.from(document), [1000]);
        // A lone LF ends no line: more may come.
        if (document.endsWith("\n") && !document.endsWith("\r\n"))
          throw new BodyError(left.length > 0 ? 400 : 413);
      };
      assert.throws(
        feedAll,
        (error) => error instanceof BodyError && error.status === 400,
        JSON.stringify(document.slice(0, 30)),
      );
    }
  });

  it("beyond their limit are refused as soon as that is clear, kept or not", () => {
    for (const budget of [new BodyBudget(1 << 20), null]) {
      const reader = new ChunkedBody(new BodyStore(10, budget));
      reader.feed(Buffer.from("8\r\n12345678\r\n"));
      assert.throws(() => reader.feed(Buffer.from("8\r\n123")), { name: "BodyError", status: 413 });
    }
  });

  it("share the server's budget, and give back what they took (http-limits)", () => {
    const budget = new BodyBudget(10);
    const first = new BodyStore(100, budget);
    first.add(Buffer.alloc(6));
    const second = new BodyStore(100, budget);
    assert.throws(() => second.add(Buffer.alloc(6)), { name: "BodyError", status: 503 });
    second.release();
    assert.equal(budget.left, 4);
    first.release();
    first.release();
    assert.equal(budget.left, 10);
    second.add(Buffer.alloc(6));
    assert.equal(budget.left, 4);
  });
});
