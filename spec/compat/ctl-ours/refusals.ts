/** Daemons that are not there or do not let one in, and configurations that cannot be used. */
import assert from "node:assert/strict";
import { type Line, type Matrix, typed } from "../../support/ctl-compare.ts";
import { byHand, head } from "../../support/daemon-config.ts";

const EVERY = [
  "status",
  "status cat",
  "start cat",
  "stop cat",
  "restart cat",
  "signal CONT cat",
  "clear cat",
  "pid",
  "pid cat",
  "tail cat",
  "tail -f cat",
  "maintail",
  "maintail -f",
  "avail",
  "reread",
  "update",
  "add cat",
  "remove cat",
  "shutdown",
  "reload",
  "version",
  "fg cat",
];

const at = (url: string, lines: readonly string[]): Line[] =>
  lines.map((line) => ({ args: ["-s", url, ...line.split(" ")] }));

const bare = (...args: readonly string[]): Line => ({ args, bare: true, title: args.join(" ") });

const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};

export const absent: Matrix = {
  title: "no daemon",
  clientOnly: true,
  launch: { config: [head(), byHand("cat")].join("\n") },
  lines: [
    ...at("unix://@DIR@/nothing.sock", EVERY),
    ...at("http://127.0.0.1:1", EVERY),
    ...at("unix://@DIR@/s.conf", ["status", "update"]),
    ...at("unix://@DIR@/s.conf/below", ["status", "shutdown"]),
    ...at(`unix://@DIR@/${"x".repeat(120)}`, ["status", "update"]),
    ...at("ftp://nothing/x", ["status", "update", "shutdown"]),
    ...at("http://127.0.0.1:99999", ["status"]),
    ...at("http://127.0.0.1:x1", ["status"]),
    ...at("http://nothing.invalid:9001", ["status", "update"]),
    ...at("unix://@DIR@/nothing.sock", ["add", "remove", "quit", "help nothing", "bogus"]),
    ...at("http://127.0.0.1:@PORT@", ["status cat", "avail", "pid nothing"]),
    ...at("http://localhost:@PORT@/", ["status cat"]),
    ...at("http://127.0.0.1:@PORT@/some/path?x", ["status cat"]),
    {
      args: ["status"],
      title: "permission denied",
      options: nobody,
      prepare: async (daemon) => {
        const { chmodSync } = await import("node:fs");
        chmodSync(daemon.dir, 0o755);
        chmodSync(daemon.socket, 0o000);
      },
    },
    { args: ["update"], title: "permission denied to update", options: nobody },
    { args: ["shutdown"], title: "permission denied to shutdown", options: nobody },
  ],
};

export const locked: Matrix = {
  title: "a daemon with a password",
  launch: {
    config: [
      head({
        unix: "username=testétest\npassword=passéword",
        inet: "username=joe\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d",
        ctl: "username=testétest\npassword=passéword",
      }),
      byHand("cat"),
    ].join("\n"),
  },
  lines: [
    ...typed("status", "-u testétest status", "-p passéword status", "start cat", "tail cat", "version"),
    ...typed(
      "-u wrong status",
      "-p wrong status cat",
      "-p wrong update",
      "-p wrong shutdown",
      "-p wrong avail",
    ),
    ...typed("-p wrong fg cat", "-p wrong tail -f cat", "-p wrong pid", "-p wrong open unix://@DIR@/s.sock"),
    ...at("http://127.0.0.1:@PORT@", ["status", "stop cat"]),
    ...typed(
      "-s http://127.0.0.1:@PORT@ -u joe -p thepassword status",
      "-s http://127.0.0.1:@PORT@ -u joe -p thepassword pid nothing",
      "-s http://127.0.0.1:@PORT@ -u joe -p {SHA}x status",
    ),
    { args: ["-i", "-p", "wrong", "status"], title: "-i with a wrong password at the end of input" },
  ],
};

