/** What the daemon writes and makes: its log at each level, AUTO logs, standard output, its socket. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { byHand, head, program, section, staying } from "../../support/daemon-config.ts";
import { open } from "../../support/daemon-http.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import {
  ctl,
  exits,
  logLines,
  reach,
  reachFile,
  rpc,
  signal,
  step,
  up,
  write,
} from "../../support/daemon-steps.ts";
import { until } from "../../support/daemon-wait.ts";

const stay = { startsecs: 0 };
const gone = (name: string) =>
  step(`${name} is gone`, async (daemon) => !existsSync(`${daemon.dir}/${name}`));

const servers = head();
const silent: Scene = {
  title: "flags on top of the file",
  launch: {
    config: [head(), staying("a")].join("\n"),
    args: [
      "-n",
      "-s",
      "-c",
      "@DIR@/s.conf",
      "-i",
      "flagged",
      "-l",
      "@DIR@/flag.log",
      "-j",
      "@DIR@/flag.pid",
      "-e",
      "debug",
      "-q",
      "@DIR@",
    ],
  },
  steps: [
    reach({ a: "RUNNING" }),
    up("a"),
    rpc("supervisor.getIdentification"),
    reachFile("flag.pid", /\d/),
    write("s.conf", head({ supervisord: "identifier=file" })),
    rpc("supervisor.reloadConfig"),
    rpc("supervisor.getIdentification"),
    rpc("supervisor.stopProcess", ["a"]),
    step("standard output is silent", async (daemon) => [daemon.stdout, daemon.stderr]),
    step("the log of the flag is written", async (daemon) => {
      const lines = daemon.text(daemon.read("flag.log") ?? "").split("\n");
      return lines.filter((line) => /killing|spawned|stopped:|started/.test(line));
    }),
    signal("SIGTERM"),
    exits(),
    gone("flag.pid"),
  ],
};

const traced: Scene = {
  title: "loglevel=trace",
  launch: {
    config: [head({ supervisord: "loglevel=trace" }), program("both", "@PROGRAMS@/both.sh to", stay)].join(
      "\n",
    ),
  },
  steps: [
    reach({ both: "RUNNING" }),
    reachFile("both.err", /\n/),
    step("the lines of calls", async (daemon) => {
      await daemon.rpc("supervisor.getAPIVersion");
      await daemon.rpc("supervisor.getProcessInfo", "nothing").catch(() => undefined);
      await daemon.rpc("supervisor.signalProcess", "both", "CONT");
      await daemon.reachLog(/sending both/);
      return daemon.logLines(/getAPIVersion|BAD_NAME|sending both/);
    }),
    step("output is echoed", async (daemon) => {
      await daemon.reachLog(/stderr output/);
      const text = daemon.text(daemon.log());
      return ["stdout", "stderr"].map((channel) =>
        new RegExp(`DEBG 'both' ${channel} output:\\nto ${channel}\\n\\n`).test(text),
      );
    }),
    rpc("supervisor.stopProcess", ["both"]),
    logLines(/killing|stopped:/),
    step("the server tells of itself", async (daemon) =>
      daemon.logLines(/Medusa/).map((line) => line.replace(/started at .*/, "started at @CTIME@")),
    ),
  ],
};

const quiet: Scene = {
  title: "loglevel=critical",
  launch: {
    config: [
      head({ supervisord: "loglevel=critical" }),
      program("a", "@PROGRAMS@/exit-with.sh 1", { startretries: 0, startsecs: 5 }),
    ].join("\n"),
  },
  steps: [reach({ a: "FATAL" }), signal("SIGTERM"), exits(), logLines()],
};

const messages: Scene = {
  title: "what the configuration makes the daemon say first",
  launch: {
    config: [
      head().replace("user=root\n", ""),
      "[include]\nfiles=@DIR@/more/*.conf @DIR@/none/*.conf",
      byHand("m1", { redirect_stderr: true }),
      byHand("m2", { stdout_logfile: "AUTO", stdout_logfile_maxbytes: 0 }),
      byHand("m3", { stdout_logfile: "syslog" }),
      section("unknown-section", "x", { key: "value" }),
      byHand("m4", { unknown_option: "value" }),
    ].join("\n"),
    files: { "more/b.conf": byHand("b"), "more/a.conf": byHand("a"), "more/.hidden.conf": byHand("hidden") },
  },
  steps: [ctl("status"), logLines()],
};

const autoLogs: Scene = {
  title: "AUTO logs",
  launch: {
    config: [
      head({ supervisord: "identifier=ident" }),
      byHand("idle", { stdout_logfile: "AUTO", stderr_logfile: "AUTO" }),
      program("said", "@PROGRAMS@/both.sh to", { ...stay, stdout_logfile: "AUTO", stderr_logfile: "AUTO" }),
    ].join("\n"),
    files: {
      "old-stdout---ident-abcdefgh.log": "old",
      "old-stdout---ident-abcdefgh.log.1": "old",
      "old-stdout---other-abcdefgh.log": "kept",
      "unrelated.log": "kept",
    },
  },
  steps: [
    reach({ said: "RUNNING" }),
    step("the files of the folder", async (daemon) =>
      readdirSync(daemon.dir)
        .filter((name) => name.endsWith(".log") || name.includes("---"))
        .map((name) => `${daemon.text(name)} ${(statSync(`${daemon.dir}/${name}`).mode & 0o777).toString(8)}`)
        .sort(),
    ),
    step("getProcessInfo tells their paths", async (daemon) => {
      const info = (await daemon.rpc("supervisor.getProcessInfo", "said")) as Record<string, string>;
      const paths = [info["stdout_logfile"], info["stderr_logfile"]].map(String);
      await until("output", () => statSync(String(paths[0])).size > 0 && statSync(String(paths[1])).size > 0);
      return paths.map((path) => daemon.text(path));
    }),
    signal("SIGTERM"),
    exits(),
    step(
      "they stay after the end",
      async (daemon) => readdirSync(daemon.dir).filter((name) => name.startsWith("said-")).length,
    ),
  ],
};

