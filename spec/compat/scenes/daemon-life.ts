/** The daemon's own life: its signals, its order, reload, going to the background. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { byHand, head, inBackoff, program, section, staying } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import {
  ctl,
  exits,
  file,
  logLines,
  reach,
  reachFile,
  reachLog,
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
const many = [
  servers,
  staying("c", { priority: 30 }),
  staying("a", { priority: 10 }),
  staying("b", { priority: 20 }),
  section("group", "g", { programs: "g1,g2,g3", priority: 15 }),
  staying("g1", { priority: 3 }),
  staying("g2", { priority: 1 }),
  staying("g3", { priority: 2 }),
  staying("same2", { priority: 40 }),
  staying("same1", { priority: 40 }),
  byHand("idle"),
  inBackoff("trying", { priority: 50 }),
].join("\n");

const WAITING = /^(?!INFO waiting for|INFO spawnerr: )/;
const running = { a: "RUNNING", c: "RUNNING", "g:g3": "RUNNING", same1: "RUNNING" } as const;

/**
 * The log in its order, but for what is chance or the pace of the machine: when a start is found to have succeeded,
 * and which of those that are told to stop together is gone first.
 */
function inPhases(lines: readonly string[]): unknown {
  const success = lines.filter((line) => line.startsWith("INFO success")).sort();
  const rest = lines.filter((line) => !line.startsWith("INFO success"));
  const first = rest.findIndex((line) => /stopped: g\d/.test(line));
  const group = rest.slice(first, first + 3).sort();
  return { success, order: first < 0 ? rest : [...rest.slice(0, first), ...group, ...rest.slice(first + 3)] };
}

const endBy = (name: NodeJS.Signals): Scene => ({
  title: `${name} ends the daemon in order`,
  launch: { config: many, files: { "folder.d/x": "" } },
  steps: [
    reach({ ...running, trying: "BACKOFF" }),
    up("a", "b", "c", "g1", "g2", "g3", "same1", "same2"),
    signal(name),
    exits(),
    step("the activity log", async (daemon) => inPhases(daemon.logLines(WAITING))),
    step("nothing but log lines on standard output", async (daemon) => [
      daemon.text(daemon.stdout) === daemon.text(daemon.log()),
      daemon.text(daemon.stderr),
    ]),
    gone("s.pid"),
    gone("s.sock"),
  ],
});

const deaf: Scene = {
  title: "a deaf child delays the end by its stopwaitsecs and no more",
  launch: {
    config: [
      servers,
      program("deaf", "@PROGRAMS@/ignore-term.sh", { ...stay, stopwaitsecs: 8 }),
      staying("late", { priority: 1 }),
    ].join("\n"),
  },
  steps: [
    reach({ deaf: "RUNNING", late: "RUNNING" }),
    up("late"),
    reachFile("deaf.out", /deaf/),
    step("time", async (daemon) => {
      const began = Date.now();
      daemon.signal("SIGTERM");
      await daemon.reachLog(/waiting for/);
      daemon.signal("SIGTERM");
      await daemon.reachLog(/SIGTERM[\s\S]*SIGTERM/);
      daemon.signal("SIGHUP");
      const exit = await daemon.reachExit();
      const took = Date.now() - began;
      return { exit, class: took >= 7_900 && took < 25_000 };
    }),
    step("the activity log", async (daemon) => inPhases(daemon.logLines(/^(?!INFO waiting for)/))),
  ],
};

const sortedStops = (lines: string[]): string[] => {
  const stops = lines.filter((line) => line.includes("stopped: ")).sort();
  return lines.map((line) => (line.includes("stopped: ") ? (stops.shift() ?? "") : line));
};

const hup: Scene = {
  title: "SIGHUP reads the configuration again in the same process",
  launch: { config: [servers, staying("a"), staying("b")].join("\n") },
  steps: [
    reach({ a: "RUNNING", b: "RUNNING" }),
    up("a", "b"),
    write("s.conf", [head({ supervisord: "identifier=changed" }), staying("b"), staying("c")].join("\n")),
    signal("SIGHUP"),
    reachLog(/supervisord started[\s\S]*supervisord started/),
    reach({ b: "RUNNING", c: "RUNNING" }),
    rpc("supervisor.getIdentification"),
    ctl("status"),
    step("the activity log", async (daemon) =>
      sortedStops(daemon.logLines(/^(?!INFO (waiting for|success))/)),
    ),
    step("the same process", async (daemon) => daemon.pidfile() === daemon.pid && daemon.exit === undefined),
    signal("SIGTERM"),
    exits(),
  ],
};

