/** The original's pages and parameters, by what they say, on both daemons. */
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { type ExchangeOptions, exchange } from "../support/daemon-http.ts";
import { type Differs, type Step, scene } from "../support/daemon-pair.ts";
import { exits, killed, reachFile, reachLog, signal } from "../support/daemon-steps.ts";
import { readStatusPage, readTailPage, statusOf } from "../support/page-html.ts";

const get = (path: string, ...fields: readonly string[]): string =>
  `GET ${path} HTTP/1.1\r\n${["Host: localhost", ...fields].map((field) => `${field}\r\n`).join("")}\r\n`;

const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** One exchange, of which `read` takes what is compared. */
function page(
  title: string,
  request: string,
  read: (reply: string) => unknown,
  differs?: Differs,
  options: ExchangeOptions = {},
): Step {
  return {
    title,
    run: async (daemon) => {
      const { reply } = await exchange(daemon, request, { over: "tcp", lingerMs: 0, ...options });
      return read(daemon.text(reply));
    },
    ...(differs === undefined ? {} : { differs }),
  };
}

const withoutClock = (text: string): string =>
  text.replace(/(at%20)\w{3}%20\w{3}%20[\d%]+%3A\d\d%3A\d\d%20\d{4}/g, "$1@CTIME@");

/** The status and where it leads. */
const redirect = (reply: string): unknown => ({
  status: statusOf(reply),
  location: withoutClock(/\r\nLocation: ([^\r]*)/.exec(reply)?.[1] ?? ""),
});

const act = (query: string): string => get(`/index.html?${query}`);

const config = [
  head(),
  byHand("cat"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 2 }),
  program("lines", "@PROGRAMS@/lines.sh 300", { startsecs: 0, autorestart: false }),
  program("none", "/bin/cat", {
    startsecs: 0,
    autostart: false,
    stdout_logfile: "NONE",
    stderr_logfile: "NONE",
  }),
  section("program", "missing", { command: "/nonexistent", autostart: false, startretries: 0 }),
  section("program", "text", { command: "@DIR@/plain", autostart: false, startretries: 0 }),
  section("program", "brief", { command: "/bin/false", autostart: false, startretries: 0, startsecs: 20 }),
].join("\n");

/** The same request for the head alone, and what it comes to: no byte may follow the head. */
const headOf = (title: string, path: string, differs?: Differs): Step =>
  page(
    title,
    get(path).replace("GET", "HEAD"),
    (reply) => ({ status: statusOf(reply), body: reply.slice(reply.indexOf("\r\n\r\n") + 4) }),
    differs,
    { headOnly: true, lingerMs: 100 },
  );

/** What a whole page says, or the status where there is none. */
const pageOrStatus = (reply: string): unknown =>
  statusOf(reply) === 200 ? readStatusPage(reply) : statusOf(reply);

const ICON = "/images/icon.png";

/** The icon, to somebody who has a copy. */
const since = (value: string): Step =>
  page(`If-Modified-Since: ${value}`, get(ICON, `If-Modified-Since: ${value}`), statusOf);

/** The icon, then what the first reply told. */
const again: Step = {
  title: "the time that is told is taken back",
  run: async (daemon) => {
    const ask = async (...fields: string[]) =>
      (await exchange(daemon, get(ICON, ...fields), { over: "tcp", lingerMs: 0 })).reply;
    const first = await ask();
    const time = /\r\nLast-Modified: (\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT)\r\n/.exec(first)?.[1];
    const length = /\r\nContent-Length: (\d+)\r\n/.exec(first)?.[1];
    const later = [
      await ask(`If-Modified-Since: ${time}`),
      await ask(`If-Modified-Since: ${time}; length=${length}`),
    ];
    return [first, ...later].map(statusOf);
  },
};

interface StatusPage {
  readonly title: string;
  readonly rows: readonly { readonly state: readonly string[]; readonly name: readonly { text: string }[] }[];
}

/** The rows as `NAME STATE`, in the order of the page. */
const statesOf = (outcome: unknown): string[] =>
  (outcome as StatusPage).rows.map(({ state, name }) => `${name[0]?.text} ${state[1]}`);

const answers =
  (status: number) =>
  (outcome: unknown): boolean =>
    (outcome as { status: number }).status === status;

