import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLoopback, warnIfExposed } from "../../lib/http/exposure.ts";

/** What the log has after the start of a server without a password. */
function warnings(host: string): string[] {
  const lines: string[] = [];
  const log = {
    enabled: () => true,
    log: (level: string, text: string) => void lines.push(`${level} ${text}`),
  };
  warnIfExposed(
    { kind: "inet", section: "inet_http_server", host, port: 9001, username: null, password: null },
    log,
  );
  return lines;
}

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
      assert.deepEqual(warnings(host), [], host);
    }
  });

  it("is warned of on any other, and on a name that would have to be looked up (open-server)", () => {
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
      assert.match(warnings(host).join(), /^warn .*asks for no password/, host);
    }
  });

  it("is told of with the address, and the remedy", () => {
    assert.deepEqual(warnings(""), [
      "warn Server 'inet_http_server' listens on port 9001 of every address and asks for no password: whoever reaches it " +
        "controls every program. Set username= and password=, or listen on 127.0.0.1:9001",
    ]);
  });
});
