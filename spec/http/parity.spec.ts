import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type HttpOracle, startHttpOracle } from "../support/http-oracle.ts";
import { type StubServer, startStubServer } from "../support/http-server.ts";
import { type HttpPlace, undated, WireClient } from "../support/http-wire.ts";

interface Outcome {
  readonly replies: readonly string[];
  readonly fate: "open" | "closed" | "mute";
}

interface Scenario {
  readonly name: string;
  readonly send: string;
  /** How many replies to wait for. */
  readonly replies: number;
  readonly headOnly?: boolean;
}

async function play(place: HttpPlace, { send, replies, headOnly }: Scenario): Promise<Outcome> {
  const client = new WireClient(place);
  client.send(send);
  const texts: string[] = [];
  for (let count = 0; count < replies; count++) texts.push(undated(await client.reply(headOnly)));
  const fate = await client.fate();
  client.close();
  return { replies: texts, fate };
}

const GET_STATE = "<methodCall><methodName>supervisor.getState</methodName></methodCall>";

function post(body: string, { path = "/RPC2", version = " HTTP/1.1", fields = "" } = {}): string {
  return `POST ${path}${version}\r\n${fields}Content-Length: ${Buffer.byteLength(body, "latin1")}\r\n\r\n${body}`;
}

const method = (name: string, params = ""): string =>
  post(`<methodCall><methodName>${name}</methodName>${params}</methodCall>`);

const string = (text: string): string =>
  `<params><param><value><string>${text}</string></value></param></params>`;

