/** Bytes on the wire: versions, keep-alive, pipelining, credentials, log streams, errors and the page's addresses. */
import { appendFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { byHand, head, program } from "../support/daemon-config.ts";
import { bytes, exchange, open, unchunked } from "../support/daemon-http.ts";
import { scene } from "../support/daemon-pair.ts";
import { reachFile, reachLog, step } from "../support/daemon-steps.ts";
import { until } from "../support/daemon-wait.ts";

const BODY = "<?xml version='1.0'?><methodCall><methodName>supervisor.getState</methodName></methodCall>";
const CAT = "<params><param><value>cat</value></param></params>";
const SLOW = BODY.replace("getState</methodName>", `stopProcessGroup</methodName>${CAT}`);
const SHA_OF_SECRET = "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

const get = (path: string, version = "1.1", ...fields: readonly string[]): string =>
  `GET ${path} HTTP/${version}\r\n${["Host: localhost", ...fields].map((field) => `${field}\r\n`).join("")}\r\n`;

const post = (path: string, body: string, version = "1.1", ...fields: readonly string[]): string => {
  const all = ["Host: localhost", ...fields, `Content-Length: ${Buffer.byteLength(body)}`];
  return `POST ${path} HTTP/${version}\r\n${all.map((field) => `${field}\r\n`).join("")}\r\n${body}`;
};

const status =
  (...codes: readonly number[]) =>
  (outcome: unknown): boolean => {
    const { replies } = outcome as { replies: string[] };
    const seen = replies.map((reply) => Number(/^HTTP\/\S+ (\d{3})/.exec(reply)?.[1]));
    return JSON.stringify(seen) === JSON.stringify(codes);
  };

/** The redirect after an action carries the time of day, quoted. */
const withoutClock = (text: string): string => text.replace(/(refreshed%20at%20)\S+/g, "$1@CTIME@");

/** Of a reply of that status, after which the server closes. */
const closedWith =
  (code: number) =>
  (outcome: unknown): boolean =>
    status(code)(outcome) && (outcome as { closed: boolean }).closed;

/** A reply to HEAD is a head and nothing more. */
const headAlone = (code: number) => ({
  seen: /\r\n\r\n/,
  differs: {
    row: "head-body",
    ours: (outcome: unknown) =>
      status(code)(outcome) && ((outcome as { replies: string[] }).replies[0] ?? "").endsWith("\r\n\r\n"),
  },
});

const config = [
  head(),
  byHand("cat"),
  byHand("never"),
  program("lines", "@PROGRAMS@/lines.sh 300", { startsecs: 0 }),
  program("both", "@PROGRAMS@/both.sh to", { startsecs: 0 }),
  program("none", "/bin/cat", { startsecs: 0, stdout_logfile: "NONE", stderr_logfile: "NONE" }),
].join("\n");

const rpc = { title: "requests to /RPC2", launch: { config } };

scene({
  ...rpc,
  steps: [
    bytes("POST, 1.1", post("/RPC2", BODY)),
    bytes("POST, 1.1, over TCP", post("/RPC2", BODY), { over: "tcp" }),
    bytes("POST, 1.0", post("/RPC2", BODY, "1.0")),
    bytes("POST, 1.0, Connection: keep-alive", post("/RPC2", BODY, "1.0", "Connection: keep-alive")),
    bytes("POST, 1.0, Connection: Keep-Alive", post("/RPC2", BODY, "1.0", "Connection: Keep-Alive")),
    bytes("POST, 1.1, Connection: close", post("/RPC2", BODY, "1.1", "Connection: close")),
    bytes("POST, 1.1, Connection: Close", post("/RPC2", BODY, "1.1", "Connection: Close")),
    bytes("POST, deferred, 1.1", post("/RPC2", SLOW)),
    bytes("POST, deferred, 1.0", post("/RPC2", SLOW, "1.0")),
    bytes("POST, deferred, 1.0, keep-alive", post("/RPC2", SLOW, "1.0", "Connection: keep-alive")),
    bytes("POST, deferred, 1.1, close", post("/RPC2", SLOW, "1.1", "Connection: close")),
    bytes("three requests in one write", post("/RPC2", BODY) + get("/ok.html") + post("/RPC2", BODY), {
      replies: 3,
    }),
    bytes(
      "an error between two requests",
      post("/RPC2", BODY) + post("/RPC2", "junk") + post("/RPC2", BODY),
      {
        replies: 3,
      },
    ),
    bytes("a blank line before a request", `\r\n${post("/RPC2", BODY)}`),
    bytes("blank lines before a request", `\r\n\r\n${post("/RPC2", BODY)}`, {
      differs: { row: "blank-lines", ours: status(200) },
    }),
    bytes("a blank line after a request", `${post("/RPC2", BODY)}\r\n`),
    bytes("a path that begins with /RPC2", post("/RPC2foo", BODY)),
    bytes("a path below /RPC2", post("/RPC2/", BODY)),
    bytes("a query", post("/RPC2?x=y", BODY)),
    bytes("an escaped path", post("/%52PC2", BODY)),
    bytes("an absolute URI", post("http://localhost/RPC2", BODY)),
    bytes("lower case path", post("/rpc2", BODY)),
    bytes("GET", get("/RPC2")),
    bytes("HEAD", get("/RPC2").replace("GET", "HEAD"), headAlone(400)),
    bytes("PUT", post("/RPC2", BODY).replace("POST", "PUT")),
    bytes("no Content-Length", "POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", {
      differs: { row: "411-closes", ours: closedWith(411) },
    }),
    bytes("no Content-Length, 1.0", "POST /RPC2 HTTP/1.0\r\n\r\n"),
    bytes("a lower-case content-length", post("/RPC2", BODY).replace("Content-Length", "content-length")),
    bytes("Content-Length that is no number", post("/RPC2", BODY).replace(/Length: \d+/, "Length: ten"), {
      differs: { row: "bad-length", ours: status(400) },
    }),
    bytes("Content-Length without a blank", post("/RPC2", BODY).replace("Length: ", "Length:"), {
      differs: { row: "field-space", ours: status(200) },
    }),
    bytes("Content-Length: 0", post("/RPC2", ""), {
      replies: 0,
      differs: { row: "content-length-zero", ours: status(400) },
    }),
    bytes("a folded header", post("/RPC2", BODY, "1.1", "X-Long: one\r\n two")),
    bytes("a body in two writes", post("/RPC2", BODY).slice(0, -20), {
      replies: 0,
      lingerMs: 0,
      title: "half a body",
    }),
    bytes(
      "a body that is not UTF-8",
      post("/RPC2", "<methodCall>\xff</methodCall>").replace(/Length: \d+/, "Length: 26"),
      { differs: { row: "body-encoding", ours: status(400) } },
    ),
    bytes("Expect: 100-continue", post("/RPC2", BODY, "1.1", "Expect: 100-continue"), {
      seen: /RUNNING/,
      differs: {
        row: "chunked-requests",
        ours: (outcome: unknown) =>
          /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/.test(
            String((outcome as { replies: string[] }).replies[0]),
          ),
      },
    }),
  ],
});

scene({
  title: "other addresses",
  launch: { config },
  steps: [
    reachFile("lines.out", /line 0299/),
    reachFile("both.err", /stderr/),
    bytes("/ok.html", get("/ok.html")),
    bytes("/ok.html, 1.0", get("/ok.html", "1.0")),
    bytes("POST /ok.html", post("/ok.html", "x=y")),
    bytes("nothing there", get("/nothing")),
    bytes("nothing there, 1.0", get("/nothing", "1.0")),
    bytes("nothing there, over TCP", get("/nothing"), { over: "tcp" }),
    bytes("HEAD of nothing", get("/nothing").replace("GET", "HEAD"), headAlone(404)),
    bytes("DELETE of nothing", get("/nothing").replace("GET", "DELETE")),
    bytes("POST to nothing", post("/nothing", "x")),
    bytes("dots", get("/../../etc/passwd")),
    bytes("escaped dots", get("/%2e%2e/%2e%2e/etc/passwd")),
    bytes("a request without a version", "GET /ok.html\r\n\r\n", {
      differs: {
        row: "no-version",
        ours: (outcome: unknown) => !JSON.stringify(outcome).includes("HTTP/None"),
      },
    }),
    bytes("a request line that is none", "hello\r\n\r\n", {
      replies: 0,
      differs: { row: "bad-request-line", ours: status(400) },
    }),
    bytes("only blank lines", "\r\n\r\n\r\n\r\n", {
      replies: 0,
      lingerMs: 300,
      differs: { row: "blank-lines", ours: { replies: [], closed: false } },
    }),
    bytes("/logtail of nothing", get("/logtail/nothing")),
    bytes("/logtail of a splat", get("/logtail/lines:*")),
    bytes("/logtail of no channel", get("/logtail/lines/stdlog")),
    bytes("/logtail of no log", get("/logtail/none")),
    bytes("/logtail of a log not there yet", get("/logtail/never/stderr")),
    bytes("/logtail without a name", get("/logtail/")),
    bytes("/logtail without a slash", get("/logtail"), {
      differs: { row: "logtail-slash", ours: status(404) },
    }),
    bytes("/logtail with two slashes", get("//logtail/lines")),
    bytes("POST /logtail", post("/logtail/lines", "x")),
    bytes("HEAD /logtail", get("/logtail/lines").replace("GET", "HEAD"), headAlone(400)),
    bytes("POST /mainlogtail", post("/mainlogtail", "x")),
    bytes("/logtail", get("/logtail/lines"), { seen: /line 0299/ }),
    bytes("/logtail of a channel", get("/logtail/both/stderr"), { seen: /to stderr/ }),
    bytes("/logtail over TCP", get("/logtail/both/stdout"), { seen: /to stdout/, over: "tcp" }),
    bytes("/logtail with a group", get("/logtail/both:both/stdout"), { seen: /to stdout/ }),
    bytes("/logtail with an escaped colon", get("/logtail/both%3Aboth/stdout"), { seen: /to stdout/ }),
    bytes(
      "/logtail as supervisorctl asks for it",
      "GET /logtail/both/stdout HTTP/1.1\r\nHost: \r\nAccept-Encoding: chunked\r\nAccept: */*\r\nUser-agent: Supervisor HTTP Client\r\n\r\n\r\n",
      { seen: /to stdout/ },
    ),
    reachLog(/supervisord started/),
    step("/mainlogtail", async (daemon) => {
      const { reply } = await exchange(daemon, get("/mainlogtail"), { seen: /\r\n\r\n[\s\S]*\n\r\n/ });
      const [fields = "", body = ""] = unchunked(reply).split("\r\n\r\n");
      return {
        fields: daemon.text(fields).split("\r\n"),
        isTheEnd: daemon.log().slice(-1024).startsWith(body.slice(0, 40)),
      };
    }),
    bytes("the page", get("/"), {
      mend: (text) =>
        text.slice(0, text.indexOf("\r\n\r\n")).replace(/Content-Length: .*/, "Content-Length: @N@"),
      differs: {
        row: "page-security-fields",
        ours: (outcome: unknown) =>
          /\r\nContent-Security-Policy: /.test((outcome as { replies: string[] }).replies[0] ?? ""),
      },
    }),
    bytes("an action of the page", get("/index.html?processname=cat&action=start")),
    bytes(
      "an action of the page, over TCP with its host",
      get("/index.html?action=refresh", "1.1").replace("localhost", "example.org:80"),
      { over: "tcp", mend: withoutClock },
    ),
    bytes("an unknown process", get("/index.html?processname=nobody&action=stop")),
  ],
});

scene({
  title: "following a log",
  launch: { config },
  steps: [
    reachFile("lines.out", /line 0299/),
    step("a stream goes on over growth, rotation and removal", async (daemon) => {
      const path = `${daemon.dir}/lines.out`;
      const socket = open(daemon, "unix");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
      });
      socket.write(get("/logtail/lines"));
      const sees = (what: string): Promise<unknown> =>
        until(`${what} in the stream`, () => unchunked(text).includes(what));
      await sees("line 0299");
      appendFileSync(path, "grown\n");
      await sees("grown");
      renameSync(path, `${path}.1`);
      writeFileSync(path, "rotated\n");
      await sees("rotated");
      appendFileSync(path, "and grown\n");
      await sees("and grown");
      socket.destroy();
      return unchunked(text).split("\r\n\r\n")[1]?.slice(-300);
    }),
    step(
      "a stream goes on over truncation in place",
      async (daemon) => {
        const path = `${daemon.dir}/both.out`;
        const socket = open(daemon, "unix");
        let text = "";
        let closed = false;
        socket.on("data", (chunk) => {
          text += chunk.toString("latin1");
        });
        socket.on("close", () => {
          closed = true;
        });
        socket.write(get("/logtail/both"));
        await until("the log", () => text.includes("to stdout"));
        writeFileSync(path, "");
        await until("the truncation", () => statSync(path).size === 0);
        await until("the marker or a close", () => closed || text.includes("truncated"));
        if (!closed) {
          appendFileSync(path, "anew\n");
          await until("what came after", () => text.includes("anew"));
        }
        socket.destroy();
        return { closed, body: unchunked(text).split("\r\n\r\n")[1] };
      },
      {
        differs: {
          row: "follow-old-clients",
          ours: (outcome: unknown) => {
            const { closed, body } = outcome as { closed: boolean; body: string };
            return !closed && body.includes("==> File truncated <==") && body.endsWith("anew\n");
          },
        },
      },
    ),
    step(
      "an HTTP/1.0 client gets the log at once",
      async (daemon) => {
        const { reply } = await exchange(daemon, get("/logtail/lines", "1.0"), {
          seen: /and grown/,
          replies: 0,
        });
        return reply.includes("and grown");
      },
      { differs: { row: "follow-old-clients", ours: true } },
    ),
  ],
});

