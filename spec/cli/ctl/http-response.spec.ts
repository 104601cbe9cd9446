import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HttpSyntaxError, ResponseReader } from "../../../cli/ctl/http-response.ts";

function read(text: string, cuts: readonly number[] = []): { reader: ResponseReader; body: string } {
  const bytes = Buffer.from(text, "latin1");
  const parts: Buffer[] = [];
  const reader = new ResponseReader((chunk) => parts.push(Buffer.from(chunk)));
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  for (let at = 1; at < places.length; at += 1) reader.push(bytes.subarray(places[at - 1], places[at]));
  return { reader, body: Buffer.concat(parts).toString("latin1") };
}

const COUNTED = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\ncontent-length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n 123456789\r\n0\r\nT: x\r\n\r\n";

describe("responses", () => {
  it("are read by length, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        const { reader, body } = read(COUNTED, cuts);
        assert.equal(body, "hello");
        assert.equal(reader.done, true);
        assert.equal(reader.head?.headers.get("content-type"), "text/xml");
      }),
    );
  });
  it("are read by chunks, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        const { reader, body } = read(CHUNKED, cuts);
        assert.equal(body, "hello 123456789");
        assert.equal(reader.done, true);
      }),
    );
  });
  it("end with the connection where they tell no length", () => {
    const { reader, body } = read("HTTP/1.0 200 OK\r\n\r\nhello");
    assert.equal(body, "hello");
    assert.equal(reader.done, false);
    assert.equal(reader.end(), true);
  });
  it("that are cut short have no right end", () => {
    assert.equal(read(COUNTED.slice(0, -1)).reader.end(), false);
    assert.equal(read(CHUNKED.slice(0, -5)).reader.end(), false);
  });
  it("keep status and reason, pass 100 over, and may have no body", () => {
    const { reader } = read(
      "HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 401 Un authorized\r\nContent-Length: 0\r\n\r\n",
    );
    assert.equal(reader.done, true);
    assert.equal(reader.head?.status, 401);
    assert.equal(reader.head.reason, "Un authorized");
    assert.equal(reader.head.headers.has("a"), false);
  });
  it("that are none cost an error, and no memory", () => {
    for (const bad of [
      "nonsense\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "x".repeat(70_000),
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 300 }, (_, i) => `h${i}: x\r\n`).join("")}\r\n`,
    ]) {
      assert.throws(() => read(bad), HttpSyntaxError);
    }
  });
  it("never fail otherwise", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          read(`HTTP/1.1 200 OK\r\n${text}`);
        } catch (error) {
          assert.ok(error instanceof HttpSyntaxError);
        }
      }),
    );
  });
});
