/** What a child is given and what becomes of its output. */
import { statSync } from "node:fs";
import { head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { file, logLines, reach, reachFile, step } from "../../support/daemon-steps.ts";
import { until } from "../../support/daemon-wait.ts";

const stay = { startsecs: 0 };
const once = { startsecs: 0, autorestart: false };

const report = "@PROGRAMS@/report.sh";

export const surroundings: Scene = {
  title: "what a child is given",
  launch: {
    config: [
      head({
        supervisord: 'environment=FROM_DAEMON="daemon",BOTH="daemon",PATH_LIKE="/a:/b"\nidentifier=id',
      }),
      program("plain", `${report} one "two words" 'three' four\\ five`, stay),
      program("placed", report, { ...stay, directory: "/tmp", umask: "077" }),
      program("lowered", report, { ...stay, user: "nobody", directory: "/" }),
      program("merged", report, { ...stay, redirect_stderr: true }),
      program("signals", "@PROGRAMS@/signals.sh", stay),
      program("environ", "/usr/bin/env", {
        ...once,
        environment:
          'BOTH="program",OWN=1,QUOTED="a, b",PERCENT="100%%",NAMED="%(program_name)s %(group_name)s"',
      }),
      program("overrides", "/usr/bin/env", {
        ...once,
        environment: 'SUPERVISOR_PROCESS_NAME="mine",HOME="/nowhere"',
        serverurl: "http://example.org:1",
      }),
      program(
        "expanded",
        "@PROGRAMS@/tell-and-stay.sh %(here)s %(program_name)s %(process_num)d %(ENV_OUTER)s %(ENV_OWN)s",
        {
          ...stay,
          environment: 'OWN="own value"',
        },
      ),
      program("searched", "own-command.sh", { ...stay, environment: 'PATH="@DIR@/bin:/usr/bin:/bin"' }),
      program("numbered", "@PROGRAMS@/tell-and-stay.sh %(process_num)02d of %(numprocs)d in %(group_name)s", {
        ...stay,
        numprocs: 3,
        numprocs_start: 5,
        process_name: "%(program_name)s-%(process_num)d",
        stdout_logfile: "@DIR@/%(program_name)s-%(process_num)d.out",
      }),
    ].join("\n"),
    env: { OUTER: "outer value" },
    files: { "bin/own-command.sh": "#!/bin/sh\necho found\nexec sleep 1000\n" },
    prefix: ["/bin/sh", "-c", 'chmod 755 bin bin/own-command.sh; chmod 711 .; umask 027; exec "$@"', "sh"],
  },
  steps: [
    reach({ "numbered:numbered-7": "RUNNING", plain: "RUNNING" }),
    ...["plain", "placed", "lowered", "merged"].flatMap((name) => [
      reachFile(`${name}.out`, /end/),
      file(`${name}.out`),
    ]),
    reachFile("signals.out", /SigIgn/),
    file("signals.out", {
      differs: { row: "child-signals", ours: "SigBlk: 0000000000000000\nSigIgn: 0000000000000000\n" },
    }),
    ...["environ", "overrides"].map((name) =>
      step(`the environment of ${name}`, async (daemon) => {
        await daemon.reach({ [name]: "EXITED" });
        return daemon
          .text(daemon.read(`${name}.out`) ?? "")
          .split("\n")
          .sort();
      }),
    ),
    ...["expanded", "searched", "numbered-5", "numbered-7"].flatMap((name) => [
      reachFile(`${name}.out`, /\n/),
      file(`${name}.out`),
    ]),
  ],
};

/** One line of a hundred bytes at a time, so that no chunk holds two: every file is then the same to the byte. */
const rotation = (name: string) =>
  step(`rotation of ${name}`, async (daemon) => {
    const names = ["", ".1", ".2", ".3"].map((suffix) => `${name}.out${suffix}`);
    for (let line = 0; line < 11; line += 1) {
      const text = `${line} `.padEnd(98, "x");
      await daemon.rpc("supervisor.sendProcessStdin", name, `${text}\n`);
      await until("the line", () => names.some((file) => daemon.read(file)?.includes(`>${line} `)));
    }
    return names.map((file) => daemon.read(file) ?? "none");
  });

export const output: Scene = {
  title: "what becomes of output",
  launch: {
    config: [
      head(),
      program("both", "@PROGRAMS@/both.sh to", stay),
      program("merged", "@PROGRAMS@/both.sh to", { ...stay, redirect_stderr: true, stderr_logfile: "AUTO" }),
      program("bytes", "@PROGRAMS@/bytes.sh", stay),
      program("colours", "@PROGRAMS@/colours.sh", stay),
      program("unended", "@PROGRAMS@/no-newline.sh", stay),
      program("flood", "@PROGRAMS@/flood.sh 3000", stay),
      program("rotated", "@PROGRAMS@/prefix.sh", {
        ...stay,
        stdout_logfile_maxbytes: 250,
        stdout_logfile_backups: 2,
      }),
      program("capture", "@PROGRAMS@/capture.sh", { ...stay, stdout_capture_maxbytes: "1KB" }),
      program("tail-of-capture", "@PROGRAMS@/tell-and-stay.sh short", {
        ...stay,
        stdout_capture_maxbytes: "1KB",
      }),
      program("last-words", "@PROGRAMS@/leave-with.sh 0", stay),
      program("nowhere", "@PROGRAMS@/both.sh to", {
        ...stay,
        stdout_logfile: "NONE",
        stderr_logfile: "/dev/null",
      }),
    ].join("\n"),
  },
  steps: [
    reach({ nowhere: "RUNNING", both: "RUNNING" }),
    reachFile("both.out", /\n/),
    reachFile("both.err", /\n/),
    file("both.out"),
    file("both.err"),
    reachFile("merged.out", /stderr/),
    file("merged.out"),
    reachFile("bytes.out", /\n/),
    file("bytes.out"),
    reachFile("colours.out", /end/),
    file("colours.out"),
    reachFile("unended.out", /two/),
    file("unended.out"),
    step("the flood is whole", async (daemon) => {
      await daemon.reachFile("flood.out", /^(x{99}\n){3000}$/);
      return daemon.read("flood.out")?.length;
    }),
    reachFile("capture.out", /doubt/),
    file("capture.out"),
    rotation("rotated"),
    step(
      "a short line in capture mode is there before the program ends",
      async (daemon) => {
        await daemon.reach({ "tail-of-capture": "RUNNING" });
        await daemon.rpc("supervisor.stopProcess", "tail-of-capture");
        return daemon.read("tail-of-capture.out");
      },
      { differs: { row: "capture-tail", ours: "short\n" } },
    ),
    logLines(/^(?!INFO|CRIT Server)/),
  ],
};

export const stripped: Scene = {
  title: "strip_ansi",
  launch: {
    config: [
      head({ supervisord: "strip_ansi=true" }),
      program("colours", "@PROGRAMS@/colours.sh", stay),
    ].join("\n"),
  },
  steps: [reach({ colours: "RUNNING" }), reachFile("colours.out", /end/), file("colours.out")],
};

const limited = (title: string, shell: string, supervisord: string): Scene => ({
  title,
  launch: {
    config: [head({ supervisord }), program("limits", "@PROGRAMS@/limits.sh", stay)].join("\n"),
    prefix: ["/bin/sh", "-c", `${shell}; exec "$@"`, "sh"],
  },
  steps: [reachFile("limits.out", /end/), file("limits.out"), logLines(/RLIMIT/)],
});

/** A daemon that is started by root and lowers itself. */
const lowered: Scene = {
  title: "[supervisord] user=",
  launch: {
    config: [
      head().replace("user=root", "user=nobody"),
      program("limits", "@PROGRAMS@/limits.sh", stay),
      program("report", "@PROGRAMS@/report.sh", stay),
      program("other", "@PROGRAMS@/report.sh", {
        ...stay,
        user: "daemon",
        autorestart: false,
        startretries: 0,
      }),
    ].join("\n"),
    prefix: ["/bin/sh", "-c", 'chmod 777 .; exec "$@"', "sh"],
  },
  steps: [
    reachFile("limits.out", /end/),
    file("limits.out"),
    reachFile("report.out", /end/),
    file("report.out"),
    step("what the daemon makes belongs to the user", async (daemon) =>
      ["supervisord.log", "s.pid", "s.sock", "limits.out"].map((name) => {
        const { uid, gid, mode } = statSync(`${daemon.dir}/${name}`);
        return `${name} ${uid}:${gid} ${(mode & 0o777).toString(8)}`;
      }),
    ),
    logLines(/uid|privilege/),
    step("a program of another user cannot be", async (daemon) => {
      await daemon.reachFile("other.err", /not spawned/);
      return daemon.read("other.err")?.split("\n").slice(0, 2);
    }),
  ],
};

const url = (title: string, servers: string): Scene => ({
  title: `SUPERVISOR_SERVER_URL with ${title}`,
  launch: {
    config: [
      servers,
      head().replace(/\[unix_http_server\][\s\S]*(?=\[supervisord\])/, ""),
      program("environ", "/usr/bin/env", once),
    ].join("\n"),
    ready: /success: environ|exited: environ/,
  },
  steps: [
    step("is", async (daemon) => {
      await daemon.reachFile("environ.out", /SUPERVISOR_ENABLED/);
      return daemon.text(daemon.read("environ.out") ?? "").match(/SUPERVISOR_SERVER_URL.*/g);
    }),
  ],
});

export const circumstances: readonly Scene[] = [
  limited("a limit on descriptors that is too low", "ulimit -Sn 300", ""),
  limited("a limit on descriptors that is high enough", "ulimit -Sn 2000", ""),
  limited("minfds", "ulimit -Sn 300; ulimit -c 0", "minfds=1500"),
  lowered,
  url("no server", ""),
  url("one inet server", "[inet_http_server]\nport=127.0.0.1:@PORT@\n"),
  url("an inet server on every address", "[inet_http_server]\nport=:@PORT@\n"),
];
