import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { BodyError, BodyStore, ChunkedBody } from "../../lib/http/body.ts";
import { framingOf, isPersistent, parseHead } from "../../lib/http/head.ts";
import { decodeTarget, plainPath, splitUri } from "../../lib/http/uri.ts";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { WireClient } from "../support/http-wire.ts";

const BODY = writeCall("supervisor.getState", []);
const TOKENS = [
  ...[
    "GET ",
    "POST ",
    "/",
    "/RPC2",
    "/logtail/cat",
    "/mainlogtail",
    "?",
    "%",
    "%2",
    "%41",
    "%ff",
    " HTTP/1.1",
    " HTTP/1.0",
    " HTTP/",
  ],
  ...[
    "\r\n",
    "\r\n\r\n",
    "\r",
    "\n",
    " ",
    "\t",
    ":",
    "\0",
    "\xff",
    "Content-Length: ",
    "content-length:",
    "Transfer-Encoding: chunked",
  ],
  ...[
    "Connection: close",
    "Connection: keep-alive",
    "Authorization: Basic ",
    "Expect: 100-continue",
    "5",
    "0",
    "-1",
    "99999999999",
  ],
  ...[
    `POST /RPC2 HTTP/1.1\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
    "GET /ok.html HTTP/1.1\r\n\r\n",
    "5\r\nabcde\r\n",
    "0\r\n\r\n",
  ],
  ...["<a>", "x".repeat(5000), ";", "#"],
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: "binary-ascii" })), { maxLength: 25 })
  .map((parts) => parts.join(""));

describe("hostile HTTP", () => {
  let stub: StubServer;
  before(() => {
    stub = startStubServer({
      quiet: true,
      limits: { headMs: 2000, bodyMs: 2000, lingerMs: 100, leaveMs: 100 },
    });
  });
  after(() => stub.stop());

  it("never upsets the parsers", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const request = parseHead(text);
        if (request !== null) {
          framingOf(request);
          isPersistent(request);
          plainPath(request.uri);
        }
        splitUri(decodeTarget(text));
        try {
          new ChunkedBody(new BodyStore(1000, null)).feed(Buffer.from(text, "latin1"));
        } catch (error) {
          assert.ok(error instanceof BodyError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("costs its sender alone: the next client is served as ever", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.boolean(), async (text, halfClose) => {
        const client = new WireClient({ port: stub.port });
        client.send(text);
        if (halfClose) client.socket.end();
        const good = new WireClient({ port: stub.port });
        good.send("GET /ok.html HTTP/1.1\r\n\r\n");
        assert.match(await good.reply(), /^HTTP\/1.1 200 OK\r\n.*OK$/s);
        good.close();
        client.close();
      }),
      { numRuns: 400 },
    );
  });

  it("leaves nothing behind", async () => {
    for (const deadline = Date.now() + 10_000; stub.server.connections > 0; ) {
      assert.ok(Date.now() < deadline, `${stub.server.connections} connections are left`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
});