const hasMessage =
  (message: RegExp): NonNullable<Line["differs"]>["check"] =>
  (ours, stock) => {
    assert.match(stock.stderr, /^Traceback/);
    assert.match(ours.stderr, message);
    assert.equal(ours.stdout, "");
    assert.equal(ours.code, 2);
  };

const file = (name: string, text: string, ...args: readonly string[]): Line => ({
  args: ["-c", `@DIR@/${name}`, ...args],
  bare: true,
  title: `${name}: ${JSON.stringify(text)} ${args.join(" ")}`,
  prepare: (daemon) => daemon.write(name, text),
});

const SECTION = "[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n";

export const configurations: Matrix = {
  title: "command lines and configurations",
  clientOnly: true,
  launch: { config: [head(), byHand("cat")].join("\n"), env: { WHERE: "s" } },
  lines: [
    bare("-c", "/nothing.conf", "status"),
    bare("-c", "@DIR@", "status"),
    bare("-c"),
    bare("-x"),
    bare("--nothing"),
    bare("--h"),
    bare("--s"),
    bare("--serverurl"),
    bare("--interactive=1", "status"),
    bare("-c", "@DIR@/s.conf", "-c", "@DIR@/s.conf", "status"),
    bare("-c", "@DIR@/s.conf", "-i", "-i", "status"),
    bare("-s", "nothing", "status"),
    bare("-s", "", "status"),
    bare("-s", "http:", "status"),
    bare("-c@DIR@/s.conf", "status"),
    bare("-ic", "@DIR@/s.conf", "status", "cat"),
    bare("--conf", "@DIR@/s.conf", "status"),
    bare("--configuration=@DIR@/s.conf", "--", "status"),
    bare("-c", "@DIR@/s.conf", "-r", "@DIR@/history", "status"),
    bare("-c", "@DIR@/s.conf", "--hist", "@DIR@/history", "status"),
    bare("-c", "s.conf", "status"),
    bare("status"),
    {
      ...bare("status"),
      title: "s.conf found as supervisord.conf",
      prepare: (d) => d.write("supervisord.conf", SECTION),
    },
    {
      ...bare("status"),
      title: "etc/supervisord.conf comes later",
      prepare: (d) => d.write("etc/supervisord.conf", ""),
    },
    file("none.conf", "[supervisord]\n", "status"),
    file("url.conf", "[supervisorctl]\nserverurl=unix://%(here)s/s.sock\n", "status"),
    file("relative.conf", "[supervisorctl]\nserverurl=unix://s.sock\n", "status"),
    {
      ...file("env.conf", "[supervisorctl]\nserverurl=unix://@DIR@/%(ENV_WHERE)s.sock\n", "status"),
      options: { env: { WHERE: "s" } },
    },
    { ...file("prompt.conf", `${SECTION}prompt=there ; a comment\n`), options: { input: "status cat\n" } },
    { ...file("percent.conf", `${SECTION}prompt=50%%\n`), options: { input: "pid nothing\n" } },
    file("badurl.conf", "[supervisorctl]\nserverurl=nonsense\n", "status"),
    file("history.conf", `${SECTION}history_file=%(here)s/history\n`, "status"),
    file("plugin.conf", `${SECTION}[ctlplugin:x]\n`, "status"),
    {
      ...file("header.conf", "no section\n", "status"),
      differs: {
        row: "ctl-malformed",
        check: hasMessage(/^Error: File contains no section headers\./),
      },
    },
    {
      ...file("delimiter.conf", "[supervisorctl]\nserverurl\n", "status"),
      differs: {
        row: "ctl-malformed",
        check: hasMessage(/^Error: Source contains parsing errors/),
      },
    },
    {
      args: ["--history-file", "@DIR@/history", "status"],
      differs: {
        row: "history-option",
        check: (ours, stock) => {
          assert.match(stock.stderr, /option --history-file not recognized/);
          assert.match(ours.stdout, /^cat +STOPPED/);
          assert.equal(ours.code, 3);
        },
      },
    },
  ],
};
