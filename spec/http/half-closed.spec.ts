/** Clients that have finished their side while more of what they sent is still to be looked at: found by spec/fuzz/daemon. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { until } from "../support/daemon-wait.ts";
import { type StubServer, startStubServer, stubDispatch } from "../support/http-server.ts";

const CALL = writeCall("later", []);
/** Answered after a moment, in which the end of the client's side comes. */
const DEFERRED = `POST /RPC2 HTTP/1.1\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`;

describe("a client that has finished its side", () => {
  let stub: StubServer;
  before(() => {
    stub = startStubServer({
      quiet: true,
      limits: { leaveMs: 200 },
      dispatch: (method, params, context) =>
        method === "later"
          ? new Promise((resolve) => setTimeout(() => resolve(true), 60))
          : stubDispatch(method, params, context),
    });
  });
  after(() => stub.stop());

  const cases = {
    "half a head": "GET /ok.html HT",
    "half a body": "POST /RPC2 HTTP/1.1\r\nContent-Length: 100\r\n\r\n<",
    "half a chunk": "POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "half a body that nobody wants": "GET /ok.html HTTP/1.1\r\nContent-Length: 100\r\n\r\n<",
    "a log to follow": "GET /logtail/cat HTTP/1.1\r\n\r\n",
    "a log to follow, with a body": "GET /logtail/cat HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
  };
  for (const [what, rest] of Object.entries(cases)) {
    it(`is let go after its reply, whatever follows: ${what}`, async () => {
      const replied = await new Promise<string>((resolve) => {
        let text = "";
        const link = connect(stub.port, "127.0.0.1", () => link.end(`${DEFERRED}${rest}`));
        link.on("data", (bytes: Buffer) => {
          text += bytes.toString("latin1");
        });
        link.on("close", () => resolve(text));
      });
      assert.ok(
        replied.startsWith("HTTP/1.1 200 OK\r\n") && replied.includes("<boolean>1</boolean>"),
        replied,
      );
      await until("no connection", () => stub.server.connections === 0, 20_000);
    });
  }
});