const hupBroken: Scene = {
  title: "SIGHUP with a broken configuration",
  launch: { config: [servers, program("a", "/bin/cat", stay)].join("\n") },
  steps: [
    reach({ a: "RUNNING" }),
    write("s.conf", `${servers}\n[program:a]\ncommand=/bin/cat\nstartsecs=soon\n`),
    signal("SIGHUP"),
    step(
      "what is left",
      async (daemon) => {
        await until("an end or an answer", async () => {
          if (daemon.exit !== undefined) return true;
          return /soon/.test(daemon.log()) && (await daemon.states())["a"] === "RUNNING";
        });
        return {
          exit: daemon.exit ?? "none",
          kept: daemon.exit === undefined && daemon.logLines(/spawned/).length === 1,
        };
      },
      { differs: { row: "broken-reload", ours: { exit: "none", kept: true } } },
    ),
  ],
};

const usr2: Scene = {
  title: "SIGUSR2 opens the logs again",
  launch: { config: [servers, program("prefix", "@PROGRAMS@/prefix.sh", stay), byHand("idle")].join("\n") },
  steps: [
    reach({ prefix: "RUNNING" }),
    reachLog(/success: prefix/),
    rpc("supervisor.sendProcessStdin", ["prefix", "before\n"]),
    reachFile("prefix.out", />before/),
    step("the logs are moved away", async (daemon) => {
      renameSync(`${daemon.dir}/prefix.out`, `${daemon.dir}/prefix.old`);
      renameSync(`${daemon.dir}/supervisord.log`, `${daemon.dir}/supervisord.old`);
      return true;
    }),
    signal("SIGUSR2"),
    reachFile("supervisord.old", /received SIGUSR2/),
    step("the logs are there again", async (daemon) =>
      until(
        "them",
        () => daemon.read("prefix.out") !== undefined && daemon.read("supervisord.log") !== undefined,
      ),
    ),
    rpc("supervisor.sendProcessStdin", ["prefix", "after\n"]),
    reachFile("prefix.out", />after/),
    file("prefix.old"),
    file("prefix.out"),
    logLines(),
    step("the last lines of the log moved away", async (daemon) =>
      daemon
        .text(daemon.read("supervisord.old") ?? "")
        .split("\n")
        .slice(-3),
    ),
  ],
};

const usr2NoFolder: Scene = {
  title: "SIGUSR2 while a log's folder is missing",
  launch: {
    config: [servers, program("cat", "/bin/cat", { ...stay, stdout_logfile: "@DIR@/sub/cat.out" })].join(
      "\n",
    ),
    files: { "sub/x": "" },
  },
  steps: [
    reach({ cat: "RUNNING" }),
    step("the folder goes", async (daemon) => {
      rmSync(`${daemon.dir}/sub`, { recursive: true });
      return true;
    }),
    signal("SIGUSR2"),
    step(
      "what is left",
      async (daemon) => {
        await daemon.reachLog(/received SIGUSR2/);
        // The original dies of it, in its own time; an answer of ours, asked for after the signal, shows that it has lived.
        if (daemon.subject.name === "oracle") await daemon.reachExit();
        else await daemon.rpc("supervisor.getState");
        return { exit: daemon.exit ?? "none" };
      },
      { differs: { row: "vanished-directory", ours: { exit: "none" } } },
    ),
  ],
};

const detached: Scene = {
  title: "a daemon that detaches",
  launch: {
    config: [
      head({ supervisord: "umask=077\ndirectory=/tmp" }),
      program("report", "@PROGRAMS@/report.sh", stay),
    ].join("\n"),
    args: ["-c", "@DIR@/s.conf"],
    detached: true,
  },
  steps: [
    exitsOfParent(),
    reach({ report: "RUNNING" }),
    reachFile("report.out", /end/),
    file("report.out"),
    step("stands by itself", async (daemon) => {
      const { readFileSync, readlinkSync } = await import("node:fs");
      const stat = readFileSync(`/proc/${daemon.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
      return {
        session: Number(stat[3]) === daemon.pid,
        cwd: readlinkSync(`/proc/${daemon.pid}/cwd`),
        stdio: [0, 1, 2].map((fd) => readlinkSync(`/proc/${daemon.pid}/fd/${fd}`)),
      };
    }),
    ctl("status"),
    logLines(/^(?!INFO (waiting for|success))/),
    signal("SIGTERM"),
    step("ends", async (daemon) => {
      await daemon.reachExit();
      return true;
    }),
    gone("s.pid"),
  ],
};

function exitsOfParent() {
  return step("the command itself ends with nothing to say", async (daemon) => ({
    exit: daemon.exit,
    stdout: daemon.text(daemon.stdout),
    stderr: daemon.text(daemon.stderr),
  }));
}
export const lifeScenes: readonly Scene[] = [
  endBy("SIGTERM"),
  endBy("SIGINT"),
  endBy("SIGQUIT"),
  deaf,
  hup,
  hupBroken,
  usr2,
  usr2NoFolder,
  detached,
];
