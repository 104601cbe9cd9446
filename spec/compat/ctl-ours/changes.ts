/** The configuration changing under the daemon; and its end. */
import { type Line, type Matrix, misused, typed } from "../../support/ctl-compare.ts";
import { byHand, head, program } from "../../support/daemon-config.ts";
import type { Daemon } from "../../support/daemon-process.ts";

const base = [head(), byHand("cat"), program("up", "/bin/cat", { startsecs: 0 })].join("\n");

const rewriting =
  (text: string) =>
  (daemon: Daemon): void =>
    daemon.write("s.conf", text);

const after = (text: string, args: string): Line => ({ args: args.split(" "), prepare: rewriting(text) });

const more = `${base}\n${byHand("fresh")}${byHand("newer")}`;
const altered = `${base}\n${byHand("fresh", { priority: 5 })}${byHand("newer")}`;

export const changes: Matrix = {
  title: "changes",
  launch: { config: base },
  ready: { up: "RUNNING" },
  lines: [
    ...typed(
      "avail",
      "reread",
      "update",
      "update all",
      "update nothing",
      "add cat",
      "add nothing",
      "remove up",
    ),
    ...typed("remove nothing", "remove cat", "remove cat", "status", "add cat", "add", "remove", "pid all"),
    ...misused("avail x", "reread x", "shutdown x", "reload x"),
    after(more, "reread"),
    ...typed("reread", "avail", "add fresh", "add fresh", "update fresh nothing", "update", "status"),
    after(altered, "reread"),
    ...typed("update cat", "update fresh", "status"),
    after(base, "reread"),
    ...typed("update nothing newer", "update", "status"),
    after(`${base}\n[program:broken]\n`, "reread"),
    ...typed("update", "status up"),
    after(base, "reread"),
    ...typed(
      "open unix://@DIR@/s.sock",
      "open http://127.0.0.1:@PORT@",
      "open ftp://x",
      "open nothing",
      "open",
    ),
    ...typed(
      "help nothing",
      "help a b",
      "help EOF",
      "bogus",
      "bogus with words",
      "!x",
      "-",
      "quit",
      "exit x",
      "EOF",
    ),
    { args: ["-i", "shutdown"], options: { input: "n\n" } },
    { args: ["-i", "shutdown"], title: "-i shutdown at the end of input" },
    { args: ["-i", "reload"], options: { input: "no\n" } },
    { args: ["-i", "reload"], title: "-i reload at the end of input" },
    {
      args: [],
      title: "shutdown refused in the shell",
      options: { input: "shutdown\nn\nreload\n\nstatus up\n" },
    },
  ],
};

export const reload: Matrix = {
  title: "reload",
  launch: { config: base },
  ready: { up: "RUNNING" },
  lines: [
    ...typed("reload"),
    {
      args: ["status", "up"],
      prepare: async (daemon) => {
        await daemon.reachLog(/supervisord started[\s\S]*supervisord started/);
        await daemon.reach({ up: "RUNNING" });
      },
    },
  ],
};

/** A process that takes its time to end keeps the daemon in its shutdown for a while. */
const slow = [
  head(),
  byHand("cat"),
  program("deaf", "@PROGRAMS@/ignore-term.sh", { startsecs: 0, stopwaitsecs: 600 }),
].join("\n");

export const ending: Matrix = {
  title: "a daemon that is shutting down",
  launch: { config: slow },
  ready: { deaf: "RUNNING" },
  lines: [
    { args: ["shutdown"], prepare: (daemon) => daemon.reachFile("deaf.out", /deaf/) },
    ...typed(
      "shutdown",
      "reload",
      "status",
      "start cat",
      "start all",
      "stop cat",
      "restart cat",
      "signal CONT cat",
      "clear cat",
      "pid",
      "pid cat",
      "tail cat",
      "maintail",
      "avail",
      "reread",
      "update",
      "add cat",
      "remove cat",
      "version",
      "fg cat",
      "open unix://@DIR@/s.sock",
    ),
  ],
};