/** Where ours answers with the original's bytes and treats the connection as it does. */
const SAME: readonly Scenario[] = [
  ...[" HTTP/1.1", " HTTP/1.0", " HTTP/2.0", " HTTP/1.1.1", " HTTP/9"].map((version) => ({
    name: `a call under${version}`,
    send: post(GET_STATE, { version }),
    replies: 1,
  })),
  ...[" HTTP/1.1", " HTTP/1.0"].flatMap((version) =>
    ["keep-alive", "Keep-Alive", "close", "Close", "x"].flatMap((connection) => [
      {
        name: `a call under${version} with Connection: ${connection}`,
        send: post(GET_STATE, { version, fields: `Connection: ${connection}\r\n` }),
        replies: 1,
      },
      {
        name: `an error under${version} with connection: ${connection}`,
        send: post("<x/>", { version, fields: `connection: ${connection}\r\n` }),
        replies: 1,
      },
    ]),
  ),
  ...["/RPC2/", "/RPC2?x", "/RPC2foo", "/%52PC2", "/RPC2/../x"].map((path) => ({
    name: `a call to ${path}`,
    send: post(GET_STATE, { path }),
    replies: 1,
  })),
  ...[
    "/nope",
    "//nope",
    "/NOPE?x=%20",
    "http://h/ok.html",
    "/error",
    "/logtail/nope",
    "/logtail/cat/",
    "/logtail/",
  ].map((path) => ({ name: `GET ${path}`, send: `GET ${path} HTTP/1.1\r\n\r\n`, replies: 1 })),
  ...["/logtail/cat/stdout/", "/logtail/cat:*", "//logtail/cat", "/logtail/cat/x"].map((path) => ({
    name: `GET ${path}`,
    send: `GET ${path} HTTP/1.1\r\n\r\n`,
    replies: 1,
  })),
  ...["/ok.html", "//ok.html", "/%6fk.html?x", "ok.html"].map((path) => ({
    name: `GET ${path}`,
    send: `GET ${path} HTTP/1.1\r\n\r\n`,
    replies: 1,
  })),
  { name: "GET /RPC2", send: "GET /RPC2 HTTP/1.1\r\n\r\n", replies: 1 },
  { name: "FOO /nope", send: "FOO /nope HTTP/1.1\r\n\r\n", replies: 1 },
  { name: "OPTIONS *", send: "OPTIONS * HTTP/1.1\r\n\r\n", replies: 1 },
  { name: "POST /mainlogtail", send: "POST /mainlogtail HTTP/1.1\r\nContent-Length: 0\r\n\r\n", replies: 1 },
  { name: "POST /ok.html with a body", send: post("abc", { path: "/ok.html" }), replies: 1 },
  { name: "GET /ok.html under HTTP/1.0", send: "GET /ok.html HTTP/1.0\r\n\r\n", replies: 1 },
  {
    name: "GET /ok.html under HTTP/1.0, kept",
    send: "GET /ok.html HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    replies: 1,
  },
  { name: "a leading blank line", send: "\r\nGET /ok.html HTTP/1.1\r\n\r\n", replies: 1 },
  { name: "a stray CRLF behind a request", send: "GET /ok.html HTTP/1.1\r\n\r\n\r\n", replies: 1 },
  {
    name: "a stray CRLF behind a body",
    send: `${post(GET_STATE)}\r\nGET /nope HTTP/1.1\r\n\r\n`,
    replies: 2,
  },
  { name: "a folded field", send: "GET /nope HTTP/1.1\r\nConnection:\r\n  close\r\n\r\n", replies: 1 },
  { name: "a line that is no field", send: "GET /nope HTTP/1.1\r\nfoo\r\n\r\n", replies: 1 },
  {
    name: "requests in a row",
    send: `${post(GET_STATE)}GET /nope HTTP/1.1\r\n\r\n${method("supervisor.getAPIVersion")}GET /ok.html HTTP/1.1\r\n\r\n`,
    replies: 4,
  },
  {
    name: "requests behind a closing one",
    send: `GET /nope HTTP/1.0\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\n`,
    replies: 1,
  },
  { name: "a result", send: method("supervisor.getAPIVersion"), replies: 1 },
  { name: "a method that does not exist", send: method("nope.nope"), replies: 1 },
  { name: "a method behind too many dots", send: method("supervisor.a.b"), replies: 1 },
  { name: "too many parameters", send: method("supervisor.getState", string("x")), replies: 1 },
  {
    name: "a fault with markup",
    send: method("supervisor.getProcessInfo", string("&lt;&amp;>")),
    replies: 1,
  },
  {
    name: "a fault beyond ASCII",
    send: method("supervisor.getProcessInfo", string("n\xc3\xa9")),
    replies: 1,
  },
  { name: "a result that comes later", send: method("supervisor.startAllProcesses"), replies: 1 },
  { name: "empty params", send: method("supervisor.getState", "<params/>"), replies: 1 },
  ...[
    "<x/>",
    "rubbish",
    "<methodCall/>",
    "<methodCall><methodName/></methodCall>",
    GET_STATE.slice(0, -5),
    " ",
  ].map((body) => ({ name: `the body ${body}`, send: post(body), replies: 1 })),
];

