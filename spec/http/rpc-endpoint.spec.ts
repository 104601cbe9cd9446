import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readResponse } from "../../lib/wire/xmlrpc-response.ts";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { type StubServer, startStubServer, stubDispatch } from "../support/http-server.ts";
import { WireClient } from "../support/http-wire.ts";

describe("the XML-RPC endpoint", () => {
  let stub: StubServer;
  const called: string[] = [];
  let left = 0;

  before(() => {
    stub = startStubServer({
      dispatch: (method, params, context) => {
        called.push(method);
        if (method !== "wait") return stubDispatch(method, params, context);
        context.onClose(() => left++);
        return new Promise(() => {});
      },
    });
  });
  after(() => stub.stop());

  function post(document: string | Buffer): WireClient {
    const client = new WireClient({ port: stub.port });
    const body = Buffer.from(document);
    client.send(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`);
    client.send(body);
    return client;
  }

  async function ask(document: string | Buffer): Promise<{ status: string; body: string; text: string }> {
    const client = post(document);
    const text = await client.reply();
    client.close();
    return {
      status: text.slice(9, 12),
      text,
      body: Buffer.from(text.slice(text.indexOf("\r\n\r\n") + 4), "latin1").toString(),
    };
  }

  it("counts bytes, not characters, in replies at once and later", async () => {
    const at = await ask(writeCall("supervisor.echo", ["é\u{1f600}"]));
    assert.deepEqual(readResponse(at.body), { ok: true, value: "é\u{1f600}" });
    const later = await ask(writeCall("supervisor.faultLater", []));
    assert.deepEqual(readResponse(later.body), { ok: false, code: 30, text: "FAILED: é" });
  });

  it("passes any method through untouched", async () => {
    const methods = [
      "supervisor.supervisord.options.execve",
      "__proto__",
      " a ",
      "constructor.constructor",
      "é.\u{1f600}",
      "a&b",
    ];
    for (const method of methods) {
      called.length = 0;
      await ask(writeCall(method, []));
      assert.deepEqual(called, [method]);
    }
  });

  it("answers 500 and logs at CRIT what is no fault, be it thrown, rejected or unwritable", async () => {
    for (const method of ["supervisor.broken", "supervisor.brokenLater", "supervisor.unwritable"]) {
      stub.lines.length = 0;
      assert.equal((await ask(writeCall(method, []))).status, "500");
      const [line = ""] = stub.lines.filter((text) => text.startsWith("critical"));
      assert.match(
        line,
        /^critical Handling XML-RPC request with data ".*" raised an unexpected exception: .*Error/s,
      );
    }
    assert.equal((await ask(writeCall("supervisor.getState", []))).status, "200");
  });

  it("logs a bad request in one line, cut short (logged-request)", async () => {
    stub.lines.length = 0;
    await ask(`<a>\n'\x1b${"x".repeat(50_000)}`);
    const [line = ""] = stub.lines;
    assert.match(
      line,
      /^error XML-RPC request data "<a>\\n'\\x1bx+"\.\.\. \(50006 bytes\) is invalid: unmarshallable$/,
    );
    assert.ok(line.length < 1200);
  });

  it("never lets a method's name begin a line of the log", async () => {
    stub.lines.length = 0;
    await ask("<a><methodName>x\nCRIT forged</methodName></a>");
    for (const line of stub.lines) assert.doesNotMatch(line, /\n/);
  });

  it("tells a method when its client has left", async () => {
    left = 0;
    const client = post(writeCall("wait", []));
    const other = new WireClient({ port: stub.port });
    /** Every request answered is a turn of the event loop over. */
    const soon = async (condition: () => boolean): Promise<void> => {
      for (let turn = 0; turn < 5000 && !condition(); turn++) {
        other.send("GET /ok.html HTTP/1.1\r\n\r\n");
        await other.reply();
      }
      assert.ok(condition());
    };
    await soon(() => called.at(-1) === "wait");
    assert.equal(left, 0);
    client.close();
    await soon(() => left === 1);
    other.close();
  });

  it("refuses bodies beyond its limit, told or not (request-limits)", async () => {
    const told = new WireClient({ port: stub.port });
    told.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 8388609\r\n\r\n");
    assert.match(await told.reply(), /^HTTP\/1.1 413/);
    told.close();
    const untold = new WireClient({ port: stub.port });
    untold.send("POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let chunk = 0; chunk < 9; chunk++) untold.send(`100000\r\n${"x".repeat(0x100000)}\r\n`);
    assert.match(await untold.reply(), /^HTTP\/1.1 413/);
    untold.close();
  });

  it("asks for a body that waits to be asked for", async () => {
    const body = writeCall("supervisor.getAPIVersion", []);
    const client = new WireClient({ port: stub.port });
    client.send(`POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
    await client.wait(() => client.text === "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(body);
    await client.wait(() => client.text.includes("</methodResponse>"));
    client.close();
    const unwanted = new WireClient({ port: stub.port });
    unwanted.send("PUT /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
    assert.match(await unwanted.reply(), /^HTTP\/1.1 400/);
    await unwanted.wait(() => unwanted.ended);
    unwanted.close();
  });
});
