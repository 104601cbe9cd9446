/** reread, update, add, remove, reload and shutdown: supervisorctl and a configuration that changes. */
import { byHand, head, program, section, staying } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import {
  ctl,
  ctls,
  exits,
  file,
  reach,
  reachFile,
  reachLog,
  step,
  up,
  write,
} from "../../support/daemon-steps.ts";

const runs = { startsecs: 0 };
const start = [
  head(),
  program("stays", "/bin/cat", runs),
  program("changes", "/bin/cat", { ...runs, priority: 7 }),
  program("goes", "/bin/cat", runs),
  byHand("rests"),
  section("group", "pair", { programs: "left,right" }),
  program("left", "/bin/cat", runs),
  program("right", "/bin/cat", runs),
];
const initial = start.join("\n");
const changed = [
  head(),
  program("stays", "/bin/cat", runs),
  program("changes", "/bin/cat", { ...runs, priority: 8 }),
  program("comes", "/bin/cat", runs),
  program("also", "/bin/cat", { ...runs, autostart: false }),
  byHand("rests"),
  section("group", "pair", { programs: "left" }),
  program("left", "/bin/cat", runs),
  program("right", "/bin/cat", runs),
].join("\n");

/** Only the fault's own words: what stands before it names a Python class. */
const broken = `${initial}\n[program:bad]\nautostart=perhaps\n`;

export const changes: Scene = {
  title: "supervisorctl and a changing configuration",
  launch: { config: initial },
  steps: [
    reach({ stays: "RUNNING", changes: "RUNNING", goes: "RUNNING", "pair:left": "RUNNING" }),
    ...ctls(
      "reread",
      "update",
      "add",
      "add stays",
      "add nothing",
      "add nothing stays",
      "remove",
      "remove stays",
      "remove nothing",
      "remove pair",
      "remove rests",
      "remove rests",
      "status",
      "avail",
      "add rests",
      "add pair:left",
      "remove pair:left",
      "update nothing",
      "update nothing stays",
      "update stays",
    ),
    write("s.conf", changed),
    ...ctls(
      "reread",
      "reread",
      "avail",
      "status",
      "add comes",
      "add comes",
      "status comes",
      "update nothing",
      "update also",
      "update stays",
      "update changes goes",
      "status",
      "update",
      "status",
      "update",
      "reread",
      "avail",
    ),
    write("s.conf", initial),
    ...ctls(
      "update goes",
      "status goes",
      "update all",
      "status",
      "stop goes",
      "remove goes",
      "reread",
      "update",
    ),
    reach({ goes: "RUNNING", "pair:right": "RUNNING" }),
    write("s.conf", broken),
    ...ctls("reread", "update", "status"),
    write("s.conf", `${initial}\n[program:x]\ncommand=/bin/cat\nautorestart=maybe\n`),
    ctl("reread"),
    write("s.conf", `${initial}\n[program:x]\ncommand=/bin/cat\nuser=nobody-of-that-name\n`),
    ctl("reread"),
    write("s.conf", `${initial}\n[program:x]\ncommand=/bin/cat %(nowhere)s\n`),
    ctl("reread", { mend: (text) => text.replace(/Available names: .*/s, "Available names: ...") }),
    write("s.conf", `${initial}\n[group:x]\nprograms=unheard\n`),
    ctl("reread"),
    write("s.conf", `${initial}\njust words\n`),
    ctl("reread"),
    write("s.conf", initial),
    ...ctls("reread", "update", "status"),
    step("what the activity log says of it", async (daemon) => {
      const order = daemon.logLines(/^(INFO|WARN|ERRO|CRIT) (?!RPC|Server|supervisord)/);
      const count = (pattern: RegExp): number => order.filter((line) => pattern.test(line)).length;
      return {
        stopped: count(/stopped: goes/),
        removed: count(/removed|updated|added/),
        spawned: ["stays", "changes", "goes", "comes", "also", "left", "right"].map(
          (name) => `${name} ${count(new RegExp(`spawned: '${name}'`))}`,
        ),
      };
    }),
  ],
};

export const reload: Scene = {
  title: "supervisorctl reload",
  launch: { config: [head(), staying("a"), staying("b", { autostart: false })].join("\n") },
  steps: [
    reach({ a: "RUNNING" }),
    ctl("start b"),
    up("a", "b"),
    write("s.conf", [head(), staying("a"), staying("c")].join("\n")),
    ctl("reload"),
    reachLog(/supervisord started[\s\S]*supervisord started/),
    reach({ a: "RUNNING", c: "RUNNING" }),
    ctl("status"),
    step(
      "the same process goes on",
      async (daemon) => daemon.exit === undefined && daemon.pidfile() === daemon.pid,
    ),
    step("each program was spawned once a life", async (daemon) =>
      daemon.logLines(/spawned|stopped|waiting|SIGHUP|RPC interface|started/),
    ),
  ],
};

export const shutdown: Scene = {
  title: "supervisorctl shutdown",
  launch: {
    config: [
      head(),
      program("a", "/bin/cat", { ...runs, priority: 1 }),
      program("b", "/bin/cat", { ...runs, priority: 2 }),
      program("deaf", "@PROGRAMS@/ignore-term.sh", { ...runs, priority: 3, stopwaitsecs: 60 }),
    ].join("\n"),
  },
  steps: [
    reach({ a: "RUNNING", b: "RUNNING", deaf: "RUNNING" }),
    reachFile("deaf.out", /deaf/),
    ctl("shutdown"),
    ctl("shutdown"),
    ctl("status"),
    ctl("start a"),
    ctl("reload"),
    ctl("reread"),
    ctl("update"),
    ctl("add a"),
    ctl("remove a"),
    ctl("avail"),
    ctl("pid"),
    step("the deaf one is killed by somebody else", async (daemon) => {
      const pid = Number(/spawned: 'deaf' with pid (\d+)/.exec(daemon.log())?.[1]);
      return process.kill(pid, "SIGKILL");
    }),
    exits(),
    ctl("shutdown"),
    ctl("status"),
    file("s.pid"),
    file("s.sock"),
  ],
};
