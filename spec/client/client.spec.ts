/** The module for listener authors: its protocol over streams, and its calls to a daemon over both kinds of socket. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import {
  communicate,
  connect,
  connectFromEnvironment,
  EventListenerProtocol,
  eventData,
  Fault,
  getHeaders,
  listen,
} from "../../lib/client/index.ts";
import { encodePayload, eventEnvelope } from "../../lib/wire/event-envelope.ts";
import { head } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

const envelope = (payload: string, serial = 0): Buffer =>
  eventEnvelope(
    { server: "s", serial, pool: "p", poolserial: serial, eventname: "EVENT" },
    encodePayload(payload),
  );

function streams() {
  const input = new PassThrough();
  const output = new PassThrough();
  // From Node 26 on one reading gives one chunk.
  const said = (): string => {
    const chunks: Buffer[] = [];
    for (let chunk = output.read(); chunk !== null; chunk = output.read()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { input, output, said };
}

describe("headers", () => {
  it("are pairs, of which the first colon ends the name", () => {
    assert.deepEqual({ ...getHeaders("a:1 b:x:y  c") }, { a: "1", b: "x:y", c: "" });
    assert.deepEqual(Object.keys(getHeaders("__proto__:x")), ["__proto__"]);
  });

  it("stand in the first line of a payload", () => {
    const { headers, data } = eventData("processname:a pid:2\nline\nline\n");
    assert.deepEqual([{ ...headers }, data], [{ processname: "a", pid: "2" }, "line\nline\n"]);
    assert.equal(eventData("processname:a").headers["processname"], "a");
  });
});

describe("the listener's side of the protocol", () => {
  it("says READY, takes an event and answers, several in a piece and one in several", async () => {
    const { input, output, said } = streams();
    const protocol = new EventListenerProtocol({ input, output });
    const both = Buffer.concat([envelope("eins é"), envelope("", 1)]);
    input.write(both.subarray(0, 30));
    setImmediate(() => input.write(both.subarray(30)));
    const first = await protocol.wait();
    assert.deepEqual([first?.payload, first?.headers["serial"]], ["eins é", "0"]);
    protocol.ok();
    assert.equal((await protocol.wait())?.payload, "");
    protocol.fail();
    protocol.send("é");
    assert.equal(said(), "READY\nRESULT 2\nOKREADY\nRESULT 4\nFAILRESULT 2\né");
    input.end();
    assert.equal(await protocol.wait(), null);
  });

  it("answers for a handler, and gives back what it fails at", async () => {
    const { input, output, said } = streams();
    const errors: unknown[] = [];
    for (const payload of ["good", "bad", "refused"]) input.write(envelope(payload));
    input.end();
    await listen(
      ({ payload }) => {
        if (payload === "bad") throw new Error("no");
        return payload === "refused" ? "fail" : undefined;
      },
      { input, output, onError: (error) => errors.push((error as Error).message) },
    );
    assert.equal(said(), "READY\nRESULT 2\nOKREADY\nRESULT 4\nFAILREADY\nRESULT 4\nFAILREADY\n");
    assert.deepEqual(errors, ["no"]);
  });

  it("sends events of a program's own between tags", () => {
    const { output, said } = streams();
    communicate("message", output);
    assert.equal(said(), "<!--XSUPERVISOR:BEGIN-->message<!--XSUPERVISOR:END-->");
  });
});

describe("calls to the daemon", () => {
  it("go over unix sockets and TCP, with and without credentials", async (t) => {
    const secret = "username=u\npassword=p";
    const daemon = await Daemon.start(OURS, {
      config: head({ unix: secret, inet: secret }),
      ready: /started with pid/,
    });
    t.after(() => daemon.destroy());
    const credentials = { username: "u", password: "p" };
    for (const url of [`unix://${daemon.socket}`, `http://127.0.0.1:${daemon.port}`]) {
      assert.equal(await connect(url, credentials).call("supervisor.getPID"), daemon.pid);
      await assert.rejects(connect(url).call("supervisor.getPID"), /HTTP status 401/);
    }
    const env = {
      SUPERVISOR_SERVER_URL: `unix://${daemon.socket}`,
      SUPERVISOR_USERNAME: "u",
      SUPERVISOR_PASSWORD: "p",
    };
    const client = connectFromEnvironment(env);
    assert.equal(await client.call<string>("supervisor.getIdentification"), "supervisor");
    await assert.rejects(client.call("supervisor.startProcess", "none"), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.deepEqual([error.faultCode, error.faultString], [10, "BAD_NAME: none"]);
      return true;
    });
  });

  it("need a URL that says where", () => {
    assert.throws(() => connectFromEnvironment({}), /SUPERVISOR_SERVER_URL is not set/);
    assert.throws(() => connect("ftp://x"), /not a unix:\/\/ or http:\/\/ URL/);
  });
});