/** Where ours does better than the original. Both are shown. */
const BETTER: readonly (Scenario & {
  readonly original: RegExp;
  readonly originalFate: Outcome["fate"];
  readonly ours: RegExp;
  readonly oursFate: Outcome["fate"];
})[] = [
  {
    name: "a line that is no request is answered 400, not closed silently (bad-request-line)",
    ...{ send: "rubbish\r\n\r\n", replies: 1, original: /^$/, originalFate: "closed" },
    ...{ ours: /^HTTP\/1.1 400 Bad Request\r\n.*Connection: close/s, oursFate: "closed" },
  },
  {
    name: "a request without a version is answered in HTTP/1.0, not HTTP/None (no-version)",
    ...{ send: "GET /nope\r\n\r\n", replies: 1, original: /^HTTP\/None 404/, originalFate: "closed" },
    ...{ ours: /^HTTP\/1.0 404/, oursFate: "closed" },
  },
  {
    name: "an empty body is answered 400, where the original hangs (content-length-zero)",
    ...{
      send: "POST /RPC2 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
      replies: 0,
      original: /^$/,
      originalFate: "mute",
    },
    ...{ ours: /^$/, oursFate: "open" },
  },
  {
    name: "a length that is no number is answered 400, not 500 (bad-length)",
    ...{ send: "POST /RPC2 HTTP/1.1\r\nContent-Length: x\r\n\r\n", replies: 1, original: /^HTTP\/1.1 500/ },
    ...{ originalFate: "open", ours: /^HTTP\/1.1 400/, oursFate: "closed" },
  },
  {
    name: "a field without a space after its colon counts (field-space)",
    ...{ send: post(GET_STATE).replace("Content-Length: ", "content-length:"), replies: 1 },
    ...{ original: /^HTTP\/1.1 411/, originalFate: "mute", ours: /^HTTP\/1.1 200/, oursFate: "open" },
  },
  {
    name: "a body in chunks is read (chunked-requests)",
    send: `POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n${GET_STATE.slice(0, 16)}\r\n${(GET_STATE.length - 16).toString(16)};x\r\n${GET_STATE.slice(16)}\r\n0\r\nA: b\r\n\r\n`,
    ...{
      replies: 1,
      original: /^HTTP\/1.1 411/,
      originalFate: "closed",
      ours: /^HTTP\/1.1 200/,
      oursFate: "open",
    },
  },
  ...["Content-Length : 5", "X: a\nb"].map((field) => ({
    name: `${JSON.stringify(field)} is no field (field-names)`,
    ...{ send: `GET /ok.html HTTP/1.1\r\n${field}\r\n\r\n`, replies: 1, original: /^HTTP\/1.1 200/ },
    ...{ originalFate: "open" as const, ours: /^HTTP\/1.1 400/, oursFate: "closed" as const },
  })),
  {
    name: "a missing length is answered 411 and ends the connection, since nobody knows where the next request begins (411-closes)",
    ...{ send: "POST /RPC2 HTTP/1.1\r\n\r\n", replies: 1, original: /^HTTP\/1.1 411/, originalFate: "open" },
    ...{ ours: /^HTTP\/1.1 411/, oursFate: "closed" },
  },
  {
    name: "a body that no route wants is not taken for the next request (unwanted-body)",
    ...{ send: `${post("abc", { path: "/nope" })}GET /ok.html HTTP/1.1\r\n\r\n`, replies: 2 },
    ...{ original: /^HTTP\/1.1 400.*HTTP\/1.1 400/s, originalFate: "open" },
    ...{ ours: /^HTTP\/1.1 400.*HTTP\/1.1 200/s, oursFate: "open" },
  },
  {
    name: "two lengths that differ are refused (bad-length)",
    ...{ send: "POST /RPC2 HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n<x/>", replies: 1 },
    ...{ original: /^HTTP\/1.1 400/, originalFate: "open", ours: /^HTTP\/1.1 400/, oursFate: "closed" },
  },
  {
    name: "a body that is not UTF-8 is answered 400, not closed silently (body-encoding)",
    ...{ send: post("\xff"), replies: 1, original: /^$/, originalFate: "closed" },
    ...{ ours: /^HTTP\/1.1 400/, oursFate: "open" },
  },
  {
    name: "blank lines alone do not end the connection (blank-lines)",
    ...{ send: "\r\n\r\nGET /ok.html HTTP/1.1\r\n\r\n", replies: 1, original: /^$/, originalFate: "closed" },
    ...{ ours: /^HTTP\/1.1 200/, oursFate: "open" },
  },
  {
    name: "/logtail without a name is 404, not 500 (logtail-slash)",
    ...{
      send: "GET /logtail HTTP/1.1\r\n\r\n",
      replies: 1,
      original: /^HTTP\/1.1 500/,
      originalFate: "open",
    },
    ...{ ours: /^HTTP\/1.1 404/, oursFate: "open" },
  },
  {
    name: "Connection: close counts under any case and version (connection-field)",
    ...{ send: "GET /ok.html HTTP/1.1\r\nConnection: CLOSE\r\n\r\n", replies: 1, original: /^HTTP\/1.1 200/ },
    ...{ originalFate: "open", ours: /^HTTP\/1.1 200/, oursFate: "closed" },
  },
  {
    name: "a reply to HEAD has no body (head-body)",
    ...{ send: "HEAD /RPC2 HTTP/1.1\r\n\r\n", replies: 1, original: /<\/body>\r\n$/, originalFate: "open" },
    ...{
      ours: /Content-Length: 136\r\nContent-Type: text\/html\r\n\r\n$/,
      oursFate: "open",
      headOnly: false,
    },
  },
];

