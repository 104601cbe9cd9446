import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeOrRepr, reprBytes } from "../../lib/wire/python-repr.ts";
import { runOracle } from "../support/oracle-python.ts";

describe("python's repr", () => {
  it("of bytes is Python's, and undecodable output is shown by it", () => {
    const blobs = fc.sample(fc.uint8Array({ maxLength: 12 }), 1000);
    const theirs = runOracle(
      `
import json, sys
def show(b):
    try: return b.decode('utf-8')
    except UnicodeDecodeError: return 'Undecodable: %r' % b
blobs = [bytes(b) for b in json.load(sys.stdin)]
json.dump([[repr(b), show(b)] for b in blobs], sys.stdout)
`,
      blobs.map((blob) => [...blob]),
    );
    assert.deepEqual(
      blobs.map((blob) => [reprBytes(blob), decodeOrRepr(blob)]),
      theirs,
    );
  });
});
