/** Replies that do not fit into a socket: they go out whole, as fast as the client reads, or not at all. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { typedReply } from "../../lib/http/reply.ts";
import type { Route } from "../../lib/http/route.ts";
import { until } from "../support/daemon-wait.ts";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { WireClient } from "../support/http-wire.ts";

const count = (length: number): string =>
  Array.from({ length: Math.ceil(length / 8) }, (_, at) => String(at).padStart(8, "."))
    .join("")
    .slice(0, length);

/** Longer than what goes out at once, to the character, and beyond; those that are not ASCII, a pair of surrogates in the way. */
const LONG_TEXTS: readonly string[] = [
  ...[65_535, 65_536, 65_537, 131_072, 700_001].map(count),
  `${count(65_535)}\u{1f600}${count(70_000)}`,
  `${count(70_000)}\u00e9`,
  count(20e6),
];

describe("a large reply", () => {
  let stub: StubServer;
  /** Impatient: a pause of this process, in which client and server are, would trip over it. */
  let strict: StubServer;
  const asked: string[] = [];
  const sends = (path: string, body: string | Uint8Array): Route => ({
    matches: ({ uri }) => uri === path,
    bodyLimit: () => undefined,
    handle: (exchange) => {
      asked.push(path);
      exchange.send(typedReply("text/plain", body));
    },
  });
  const pages = [
    sends("/bytes", Buffer.alloc(20e6, "h")),
    ...LONG_TEXTS.map((text, at) => sends(`/text${at}`, text)),
  ];

  before(() => {
    stub = startStubServer({ pages });
    strict = startStubServer({ pages, limits: { stallMs: 400, idleMs: 600 } });
  });
  after(() => Promise.all([stub.stop(), strict.stop()]));

  it("comes whole, be it text of whatever length and letters, and the next after it", async () => {
    for (const [at, text] of LONG_TEXTS.entries()) {
      const client = new WireClient({ port: stub.port });
      client.send(`GET /text${at} HTTP/1.1\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\n`);
      const reply = await client.reply();
      const body = Buffer.from(reply.slice(reply.indexOf("\r\n\r\n") + 4), "latin1");
      assert.ok(body.equals(Buffer.from(text)), `text ${at}`);
      assert.match(await client.reply(), /OK$/);
      client.send(`HEAD /text${at} HTTP/1.1\r\n\r\n`);
      assert.match(await client.reply(true), new RegExp(`^Content-Length: ${body.length}\r$`, "m"));
      client.close();
    }
  });

  it("is the only one that is held for a client that never reads, and who is dropped", async () => {
    for (const path of ["/bytes", `/text${LONG_TEXTS.length - 1}`]) {
      asked.length = 0;
      const client = new WireClient({ port: strict.port });
      client.socket.pause();
      client.send(`GET ${path} HTTP/1.1\r\n\r\n`.repeat(200));
      await until("the first", () => asked.length === 1);
      await until("the end", () => strict.server.connections === 0);
      assert.deepEqual(asked, [path]);
      client.close();
    }
  });

  it("reaches a slow reader", async () => {
    // As long in all as it may take nothing; seconds of patience are what a busy machine may cost it.
    const slow = startStubServer({ pages, limits: { stallMs: 5000 } });
    const client = new WireClient({ port: slow.port });
    client.send("GET /bytes HTTP/1.1\r\n\r\n");
    for (let round = 0; round < 12; round++) {
      client.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 450));
      client.socket.resume();
      await client.wait(() => client.received > (round + 1) * 1e6);
    }
    const reply = await client.reply();
    assert.equal(reply.length - reply.indexOf("\r\n\r\n"), 20e6 + 4);
    client.close();
    await slow.stop();
  });
});