const keep: Scene = {
  title: "nocleanup",
  launch: {
    config: [head({ supervisord: "nocleanup=true" }), byHand("idle", { stdout_logfile: "AUTO" })].join("\n"),
    files: { "old-stdout---supervisor-abcdefgh.log": "old" },
  },
  steps: [
    step("what was there stays", async (daemon) => daemon.read("old-stdout---supervisor-abcdefgh.log")),
  ],
};

/** What spawns the daemon here gives it socket pairs, which no path can open: two named pipes stand between. */
const THROUGH_PIPES = ["/bin/sh", "-c", 'mkfifo o e; cat o & cat e >&2 & exec "$@" >o 2>e', "sh"];

const toStdout = (
  title: string,
  options: Record<string, string | number>,
  differs?: { row: string; ours: unknown },
): Scene => ({
  title,
  launch: {
    prefix: THROUGH_PIPES,
    config: [
      servers,
      program("both", "@PROGRAMS@/both.sh to", {
        ...stay,
        stdout_logfile: "/dev/stdout",
        stderr_logfile: "/dev/stderr",
        ...options,
      }),
    ].join("\n"),
  },
  steps: [
    reach({ both: "RUNNING" }),
    step("output goes through", async (daemon) => {
      await until(
        "both lines",
        () => daemon.stdout.includes("to stdout\n") && daemon.stderr.includes("to stderr\n"),
      );
      return true;
    }),
    step(
      "and nothing goes wrong",
      async (daemon) => daemon.logLines(/^(CRIT|ERRO) (?!Server)/).map((line) => line.slice(0, 40)),
      differs === undefined ? {} : { differs },
    ),
  ],
});

/** As in `supervisord -n >file` of a script that goes on writing. */
const sharedOutput: Scene = {
  title: "standard output is a file that others write to as well",
  launch: {
    config: [servers, byHand("cat")].join("\n"),
    prefix: [
      "/bin/sh",
      "-c",
      'exec >shared; echo before; (until [ -e go ]; do sleep 0.05; done; echo between) & exec "$@"',
      "sh",
    ],
  },
  steps: [
    rpc("supervisor.startProcess", ["cat"]),
    write("go", ""),
    reachFile("shared", /between/),
    rpc("supervisor.stopProcess", ["cat"]),
    reachFile("shared", /stopped: cat/),
    step("nothing is overwritten", async (daemon) => {
      const lines = daemon.text(daemon.read("shared") ?? "").split("\n");
      const at = lines.indexOf("between");
      const kept = lines.filter((line) => !/^(before|between)$/.test(line)).join("\n");
      return {
        first: lines[0],
        between: at > 1 && at < lines.length - 2,
        rest: kept === daemon.text(daemon.log()),
      };
    }),
  ],
};

const stale: Scene = {
  title: "a socket left behind",
  launch: {
    config: [servers, byHand("idle")].join("\n"),
    prefix: [
      "/usr/bin/python3",
      "-c",
      "import os,socket,sys; socket.socket(socket.AF_UNIX).bind('s.sock'); os.execv(sys.argv[1], sys.argv[1:])",
    ],
  },
  steps: [
    ctl("status"),
    step("is said to be taken away", async (daemon) => daemon.text(daemon.stderr)),
    step("the mode of the socket", async (daemon) => (statSync(daemon.socket).mode & 0o777).toString(8)),
  ],
};

const owned: Scene = {
  title: "mode and owner of the socket",
  launch: { config: [head({ unix: "chmod=0766\nchown=nobody:nogroup" }), byHand("idle")].join("\n") },
  steps: [
    step("are as asked for", async (daemon) => {
      const { mode, uid, gid } = statSync(daemon.socket);
      return { mode: (mode & 0o777).toString(8), uid, gid };
    }),
  ],
};

const slow: Scene = {
  title: "the daemon goes on while a client is slow or leaves",
  launch: {
    config: [
      servers,
      program("deaf", "@PROGRAMS@/ignore-term.sh", { ...stay, stopwaitsecs: 2 }),
      byHand("cat"),
    ].join("\n"),
  },
  steps: [
    reach({ deaf: "RUNNING" }),
    reachFile("deaf.out", /deaf/),
    step("another call is served while one waits", async (daemon) => {
      const stop = daemon.rpc("supervisor.stopProcess", "deaf");
      const first = await Promise.race([
        stop.then(() => "stop"),
        daemon.rpc("supervisor.getState").then(() => "state"),
      ]);
      await stop;
      return first;
    }),
    step("a client that leaves in the middle of a head, of a body, of a wait", async (daemon) => {
      const body =
        "<methodCall><methodName>supervisor.startProcess</methodName><params><param><value>cat</value></param></params></methodCall>";
      for (const bytes of [
        "POST /RP",
        `POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
        `POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ]) {
        const socket = open(daemon, "unix");
        await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
        socket.destroy();
      }
      await daemon.reach({ cat: "RUNNING" });
      return true;
    }),
  ],
};
export const fileScenes: readonly Scene[] = [
  silent,
  traced,
  quiet,
  messages,
  autoLogs,
  keep,
  toStdout("logs to /dev/stdout without rotation", {
    stdout_logfile_maxbytes: 0,
    stderr_logfile_maxbytes: 0,
  }),
  toStdout("logs to /dev/stdout with the rotation of the default", {}, { row: "non-seekable", ours: [] }),
  sharedOutput,
  stale,
  owned,
  slow,
];
