/** Stock supervisorctl where it does not end by itself: tail -f, maintail -f, fg; each is interrupted once it has told. */
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { byHand, head, program } from "../support/daemon-config.ts";
import { type Step, scene } from "../support/daemon-pair.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { ctl, reachFile, reachLog, rpc, step } from "../support/daemon-steps.ts";
import { BASE_ENV } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

interface Session {
  /** Waits until standard output matches. */
  readonly sees: (pattern: RegExp) => Promise<void>;
  readonly types: (text: string) => void;
  readonly interrupts: () => void;
}

/** Runs supervisorctl while `during` looks on, interrupts it, and gives what it said and how it ended. */
function session(words: readonly string[], during: (at: Session, daemon: Daemon) => Promise<void>): Step {
  return step(`supervisorctl ${words.join(" ")}`, async (daemon) => {
    const args = ["-c", `${daemon.dir}/s.conf`, ...words];
    const child = spawn(daemon.subject.ctl, args, {
      env: { ...BASE_ENV, PYTHONUNBUFFERED: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => {
      stdout += bytes.toString("latin1");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      stderr += bytes.toString("latin1");
    });
    const ended = new Promise<number | null>((resolve) => {
      child.on("close", (code) => resolve(code));
    });
    try {
      await during(
        {
          sees: async (pattern) => {
            await until(`${pattern} from supervisorctl, which said ${stdout}${stderr}`, () =>
              pattern.test(stdout),
            );
          },
          types: (text) => child.stdin.write(text),
          interrupts: () => child.kill("SIGINT"),
        },
        daemon,
      );
    } finally {
      child.kill("SIGINT");
    }
    // The thread of fg outlives it by half a minute.
    const impatience = setTimeout(() => child.kill("SIGKILL"), 8_000);
    const code = await ended;
    clearTimeout(impatience);
    const told = daemon.text(stdout).replace(/Traceback[\s\S]*|.*success: .*\n/g, "");
    return { stdout: told, code, complains: daemon.text(stderr).split("\n").at(-2) ?? "" };
  });
}

scene({
  title: "supervisorctl follows logs",
  launch: {
    config: [
      head(),
      program("lines", "@PROGRAMS@/lines.sh 2", { startsecs: 0 }),
      program("prefix", "@PROGRAMS@/prefix.sh", { startsecs: 0 }),
      byHand("stopped"),
    ].join("\n"),
  },
  steps: [
    reachFile("lines.out", /0001/),
    reachLog(/success: prefix/),
    session(["tail", "-f", "lines"], async (at, daemon) => {
      await at.sees(/line 0001/);
      appendFileSync(`${daemon.dir}/lines.out`, "more\n");
      await at.sees(/more/);
    }),
    session(["tail", "-f", "lines", "stderr"], async (at, daemon) => {
      await at.sees(/Press Ctrl-C/);
      await until("the log", () => daemon.read("lines.err") !== undefined);
      appendFileSync(`${daemon.dir}/lines.err`, "an error\n");
      await at.sees(/an error/);
    }),
    session(["maintail", "-f"], async (at, daemon) => {
      await at.sees(/success: prefix/);
      await daemon.rpc("supervisor.startProcess", "stopped");
      await at.sees(/spawned: 'stopped'/);
    }),
    session(["fg", "prefix"], async (at) => {
      await at.sees(/Press Ctrl-C/);
      at.types("hello\n");
      await at.sees(/>hello/);
    }),
    ctl("tail -f nothing"),
    ctl("tail -f stopped:*"),
    rpc("supervisor.stopProcess", ["stopped"]),
  ],
});
