import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { typedReply } from "../../lib/http/reply.ts";
import type { Route } from "../../lib/http/route.ts";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { WireClient } from "../support/http-wire.ts";

/** Routes that wait and stream. */
function testRoutes(): { routes: Route[]; seen: string[]; release: () => void } {
  const seen: string[] = [];
  let held: (() => void)[] = [];
  const route = (path: string, handle: Route["handle"]): Route => ({
    matches: ({ uri }) => uri === path,
    bodyLimit: ({ method }) => (method === "POST" ? 1 << 20 : undefined),
    handle,
  });
  return {
    seen,
    release: () => {
      for (const answer of held) answer();
      held = [];
    },
    routes: [
      route("/held", (exchange) => {
        seen.push("held");
        exchange.onClose(() => seen.push("left"));
        held.push(() => exchange.send(typedReply("text/plain", "held")));
      }),
      route("/throws", () => {
        throw new Error("thrown");
      }),
      route("/twice", (exchange) => {
        exchange.send(typedReply("text/plain", "one"));
        exchange.send(typedReply("text/plain", "two"));
        exchange.stream(200, "").write(Buffer.from("three"));
      }),
      route("/events", (exchange) => {
        const stream = exchange.stream(200, "Content-Type: text/event-stream\r\n");
        stream.write(Buffer.from("data: 1\n\n"));
        stream.write(Buffer.alloc(0));
        held.push(() => {
          stream.write(Buffer.from("data: 2\n\n"));
          stream.end();
          stream.end();
          stream.write(Buffer.from("data: 3\n\n"));
        });
      }),
    ],
  };
}