scene({
  title: "the original's table (page-html)",
  launch: { config, files: { plain: "no program\n" } },
  steps: [
    reachFile("lines.out", /line 0299/),
    page("every state has its row", get("/"), readStatusPage),
    page("/index.html is the same", get("/index.html"), readStatusPage),
    page("a message, escaped", get("/?message=%3Cb%3E%26%20done"), readStatusPage),
    page("start", act("processname=cat&action=start"), redirect),
    page("start again", act("processname=cat&action=start"), redirect),
    page("the table shows it", get("/"), readStatusPage),
    page("restart", act("processname=cat&action=restart"), redirect),
    page("stop by POST", post("/index.html", "processname=cat&action=stop"), redirect),
    page("stop again", act("processname=cat&action=stop"), redirect),
    page("a process of a group", act("processname=many%3Amany_1&action=start"), redirect),
    page("a whole group is no process", act("processname=many%3A*&action=start"), redirect),
    page("nobody", act("processname=nobody&action=restart"), redirect),
    page("no such file", act("processname=missing&action=start"), redirect),
    page("not executable", act("processname=text&action=start"), redirect),
    page("ends too soon", act("processname=brief&action=start"), redirect),
    page("clear log", act("processname=cat&action=clearlog"), redirect),
    page("refresh", act("action=refresh"), redirect),
    page("the first of the query counts", act("action=refresh&action=stopall"), redirect),
    page("the last of the body counts", post("/index.html", "action=stopall&action=refresh"), redirect),
    page("the body counts before the query", post("/index.html?action=stopall", "action=refresh"), redirect),
    page("empty values count for nothing", act("action=&message=x"), readStatusPage),
    page("port 80 is not told", get("/?action=refresh").replace("localhost", "example.org:80"), redirect),
    page("stop all", act("action=stopall"), redirect),
    page("an unknown action", act("action=explode"), redirect, {
      row: "page-unknown-action",
      ours: answers(400),
    }),
    page("an action without its process", act("action=start"), redirect, {
      row: "page-unknown-action",
      ours: answers(400),
    }),
    page("another site's link", get("/?action=stopall", "Sec-Fetch-Site: cross-site"), redirect, {
      row: "page-cross-site",
      ours: answers(403),
    }),
    ...["/", "/index.html", "/ok.html"].map((path) =>
      headOf(`HEAD of ${path}`, path, { row: "page-head", ours: { status: 200, body: "" } }),
    ),
    ...["/tail.html", "/status.html", "/stylesheets/supervisor.css", "/images/icon.png"].map((path) =>
      headOf(`HEAD of ${path}, which is a file there`, path),
    ),
    page("the template", get("/status.html"), readStatusPage, {
      row: "page-template",
      ours: (outcome: unknown) =>
        (outcome as StatusPage).title === "Supervisor Status" &&
        statesOf(outcome).includes("many:many_1 stopped"),
    }),
    ...(["tcp", "unix"] as const).map((over) =>
      page(
        `an action without Host over ${over}`,
        "GET /index.html?processname=nobody&action=start HTTP/1.0\r\n\r\n",
        redirect,
        {
          row: "page-no-host",
          ours: { status: 301, location: "/?message=No%20such%20process%20named%20nobody" },
        },
        { over },
      ),
    ),
    page("a link of this site", get("/?action=refresh", "Referer: http://localhost/"), redirect),
    page("/ok.html", get("/ok.html"), (reply) => reply.slice(reply.indexOf("\r\n\r\n"))),
    page("an unknown page", get("/other.html"), statusOf),
    page(
      "the style sheet",
      get("/stylesheets/supervisor.css"),
      (reply) => /\r\nContent-Type: text\/css\r\n/.test(reply) && statusOf(reply),
    ),
    again,
    since("Fri, 01 Jan 2100 00:00:00 GMT"),
    since("fri, 1 jan 2100 00:00:00 gmt"),
    since("Fri, 01 Jan 2100 00:00:00 GMT; length=5"),
    since("Fri, 01 Jan 2016 00:00:00 GMT"),
    since("Fri Jan  1 00:00:00 2100"),
    since("yesterday"),
    page(
      "what has not changed is not sent",
      get("/stylesheets/supervisor.css", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
      (reply) => ({
        chunked: /\r\nTransfer-Encoding: chunked\r\n/.test(reply),
        length: /\r\nContent-Length: /.test(reply),
        body: reply.slice(reply.indexOf("\r\n\r\n") + 4),
      }),
      { row: "not-modified", ours: { chunked: false, length: false, body: "" } },
      { lingerMs: 100 },
    ),
    ...["/images", "/stylesheets", "//images?x=1", "/im%61ges"].map((path) =>
      page(`the folder ${path}`, get(path).replace("localhost", "example.org:9001"), redirect, {
        row: "page-folder",
        ours: {
          status: 301,
          location: `http://example.org:9001/${path === "/stylesheets" ? "stylesheets" : "images"}/`,
        },
      }),
    ),
    page("a folder with its slash", get("/images/"), statusOf),
    page("POST to a folder", post("/images", "x"), statusOf),
    ...["icon.png", "rule.gif", "state0.gif", "state3.gif", "supervisor.gif"].map((name) =>
      page(`/images/${name}`, get(`/images/${name}`), (reply) => [
        statusOf(reply),
        /\r\nContent-Type: ([^\r]*)/.exec(reply)?.[1],
      ]),
    ),
  ],
});

scene({
  title: "the original's tail",
  launch: { config },
  steps: [
    reachFile("lines.out", /line 0299/),
    page("the last kilobyte", get("/tail.html?processname=lines"), readTailPage),
    page("more", get("/tail.html?processname=lines&limit=2000"), readTailPage),
    page("never less than a kilobyte", get("/tail.html?processname=lines&limit=10"), readTailPage),
    page("a limit that is no number", get("/tail.html?processname=lines&limit=-5"), readTailPage),
    page("by POST", post("/tail.html", "processname=lines"), readTailPage),
    page("no process", get("/tail.html"), readTailPage),
    page("an unknown process", get("/tail.html?processname=nobody"), readTailPage),
    page("no log", get("/tail.html?processname=none"), readTailPage),
    page("a name to escape", get("/tail.html?processname=%3Cscript%3E"), readTailPage),
  ],
});

scene({
  title: "the page of a daemon that stops",
  launch: {
    config: [
      head(),
      byHand("cat"),
      program("deaf", "@PROGRAMS@/ignore-term.sh", { startsecs: 0, stopwaitsecs: 60 }),
    ].join("\n"),
  },
  steps: [
    reachFile("deaf.out", /deaf/),
    signal("SIGTERM"),
    reachLog(/waiting for deaf to die/),
    page("the table", get("/"), pageOrStatus, {
      row: "page-while-stopping",
      ours: (outcome: unknown) => statesOf(outcome).join() === "cat stopped,deaf stopping",
    }),
    page("an action", act("processname=cat&action=start"), redirect, {
      row: "page-while-stopping",
      ours: {
        status: 301,
        location: `http://localhost/?message=${encodeURIComponent("ERROR: Process cat: unexpected rpc fault [6] SHUTDOWN_STATE")}`,
      },
    }),
    killed("deaf"),
    exits(),
  ],
});
