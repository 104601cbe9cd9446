import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseHead } from "../../lib/http/head.ts";
import { acceptsGzip } from "../../lib/http/page-assets.ts";

describe("packed files of the page", () => {
  it("are for who takes gzip, with whatever weight but none", () => {
    const takes = (value: string): boolean => {
      const request = parseHead(`GET / HTTP/1.1\r\nAccept-Encoding: ${value}`);
      assert.ok(request !== null);
      return acceptsGzip(request);
    };
    for (const value of [
      "gzip",
      "gzip, deflate, br",
      "br;q=1.0, gzip;q=0.55",
      "gzip;q=1.0",
      "gzip ; q=0.001",
    ])
      assert.equal(takes(value), true, value);
    for (const value of ["", "*", "x-gzip", "gzip;q=0", "gzip;q=0.000, br", "br"])
      assert.equal(takes(value), false, value);
  });
});
