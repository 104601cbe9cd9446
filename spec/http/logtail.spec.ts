import assert from "node:assert/strict";
import { appendFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { WireClient } from "../support/http-wire.ts";

/** The text of complete chunks. */
function unchunk(text: string): string {
  let rest = text;
  let whole = "";
  for (;;) {
    const line = rest.indexOf("\r\n");
    if (line === -1) return whole;
    const size = Number.parseInt(rest.slice(0, line), 16);
    assert.ok(size > 0, `a chunk of ${rest.slice(0, line)}`);
    const end = line + 2 + size;
    if (rest.length < end + 2) return whole;
    assert.equal(rest.slice(end, end + 2), "\r\n");
    whole += rest.slice(line + 2, end);
    rest = rest.slice(end + 2);
  }
}

describe("followed logs", () => {
  let stub: StubServer;
  before(() => {
    stub = startStubServer();
  });
  after(() => stub.stop());

  /** Opens a stream and waits for its head; `body()` is what has come since. */
  async function follow(
    path: string,
    version = "1.1",
    fields = "",
  ): Promise<{ client: WireClient; head: string; body: () => string }> {
    const client = new WireClient({ port: stub.port });
    client.send(`GET ${path} HTTP/${version}\r\n${fields}\r\n`);
    await client.wait(() => client.text.includes("\r\n\r\n"));
    const at = client.text.indexOf("\r\n\r\n") + 4;
    const raw = (): string => client.text.slice(at);
    const head = client.text.slice(0, at);
    return { client, head, body: head.includes("chunked") ? () => unchunk(raw()) : raw };
  }

  it("have the original's head", async () => {
    const modified = new Date(Math.floor(statSync(stub.catLog).mtimeMs / 1000) * 1000).toUTCString();
    const dated = (head: string): string => head.replace(/Date: [^\r]*/, "Date: -");
    for (const path of [
      "/logtail/cat",
      "/logtail/cat:cat/stderr",
      "/logtail/cat%3Acat",
      "/logtailx/cat;x?y#z",
    ]) {
      const { client, head } = await follow(path);
      assert.equal(
        dated(head),
        "HTTP/1.1 200 OK\r\nServer: Medusa/1.12\r\nDate: -\r\n" +
          `Last-Modified: ${modified}\r\nContent-Type: text/plain;charset=utf-8\r\n` +
          "X-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n",
      );
      client.close();
    }
    const main = await follow("/mainlogtailx?y");
    assert.doesNotMatch(main.head, /X-Accel/);
    main.client.close();
  });

  it("begin with the last 1024 bytes and go on as the file grows", async () => {
    writeFileSync(stub.catLog, `${"a".repeat(500)}${"b".repeat(1000)}`);
    const { client, body } = await follow("/logtail/cat");
    await client.wait(() => body().length >= 1024);
    assert.equal(body(), `${"a".repeat(24)}${"b".repeat(1000)}`);
    appendFileSync(stub.catLog, "more\n");
    await client.wait(() => body().endsWith("more\n"));
    client.close();
  });

  for (const [version, fields] of [
    ["1.0", ""],
    ["1.0", "Connection: keep-alive\r\n"],
    ["1.1", "Connection: close\r\n"],
  ] as const) {
    it(`come at once and without chunks under HTTP/${version} ${fields} (follow-old-clients)`, async () => {
      writeFileSync(stub.catLog, "begin\n");
      const { client, head, body } = await follow("/logtail/cat", version, fields);
      assert.doesNotMatch(head, /chunked|Connection/i);
      await client.wait(() => body() === "begin\n");
      appendFileSync(stub.catLog, "more\n");
      await client.wait(() => body() === "begin\nmore\n");
      client.close();
    });
  }

  it("say that the file was truncated and go on, where the original drops the connection", async () => {
    writeFileSync(stub.catLog, "begin\n");
    const { client, body } = await follow("/logtail/cat");
    await client.wait(() => body() === "begin\n");
    truncateSync(stub.catLog, 0);
    await client.wait(() => body() === "begin\n==> File truncated <==\n");
    appendFileSync(stub.catLog, "new\n");
    await client.wait(() => body() === "begin\n==> File truncated <==\nnew\n");
    client.close();
  });

  it("follow the path when another file takes its place", async () => {
    writeFileSync(stub.catLog, "old\n");
    const { client, body } = await follow("/logtail/cat");
    await client.wait(() => body() === "old\n");
    renameSync(stub.catLog, `${stub.catLog}.1`);
    writeFileSync(stub.catLog, "new\n");
    await client.wait(() => body() === "old\nnew\n");
    client.close();
  });

  it("are not there without a file, a name or a channel", async () => {
    rmSync(stub.catLog);
    for (const path of [
      "/logtail/cat",
      "/logtail",
      "/logtail/",
      "/logtail/nope",
      "/logtail/cat/",
      "/logtail/cat/stdin",
    ]) {
      const client = new WireClient({ port: stub.port });
      client.send(`GET ${path} HTTP/1.1\r\n\r\n`);
      assert.match(await client.reply(), /^HTTP\/1.1 404/, path);
      client.close();
    }
    writeFileSync(stub.catLog, "");
  });

  it("wait for a client that does not read, in bounded memory, and lose nothing", async () => {
    writeFileSync(stub.catLog, "");
    const { client, body } = await follow("/logtail/cat");
    client.socket.pause();
    const piece = Buffer.from(`${"x".repeat(99)}\n`.repeat(20_000));
    const before = process.memoryUsage.rss();
    for (let count = 0; count < 40; count++) {
      appendFileSync(stub.catLog, piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(process.memoryUsage.rss() - before < 60e6, "80 MB of log are not held in memory");
    client.socket.resume();
    await client.wait(() => client.received > 80e6);
    await client.wait(() => body().length === 80e6);
    client.close();
  });

  it("end when the server does", async () => {
    const other = startStubServer();
    const client = new WireClient({ port: other.port });
    client.send("GET /mainlogtail HTTP/1.1\r\n\r\n");
    await client.wait(() => client.text.includes("chunked"));
    await other.server.close();
    await client.wait(() => client.ended);
    assert.match(client.text, /\r\n\r\n0\r\n\r\n$/);
    await other.stop();
  });
});
