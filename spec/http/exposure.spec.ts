import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exposure, isLoopback } from "../../lib/http/exposure.ts";

const inet = (host: string) =>
  ({ kind: "inet", section: "inet_http_server", host, port: 9001, username: null, password: null }) as const;

describe("a server without a password", () => {
  it("is at home on a loopback address", () => {
    const home = [
      "127.0.0.1",
      "127.1",
      "127.255.0.3",
      "localhost",
      "LOCALHOST",
      "a.localhost",
      "::1",
      "[::1]",
    ];
    for (const host of [...home, "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "ip6-localhost"]) {
      assert.ok(isLoopback(host), host);
      assert.equal(exposure(inet(host)), null, host);
    }
  });

  it("is warned of on any other, and on a name that would have to be looked up", () => {
    const abroad = [
      "",
      "0.0.0.0",
      "::",
      "[::]",
      "10.0.0.1",
      "192.168.1.27",
      "fe80::1",
      "2001:db8::1",
      "1271.0.0.1",
    ];
    for (const host of [
      ...abroad,
      "example.org",
      "localhost.example.org",
      "127.0.0.1.example.org",
      "::2",
      "::11",
    ]) {
      assert.ok(!isLoopback(host), host);
      assert.match(exposure(inet(host)) ?? "", /asks for no password/, host);
    }
  });

  it("is told of with the address, and the remedy", () => {
    assert.equal(
      exposure(inet("")),
      "Server 'inet_http_server' listens on port 9001 of every address and asks for no password: whoever reaches it " +
        "controls every program. Set username= and password=, or listen on 127.0.0.1:9001",
    );
  });
});
