/** What a child is given and what becomes of its output. */
import { head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { file, logLines, reach, reachFile, step } from "../../support/daemon-steps.ts";

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

const wholeTail = (name: string, count: number) =>
  step(`nothing is lost of ${name} over ${count} files`, async (daemon) => {
    const parts = Array.from({ length: count + 3 }, (_, index) =>
      daemon.read(index === 0 ? name : `${name}.${index}`),
    );
    const text = parts
      .map((part) => part ?? "")
      .reverse()
      .join("");
    const all = Array.from({ length: 300 }, (_, index) => `line ${String(index).padStart(4, "0")}\n`).join(
      "",
    );
    return {
      files: parts.map((part) => part !== undefined),
      isTheEnd: all.endsWith(text),
      last: text.slice(-10),
    };
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
      program("rotated", "@PROGRAMS@/lines.sh 300", {
        ...stay,
        stdout_logfile_maxbytes: 500,
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
    reachFile("rotated.out", /line 0299|^$/),
    step("the flood is whole", async (daemon) => {
      await daemon.reachFile("flood.out", /^(x{99}\n){3000}$/);
      return daemon.read("flood.out")?.length;
    }),
    reachFile("capture.out", /doubt/),
    file("capture.out"),
    step("rotation", async (daemon) => {
      await daemon.reachFile("rotated.out.1", /line/);
      return true;
    }),
    wholeTail("rotated.out", 2),
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
