import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type HttpOracle, startHttpOracle } from "../support/http-oracle.ts";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { undated, WireClient } from "../support/http-wire.ts";

const basic = (credentials: string): string =>
  `Authorization: Basic ${Buffer.from(credentials, "latin1").toString("base64")}\r\n`;

async function ask(port: number, request: string): Promise<string> {
  const client = new WireClient({ port });
  client.send(request);
  const reply = undated(await client.reply());
  client.close();
  return reply;
}

/** Whether the connection ends after the reply. */
/** What becomes of the connection: closed, or so long open that nobody waits for its end. */
async function fate(port: number, request: string, patience: number): Promise<"closed" | "open"> {
  const client = new WireClient({ port });
  client.send(request);
  await client.reply();
  const ended = await client.until(() => client.ended, patience);
  client.close();
  return ended ? "closed" : "open";
}

const get = (fields: string, version = "1.1"): string => `GET /nope HTTP/${version}\r\n${fields}\r\n`;
const statusOf = (reply: string): string => reply.slice(9, 12);

const PASSWORD = "p\u00e9:w";
const UTF8 = Buffer.from(PASSWORD).toString("latin1");

for (const [kind, password] of [
  ["plain", PASSWORD],
  ["hashed", `{SHA}${createHash("sha1").update(PASSWORD).digest("hex")}`],
] as const) {
  describe(`authentication with a ${kind} password`, () => {
    let oracle: HttpOracle;
    let stub: StubServer;

    before(async () => {
      oracle = await startHttpOracle(password);
      stub = startStubServer({ username: "u", password });
    });
    after(async () => {
      await Promise.all([oracle.stop(), stub.stop()]);
    });

    it("answers alike", async () => {
      const requests: readonly (readonly [fields: string, status: string])[] = [
        [basic(`u:${UTF8}`), "404"],
        [basic(`u:${UTF8}`).replace("Basic", "bAsIc").replace("Auth", "aUTH"), "404"],
        [basic(`u:${UTF8}`).replace("Basic ", "Basic  "), "404"],
        [basic(`u:${UTF8}`).replace("\r\n", " \r\n"), "404"],
        ["", "401"],
        [basic("u:p"), "401"],
        [basic(`u:${UTF8}x`), "401"],
        [basic(`U:${UTF8}`), "401"],
        [basic(`:${UTF8}`), "401"],
        [basic("u:"), "401"],
        [basic(`u:${password}`), kind === "plain" ? "400" : "401"],
        ["Authorization: Basic\r\n", "401"],
        ["Authorization: Digest x\r\n", "401"],
        ["Authorization: Basic x\r\n", "400"],
        [basic("\xff:x"), "400"],
      ];
      for (const [fields, status] of requests) {
        for (const version of ["1.1", "1.0"]) {
          const [theirs, ours] = await Promise.all(
            [oracle.guardedPort, stub.port].map((port) => ask(port, get(fields, version))),
          );
          assert.equal(ours, theirs, fields);
          assert.equal(statusOf(ours ?? ""), status, fields);
        }
      }
    });

    it("guards every path and method alike", async () => {
      for (const line of [
        "GET /",
        "FOO /x",
        "POST /RPC2",
        "GET /logtail/cat",
        "GET /mainlogtail",
        "HEAD /ok.html",
      ]) {
        const reply = await ask(stub.port, `${line} HTTP/1.0\r\n\r\n`);
        assert.equal(statusOf(reply), "401", line);
      }
    });

    it("ends the connection with a 401, where the original leaves it open and deaf (auth-close)", async () => {
      assert.equal(await fate(oracle.guardedPort, get(""), 1000), "open");
      assert.equal(await fate(stub.port, get(""), 60_000), "closed");
      const reply = await ask(stub.port, get("Connection: keep-alive\r\n", "1.0"));
      assert.match(reply, /^HTTP\/1.0 401.*\r\nConnection: close\r\n/s);
    });

    it("answers 401 to credentials without a colon and to none in base64, where the original answers 500", async () => {
      for (const fields of [basic("u"), basic(""), "Authorization: Basic !!!!\r\n"]) {
        assert.equal(statusOf(await ask(oracle.guardedPort, get(fields))), "500", fields);
        assert.equal(statusOf(await ask(stub.port, get(fields))), "401", fields);
      }
    });

    it("sees credentials without a space after the colon of the field", async () => {
      const request = get(basic(`u:${UTF8}`).replace(": ", ":"));
      assert.equal(statusOf(await ask(oracle.guardedPort, request)), "401");
      assert.equal(statusOf(await ask(stub.port, request)), "404");
    });

    it("refuses a call before it has read its body, and the refusal arrives", async () => {
      const client = new WireClient({ port: stub.port });
      client.send(`POST /RPC2 HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n${"x".repeat(4_000_000)}`);
      assert.equal(statusOf(await client.reply()), "401");
      client.close();
    });
  });
}

describe("authentication that is off", () => {
  it("ignores credentials, also where the name is empty", async () => {
    const open = startStubServer();
    const nameless = startStubServer({ username: "", password: "x" });
    for (const { port, lines } of [open, nameless]) {
      assert.equal(statusOf(await ask(port, get("Authorization: Basic !\r\n"))), "404");
      assert.ok(
        lines.includes("critical Server 'inet_http_server' running without any HTTP authentication checking"),
      );
    }
    await Promise.all([open.stop(), nameless.stop()]);
  });
});
