/** How programs with one vice each live and end. */
import { byHand, head, inBackoff, program, staying } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { reach, reachFile, rpc, step, up } from "../../support/daemon-steps.ts";
import { spawnIntervals, story } from "../../support/daemon-story.ts";

const once = { autorestart: false, startretries: 0 };

/**
 * Under load the original takes a second to start a dozen programs, and then believes that those which ended at once
 * have lived: what must be too quick here has a startsecs that no load reaches, what must not has time to spare.
 */
const quick = { startsecs: 8 };

const ends = (
  title: string,
  programs: readonly string[],
  states: Parameters<typeof reach>[0],
  steps: Scene["steps"],
): Scene => ({
  title,
  launch: { config: [head(), ...programs].join("\n"), files: { "locked.sh": "#!/bin/sh\n", "logs.d/x": "" } },
  steps: [
    reach(states),
    ...steps,
    ...Object.keys(states).map((name) => story(name, { logs: ["out", "err"] })),
  ],
});

const pauses = (...names: readonly string[]) =>
  step("pauses between tries grow by a second", async (daemon) =>
    names.map((name) =>
      spawnIntervals(daemon, name).map((seconds, index) => seconds >= index + 1 && seconds < index + 6),
    ),
  );

export const tooQuick = ends(
  "programs that end too quickly",
  [
    program("at-once-0", "@PROGRAMS@/exit-with.sh 0 said", { ...quick, startretries: 1 }),
    program("at-once-1", "@PROGRAMS@/exit-with.sh 1", { ...quick, startretries: 0 }),
    program("at-once-shot", "@PROGRAMS@/die-by.sh SEGV", { ...quick, startretries: 0 }),
    program("at-once-listed", "@PROGRAMS@/exit-with.sh 5", { ...quick, startretries: 0, exitcodes: "5" }),
    program("third-time", "@PROGRAMS@/two-lives.sh @DIR@/lives 2", { ...quick, startretries: 3 }),
    program("minus-one", "@PROGRAMS@/exit-with.sh 1", { ...quick, startretries: -1 }),
  ],
  {
    "at-once-0": "FATAL",
    "at-once-1": "FATAL",
    "at-once-shot": "FATAL",
    "at-once-listed": "FATAL",
    "third-time": "STARTING",
  },
  [
    step("the third life has begun", async (daemon) => {
      await daemon.reachFile("lives", /3/);
      await daemon.reach({ "third-time": "STARTING" });
      return true;
    }),
    story("minus-one", {
      differs: {
        row: "startretries-unlimited",
        ours: (outcome: unknown) => {
          const { lines } = outcome as { lines: string[] };
          const count = (what: string): number => lines.filter((line) => line.includes(what)).length;
          return count("spawned") >= 2 && count("gave up") === 0;
        },
      },
    }),
    pauses("at-once-0", "third-time"),
  ],
);

const later = "@PROGRAMS@/exit-after.sh 4";

export const endLater = ends(
  "programs that end after a while",
  [
    program("later-0", `${later} 0`),
    program("later-4", `${later} 4`, { autorestart: false }),
    program("later-listed", `${later} 4`, { exitcodes: "0,4" }),
    program("later-unlisted", `${later} 0`, { exitcodes: "4", autorestart: "no" }),
    program("later-shot", "@PROGRAMS@/die-by.sh TERM 4", { autorestart: "off" }),
    program("later-killed", "@PROGRAMS@/die-by.sh KILL 4", { autorestart: 0 }),
    program("no-exitcodes", `${later} 0`, { exitcodes: "", autorestart: false }),
    program("mute", "@PROGRAMS@/close-output.sh 4 0", { autorestart: false }),
  ],
  {
    "later-0": "EXITED",
    "later-4": "EXITED",
    "later-listed": "EXITED",
    "later-unlisted": "EXITED",
    "later-shot": "EXITED",
    "later-killed": "EXITED",
    "no-exitcodes": "EXITED",
    mute: "EXITED",
  },
  [],
);

export const restarted = ends(
  "programs that are started again",
  [
    program("again-always", "@PROGRAMS@/first-time.sh @DIR@/life1 4 0", { autorestart: true }),
    program("again-unexpected", "@PROGRAMS@/first-time.sh @DIR@/life2 4 1"),
    program("again-shot", "@PROGRAMS@/first-time.sh @DIR@/life3 4 TERM"),
    program("at-once-stays", "/bin/cat", { startsecs: 0 }),
    program("second-stays", "/bin/cat", { startsecs: 1 }),
    byHand("by-hand"),
  ],
  { "at-once-stays": "RUNNING", "second-stays": "RUNNING", "by-hand": "STOPPED" },
  [
    step("all have a second life", async (daemon) => {
      for (const name of ["again-always", "again-unexpected", "again-shot"]) {
        await daemon.reachLog(new RegExp(`exited: ${name}[\\s\\S]*success: ${name}`));
      }
      return true;
    }),
    story("again-always"),
    story("again-unexpected"),
    story("again-shot"),
    step("a restart after EXITED comes at once", async (daemon) =>
      ["again-always", "again-unexpected", "again-shot"].map((name) =>
        spawnIntervals(daemon, name).map((seconds) => seconds >= 3.9 && seconds < 10),
      ),
    ),
  ],
);

