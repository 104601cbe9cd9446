import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { basicAuth, parseServerUrl } from "../../../cli/ctl/server-url.ts";

const message = (url: string): string => {
  try {
    parseServerUrl(url);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
};

describe("server URLs", () => {
  it("lead to a unix socket, whose path is all that follows", () => {
    assert.deepEqual(parseServerUrl("unix:///run/a b?c.sock"), {
      address: { kind: "unix", path: "/run/a b?c.sock" },
      host: "localhost",
    });
  });
  it("lead to a host and a port", () => {
    const tcp = (url: string): unknown => parseServerUrl(url);
    assert.deepEqual(tcp("http://Example:9001/x"), {
      address: { kind: "tcp", host: "example", port: 9001 },
      host: "example:9001",
    });
    assert.deepEqual(tcp("http://example"), {
      address: { kind: "tcp", host: "example", port: 80 },
      host: "example",
    });
    assert.deepEqual(tcp("http://[::1]:9001"), {
      address: { kind: "tcp", host: "::1", port: 9001 },
      host: "[::1]:9001",
    });
    assert.deepEqual(tcp("http://joe:secret@h:1"), {
      address: { kind: "tcp", host: "h", port: 1 },
      host: "h:1",
    });
  });
  it("are refused in the original's words", () => {
    assert.equal(message("ftp://x"), "Unknown protocol for serverurl ftp://x");
    assert.equal(message("http://x:65536"), "Port out of range 0-65535");
    assert.equal(message("http://x:a"), "Port could not be cast to integer value as 'a'");
  });
  it("are logged in to in UTF-8", () => {
    assert.equal(basicAuth("testétest", "passéword"), "Basic dGVzdMOpdGVzdDpwYXNzw6l3b3Jk");
  });
});