describe("HTTP beside the original", () => {
  let oracle: HttpOracle;
  let stub: StubServer;
  let firstLines: readonly string[] = [];

  before(async () => {
    oracle = await startHttpOracle("p:w");
    stub = startStubServer();
    firstLines = [...stub.lines];
  });
  after(async () => {
    await Promise.all([oracle.stop(), stub.stop()]);
  });

  for (const scenario of SAME) {
    it(`answers alike over TCP: ${scenario.name}`, async () => {
      const [theirs, ours] = await Promise.all([play(oracle, scenario), play({ port: stub.port }, scenario)]);
      assert.deepEqual(ours, theirs);
    });
  }

  it("answers alike over a unix socket", async () => {
    for (const scenario of SAME) {
      const places = [{ path: oracle.path }, { path: stub.path }] as const;
      const [theirs, ours] = await Promise.all(places.map((place) => play(place, scenario)));
      assert.deepEqual(ours, theirs, scenario.name);
    }
  });

  for (const scenario of BETTER) {
    it(scenario.name, async () => {
      const theirs = await play({ port: oracle.port }, scenario);
      assert.match(theirs.replies.join(""), scenario.original);
      assert.equal(theirs.fate, scenario.originalFate);
      const ours = await playHead({ port: stub.port }, scenario);
      assert.match(ours.replies.join(""), scenario.ours);
      assert.equal(ours.fate, scenario.oursFate);
    });
  }

  it("says at the start what the original says", () => {
    const plain = (text: string): string =>
      text
        .replace(/started at [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}/, "started at TIME")
        .replace(/\d{4,5}$/m, "PORT");
    const log = oracle.log().replaceAll(/^\d{4}-\d\d-\d\d [\d:,]+ /gm, "");
    const from = log.indexOf(`TRAC 127.0.0.1:Medusa`);
    const line = "CRIT Server 'inet_http_server' running without any HTTP authentication checking";
    const theirs = plain(log.slice(from, log.indexOf(line) + line.length));
    const ours = plain(firstLines.slice(0, 3).join("\n"));
    const tagged = ours
      .replace(/^trace/, "TRAC")
      .replace("\ninfo", "\nINFO")
      .replace("\ncritical", "\nCRIT");
    // The original asks the resolver for its name; we never wait for one.
    assert.equal(tagged, theirs.replace(/Hostname: .*/, "Hostname: 127.0.0.1"));
  });

  it("writes the access log as the original does", async () => {
    const send = `${post(GET_STATE)}GET /nope HTTP/1.1\r\n\r\n${method("nope.nope")}GET /error HTTP/1.1\r\n\r\n${post("<x/>")}`;
    stub.lines.length = 0;
    const before = oracle.log().length;
    await Promise.all([
      play({ port: oracle.port }, { name: "", send, replies: 5 }),
      play({ port: stub.port }, { name: "", send, replies: 5 }),
    ]);
    const plain = (line: string): string =>
      line.replace(/127.0.0.1:\d+ - - \[\d\d\/[A-Z][a-z][a-z]\/\d{4}:\d\d:\d\d:\d\d \+0000\]/, "PEER");
    const theirs = oracle
      .log()
      .slice(before)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => plain(line.slice(24)));
    const tags: Readonly<Record<string, string>> = { trace: "TRAC", error: "ERRO" };
    const ours = stub.lines.map((line) => plain(line.replace(/^\w+/, (level) => tags[level] ?? level)));
    assert.deepEqual(ours, theirs);
  });
});

/** As play, but a reply to HEAD is read as one. */
function playHead(place: HttpPlace, scenario: Scenario): Promise<Outcome> {
  return play(place, { ...scenario, headOnly: scenario.send.startsWith("HEAD") });
}