export const unstartable = ends(
  "programs that cannot be started",
  [
    program("missing", "@DIR@/nothing-here --flag", { startretries: 1 }),
    program("unfound", "no-such-command", once),
    program("locked", "@DIR@/locked.sh", once),
    program("folder", "/tmp", once),
    program("unparsable", "/bin/echo 'no end", once),
    program("no-interpreter", "@PROGRAMS@/bad-shebang.sh", { ...once, ...quick }),
    program("no-format", "@PROGRAMS@/no-shebang.sh", { ...once, ...quick }),
    program("no-directory", "/bin/cat", { ...once, ...quick, directory: "@DIR@/nowhere" }),
    program("no-log-folder", "/bin/cat", { ...once, stdout_logfile: "@DIR@/logs.d" }),
  ],
  {
    missing: "FATAL",
    unfound: "FATAL",
    locked: "FATAL",
    folder: "FATAL",
    unparsable: "FATAL",
    "no-interpreter": "FATAL",
    "no-format": "FATAL",
    "no-directory": "FATAL",
    "no-log-folder": "FATAL",
  },
  [pauses("missing")],
);

const grandchildLives = (file: string, title: string) =>
  step(title, async (daemon) => {
    const pid = Number.parseInt(daemon.read(file) ?? "", 10);
    let alive = true;
    try {
      process.kill(pid, 0);
      process.kill(pid, "SIGKILL");
    } catch {
      alive = false;
    }
    return { knew: pid > 1, alive };
  });

/** Stops: signals, groups, patience, last words. */
export const stops: Scene = {
  title: "ways to be stopped",
  launch: {
    config: [
      head(),
      staying("plain"),
      ...["USR1", "QUIT", "INT", "KILL", "HUP", "SIGALRM", "10"].map((name) =>
        staying(`by-${name}`, { stopsignal: name }),
      ),
      program("deaf", "@PROGRAMS@/ignore-term.sh", { startsecs: 0, stopwaitsecs: 1 }),
      program("leaves-3", "@PROGRAMS@/leave-with.sh 3", { startsecs: 0 }),
      program("leaves-0", "@PROGRAMS@/leave-with.sh 0", { startsecs: 0 }),
      program("forker", "@PROGRAMS@/forker.sh @DIR@/forker.pid", { startsecs: 0 }),
      program("as-group", "@PROGRAMS@/forker.sh @DIR@/as-group.pid", { startsecs: 0, stopasgroup: true }),
      program("deaf-forker", "@PROGRAMS@/deaf-forker.sh @DIR@/deaf-forker.pid", {
        startsecs: 0,
        stopwaitsecs: 1,
      }),
      program("kill-group", "@PROGRAMS@/deaf-forker.sh @DIR@/kill-group.pid", {
        startsecs: 0,
        stopwaitsecs: 1,
        killasgroup: true,
      }),
      staying("starting", { startsecs: 100 }),
      inBackoff("backoff"),
    ].join("\n"),
    files: { "folder.d/x": "" },
  },
  steps: [
    reach({
      plain: "RUNNING",
      deaf: "RUNNING",
      starting: "STARTING",
      backoff: "BACKOFF",
      "kill-group": "RUNNING",
    }),
    up(
      "plain",
      "starting",
      ...["USR1", "QUIT", "INT", "KILL", "HUP", "SIGALRM", "10"].map((name) => `by-${name}`),
    ),
    ...[
      "deaf.out",
      "leaves-3.out",
      "leaves-0.out",
      "forker.out",
      "as-group.out",
      "deaf-forker.out",
      "kill-group.out",
    ].map((name) => reachFile(name, /deaf|ready|forked/)),
    ...[
      "plain",
      "by-USR1",
      "by-QUIT",
      "by-INT",
      "by-KILL",
      "by-HUP",
      "by-SIGALRM",
      "by-10",
      "starting",
      "backoff",
    ].map((name) => rpc("supervisor.stopProcess", [name])),
    step("a stop of the deaf takes stopwaitsecs", async (daemon) => {
      const began = Date.now();
      await daemon.rpc("supervisor.stopProcess", "deaf");
      const took = Date.now() - began;
      return took >= 900 && took < 9_000;
    }),
    ...["leaves-3", "leaves-0", "forker", "as-group", "deaf-forker", "kill-group"].map((name) =>
      rpc("supervisor.stopProcess", [name]),
    ),
    story("plain"),
    story("by-USR1"),
    story("by-QUIT"),
    story("by-INT"),
    story("by-KILL"),
    story("by-HUP"),
    story("by-SIGALRM"),
    story("by-10"),
    story("deaf"),
    story("leaves-3", { logs: ["out"] }),
    story("leaves-0", { logs: ["out"] }),
    story("forker"),
    story("as-group"),
    story("deaf-forker"),
    story("kill-group"),
    story("starting"),
    story("backoff", { mend: (lines) => lines.slice(0, 1) }),
    grandchildLives("forker.pid", "a grandchild survives a plain stop"),
    grandchildLives("as-group.pid", "a grandchild goes with its group"),
    grandchildLives("deaf-forker.pid", "a deaf grandchild survives a kill"),
    grandchildLives("kill-group.pid", "a deaf grandchild goes with a kill of its group"),
  ],
};