describe("a connection", () => {
  let stub: StubServer;
  /** Impatient: for what is given up on. A pause of this process, in which client and server are, would trip over it. */
  let strict: StubServer;
  const { routes, seen, release } = testRoutes();

  before(() => {
    stub = startStubServer({ pages: routes });
    const limits = {
      headMs: 300,
      bodyMs: 300,
      idleMs: 600,
      stallMs: 400,
      leaveMs: 200,
      lingerMs: 300,
    };
    strict = startStubServer({ pages: routes, limits });
  });
  after(() => Promise.all([stub.stop(), strict.stop()]));

  const open = (to = stub): WireClient => new WireClient({ port: to.port });

  async function ask(line: string): Promise<string> {
    const client = open();
    client.send(`${line}\r\n\r\n`);
    const reply = await client.reply();
    client.close();
    return reply;
  }

  const eventually = async (condition: () => boolean): Promise<void> => {
    for (const deadline = Date.now() + 15_000; !condition(); ) {
      assert.ok(Date.now() < deadline, "in time");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it("answers requests in order, the next only after the one before", async () => {
    seen.length = 0;
    const client = open();
    client.send("GET /held HTTP/1.1\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\nGET /held HTTP/1.1\r\n\r\n");
    await eventually(() => seen.length === 1);
    release();
    assert.match(await client.reply(), /held$/);
    assert.match(await client.reply(), /OK$/);
    await eventually(() => seen.length === 2);
    release();
    assert.match(await client.reply(), /held$/);
    client.close();
  });

  it("takes a request byte by byte", async () => {
    const client = open();
    for (const char of "\r\nGET /ok.html HTTP/1.1\r\nX: y\r\n\r\n") client.send(char);
    assert.match(await client.reply(), /OK$/);
    client.close();
  });

  it("answers 500 and logs what a route throws", async () => {
    stub.lines.length = 0;
    assert.match(await ask("GET /throws HTTP/1.1"), /^HTTP\/1.1 500/);
    assert.match(stub.lines.join("\n"), /^error Server Error: Error: thrown/m);
  });

  it("sends one reply whatever a route does", async () => {
    const client = open();
    client.send("GET /twice HTTP/1.1\r\n\r\n");
    assert.match(await client.reply(), /one$/);
    assert.equal(await client.fate(), "open");
    client.close();
  });

  it("streams in chunks, ends them, and goes on with the next request", async () => {
    const client = open();
    client.send("GET /events HTTP/1.1\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\n");
    await client.wait(() => client.text.includes("data: 1\n\n"));
    release();
    await client.wait(() => client.text.endsWith("OK"));
    assert.match(
      client.text,
      /chunked\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\nHTTP\/1.1 200 OK/,
    );
    client.close();
  });

  it("streams to HTTP/1.0 up to the close", async () => {
    const client = open();
    client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await client.wait(() => client.text.includes("data: 1\n\n"));
    release();
    await client.wait(() => client.ended);
    assert.match(client.text, /event-stream\r\n\r\ndata: 1\n\ndata: 2\n\n$/);
    client.close();
  });

  it("tells a route that its client has left", async () => {
    seen.length = 0;
    const client = open();
    client.send("GET /held HTTP/1.1\r\n\r\n");
    await eventually(() => seen.length === 1);
    client.close();
    await eventually(() => seen.includes("left"));
    release();
  });

  it("answers a client that has finished its side, where the reply is soon there (half-closed)", async () => {
    seen.length = 0;
    const soon = open();
    soon.socket.end("GET /held HTTP/1.1\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\n");
    await eventually(() => seen.includes("left"));
    release();
    await soon.wait(() => soon.ended);
    assert.match(soon.text, /held.*OK$/s);
    const never = open();
    never.socket.end("GET /held HTTP/1.1\r\n\r\n");
    await never.wait(() => never.ended);
    assert.equal(never.text, "");
    release();
  });

  it("gives up on a head, a body and a silence that last too long (http-limits)", async () => {
    const head = open(strict);
    head.send("GET / HT");
    assert.match(await head.reply(), /^HTTP\/1.1 408 Request Time-out/);
    const drip = open(strict);
    drip.send("GET / HTTP/1.1\r\n");
    const timer = setInterval(() => drip.send("X: y\r\n"), 50);
    assert.match(await drip.reply(), /^HTTP\/1.1 408/);
    clearInterval(timer);
    const body = open(strict);
    body.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc");
    assert.match(await body.reply(), /^HTTP\/1.1 408/);
    const silent = open(strict);
    await silent.wait(() => silent.ended);
    assert.equal(silent.text, "");
    for (const client of [head, drip, body]) {
      await client.wait(() => client.ended);
      client.close();
    }
  });

  it("does not count the time that a reply takes", async () => {
    seen.length = 0;
    const client = open(strict);
    client.send("GET /held HTTP/1.1\r\n\r\n");
    await eventually(() => seen.length === 1);
    assert.equal(await client.until(() => client.ended, 900), false);
    release();
    assert.match(await client.reply(), /held$/);
    client.close();
  });

  it("refuses heads without end and lines without sense", async () => {
    const long = open();
    long.send(`GET / HTTP/1.1\r\nX: ${"x".repeat(70_000)}`);
    assert.match(await long.reply(), /^HTTP\/1.1 431/);
    await long.wait(() => long.ended);
    assert.match(await ask(`GET /${"x".repeat(70_000)} HTTP/1.1`), /^HTTP\/1.1 431/);
    assert.match(await ask(`GET / HTTP/1.1${"\r\na: b".repeat(300)}`), /^HTTP\/1.1 400/);
    long.close();
  });

  it("passes over a body that nobody wants, up to a limit", async () => {
    const client = open();
    client.send(`GET /ok.html HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /GET /ok.html HTTP/1.1\r\n\r\n`);
    assert.match(await client.reply(), /OK$/);
    assert.match(await client.reply(), /OK$/);
    client.close();
    assert.match(await ask("GET /ok.html HTTP/1.1\r\nContent-Length: 2000000"), /^HTTP\/1.1 413/);
  });

  it("says that it closes where its client did not ask for it, and only there (close-said)", async () => {
    const said = async (head: string): Promise<number> =>
      (await ask(head)).split("Connection: close").length - 1;
    const large = "Content-Length: 2000000";
    assert.equal(await said("POST /held HTTP/1.1"), 1, "no length");
    assert.equal(await said(`GET /ok.html HTTP/1.1\r\n${large}`), 1, "a large body");
    assert.equal(await said("POST /held HTTP/1.1\r\nTransfer-Encoding: gzip"), 1, "an unknown coding");
    assert.equal(await said("nonsense"), 1, "no request");
    assert.equal(await said(`GET /ok.html HTTP/1.1\r\nConnection: close\r\n${large}`), 0, "asked for");
    assert.equal(await said(`GET /ok.html HTTP/1.0\r\n${large}`), 0, "the older version's way");
    assert.equal(await said("GET /ok.html HTTP/1.1"), 0, "it goes on");
  });

  it("shares the room for bodies", async () => {
    const shared = startStubServer({ pages: routes, limits: { bodyMs: 5000, bodiesBytes: 4e6 } });
    const clients = Array.from({ length: 6 }, () => {
      const client = open(shared);
      client.send(`POST /held HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(999_999)}`);
      return client;
    });
    const statuses: string[] = [];
    for (const client of clients) statuses.push((await client.reply()).slice(9, 12));
    assert.deepEqual(statuses.sort(), ["408", "408", "408", "408", "503", "503"]);
    for (const client of clients) client.close();
    await eventually(() => shared.server.connections === 0);
    const again = open(shared);
    again.send(`POST /held HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(1_000_000)}`);
    seen.length = 0;
    await eventually(() => seen.length === 1);
    release();
    assert.match(await again.reply(), /held$/);
    again.close();
    await shared.stop();
  });
});

describe("the connections of a server", () => {
  it("give way to new ones when they rest, two thousand of them", async () => {
    const stub = startStubServer({ limits: { connections: 50 } });
    const clients: WireClient[] = [];
    for (let count = 0; count < 2000; count += 100) {
      const batch = Array.from({ length: 100 }, () => new WireClient({ port: stub.port }));
      await Promise.all(
        batch.map((client) => new Promise((resolve) => client.socket.once("connect", resolve))),
      );
      for (const client of batch) client.send("GET /");
      clients.push(...batch);
    }
    const client = new WireClient({ port: stub.port });
    client.send("GET /ok.html HTTP/1.1\r\n\r\n");
    assert.match(await client.reply(), /OK$/);
    assert.ok(stub.server.connections <= 50);
    for (const each of [...clients, client]) each.close();
    await stub.stop();
  });

  it("keep those that work, and turn away the rest", async () => {
    const { routes, seen, release } = testRoutes();
    const stub = startStubServer({ pages: routes, limits: { connections: 3 } });
    const busy = Array.from({ length: 3 }, () => new WireClient({ port: stub.port }));
    for (const client of busy) client.send("GET /held HTTP/1.1\r\n\r\n");
    while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const late = new WireClient({ port: stub.port });
    await late.wait(() => late.ended);
    assert.equal(late.text, "");
    release();
    for (const client of busy) assert.match(await client.reply(), /held$/);
    for (const client of [...busy, late]) client.close();
    await stub.stop();
  });

  it("give way also when they were refused and only linger (http-limits)", async () => {
    const limits = { connections: 3, lingerMs: 60_000 };
    const stub = startStubServer({ limits, username: "u", password: "p" });
    const refused = Array.from({ length: 3 }, () => new WireClient({ port: stub.port }));
    for (const client of refused) client.send("GET /ok.html HTTP/1.1\r\n\r\n");
    for (const client of refused) assert.match(await client.reply(), /^HTTP\/1.1 401/);
    const known = new WireClient({ port: stub.port });
    known.send("GET /ok.html HTTP/1.1\r\nAuthorization: Basic dTpw\r\n\r\n");
    assert.match(await known.reply(), /OK$/);
    for (const client of [...refused, known]) client.close();
    await stub.stop();
  });

  it("let the reply that is under way go out when the server closes, and nothing else", async () => {
    const { routes, seen, release } = testRoutes();
    const stub = startStubServer({ pages: routes });
    const [resting, busy] = [new WireClient({ port: stub.port }), new WireClient({ port: stub.port })];
    resting.send("GET /ok.html HTTP/1.1\r\n\r\n");
    await resting.reply();
    busy.send("GET /held HTTP/1.1\r\n\r\nGET /held HTTP/1.1\r\n\r\n");
    while (seen.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const closed = stub.server.close(10_000);
    await resting.wait(() => resting.ended);
    release();
    assert.match(await busy.reply(), /held$/);
    await busy.wait(() => busy.ended);
    await closed;
    assert.deepEqual(seen, ["held"]);
    const late = new WireClient({ port: stub.port });
    await late.wait(() => late.ended);
    await stub.stop();
  });

  it("are cut when the grace is over", async () => {
    const { routes, seen } = testRoutes();
    const stub = startStubServer({ pages: routes });
    const client = new WireClient({ port: stub.port });
    client.send("GET /held HTTP/1.1\r\n\r\n");
    while (seen.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await stub.server.close(50);
    await client.wait(() => client.ended);
    assert.deepEqual(seen, ["held", "left"]);
    await stub.stop();
  });
});