const basic = (text: string): string =>
  `Authorization: Basic ${Buffer.from(text, "utf8").toString("base64")}`;
const good = "tester:secret";
const auth = [
  head({
    unix: `username=tester\npassword=${SHA_OF_SECRET}`,
    inet: "username=testétest\npassword=pass:wörd",
  }),
  byHand("cat"),
].join("\n");
const refused = { row: "auth-close", ours: status(401) };
const closes = { differs: { row: "auth-close", ours: closedWith(401) } };

scene({
  title: "credentials",
  launch: { config: auth },
  steps: [
    bytes("none", post("/RPC2", BODY), closes),
    bytes("none, 1.0", post("/RPC2", BODY, "1.0")),
    bytes("none, GET", get("/ok.html"), closes),
    bytes("none, of an address that is not there", get("/nothing"), closes),
    bytes("right", post("/RPC2", BODY, "1.1", basic(good))),
    bytes("right, lower-case header", post("/RPC2", BODY, "1.1", basic(good).replace("Auth", "auth"))),
    bytes("right, lower-case scheme", post("/RPC2", BODY, "1.1", basic(good).replace("Basic", "basic"))),
    bytes("right, GET", get("/ok.html", "1.1", basic(good))),
    bytes("right, of an address that is not there", get("/nothing", "1.1", basic(good))),
    bytes("wrong password", post("/RPC2", BODY, "1.1", basic("tester:wrong")), closes),
    bytes("wrong user", post("/RPC2", BODY, "1.1", basic("other:secret")), closes),
    bytes("the hash itself", post("/RPC2", BODY, "1.1", basic(`tester:${SHA_OF_SECRET}`)), closes),
    bytes("an empty password", post("/RPC2", BODY, "1.1", basic("tester:")), closes),
    bytes("another scheme", post("/RPC2", BODY, "1.1", "Authorization: Digest x=y"), closes),
    bytes("no colon", post("/RPC2", BODY, "1.1", basic("tester")), { differs: refused }),
    bytes("nothing", post("/RPC2", BODY, "1.1", "Authorization: Basic "), { differs: refused, replies: 1 }),
    bytes("not base64", post("/RPC2", BODY, "1.1", "Authorization: Basic ***"), { differs: refused }),
    bytes("UTF-8 and a colon, over TCP", post("/RPC2", BODY, "1.1", basic("testétest:pass:wörd")), {
      over: "tcp",
    }),
    bytes("another server's credentials", post("/RPC2", BODY, "1.1", basic(good)), {
      over: "tcp",
      ...closes,
    }),
  ],
});

scene({
  title: "the bytes of a refusal",
  launch: { config: auth },
  steps: [
    step("are the original's", async (daemon) => {
      const { reply } = await exchange(daemon, post("/RPC2", BODY));
      return daemon.text(reply);
    }),
  ],
});

scene({
  title: "credentials where none are asked for",
  launch: { config: [head(), byHand("cat")].join("\n") },
  steps: [bytes("are ignored", post("/RPC2", BODY, "1.1", basic("any:body")))],
});
