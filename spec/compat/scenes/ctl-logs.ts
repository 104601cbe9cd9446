/** tail, maintail, clear, pid, avail, version and help, driven by supervisorctl. */
import { byHand, head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { ctl, ctls, reachFile, reachLog, step } from "../../support/daemon-steps.ts";

const stay = { startsecs: 0 };

const config = [
  head(),
  program("lines", "@PROGRAMS@/lines.sh 300", stay),
  program("both", "@PROGRAMS@/both.sh to", stay),
  program("merged", "@PROGRAMS@/both.sh merged", { ...stay, redirect_stderr: true }),
  program("quiet", "/bin/cat", { ...stay, stdout_logfile: "NONE", stderr_logfile: "off" }),
  program("silent", "/bin/cat", stay),
  program("utf8", "@PROGRAMS@/utf8.sh", stay),
  program("unended", "@PROGRAMS@/no-newline.sh", stay),
  byHand("never"),
  byHand("auto", { stdout_logfile: "AUTO", stderr_logfile: "AUTO" }),
].join("\n");

/** Where the original's help texts are prose, ours are our own: only the first line of an error is held against it. */
const firstLine = { mend: (text: string): string => text.split("\n")[0] ?? "" };

export const logs: Scene = {
  title: "supervisorctl and logs",
  launch: { config },
  steps: [
    reachFile("lines.out", /line 0299/),
    reachFile("both.err", /stderr/),
    reachFile("merged.out", /stderr/),
    reachFile("utf8.out", /\n/),
    reachFile("unended.out", /two/),
    ...ctls(
      "tail lines",
      "tail lines stdout",
      "tail lines stderr",
      "tail -100 lines",
      "tail -10 lines stdout",
      "tail -0 lines",
      "tail -1 lines",
      "tail -99999999 lines",
      "tail -x lines",
      "tail -f",
      "tail",
      "tail -100",
      "tail lines nonsense",
      "tail lines stdout more",
      "tail -100 lines stdout more",
      "tail nothing",
      "tail -5 nothing",
      "tail nothing stderr",
      "tail lines:*",
      "tail lines:lines",
      "tail both",
      "tail both stderr",
      "tail merged",
      "tail merged stderr",
      "tail quiet",
      "tail quiet stderr",
      "tail silent",
      "tail silent stderr",
      "tail utf8",
      "tail -5 unended",
      "tail never",
      "tail auto",
      "maintail -x",
      "maintail -100 x",
      "maintail x",
      "clear",
      "clear nothing",
      "clear nothing lines",
      "clear both merged",
    ),
    step("cleared logs are empty", async (daemon) => [
      daemon.read("both.out"),
      daemon.read("both.err"),
      daemon.read("merged.out"),
    ]),
    ...ctls("clear quiet", "clear all", "tail both", "version", "version x", "avail"),
    step("pid is the daemon's own", async (daemon, forks) => {
      const args = ["-c", daemon.fill("@DIR@/s.conf"), "pid"];
      const ran = await forks.run({ script: daemon.subject.ctl, args, cwd: daemon.dir });
      return ran.stdout === `${daemon.pid}\n`;
    }),
    reachLog(/success: silent entered RUNNING/),
    step("maintail gives the end of the activity log", async (daemon, forks) => {
      const wrong: unknown[] = [];
      for (const [args, size] of [
        [["maintail"], 1600],
        [["maintail", "-200"], 200],
        [["maintail", "-99999999"], 99999999],
      ] as const) {
        const all = ["-c", daemon.fill("@DIR@/s.conf"), ...args];
        const ran = await forks.run({ script: daemon.subject.ctl, args: all, cwd: daemon.dir });
        const want = `${daemon.log().slice(-size)}\n`;
        if (ran.stdout !== want || ran.code !== 0) wrong.push([args, ran.stdout.length, ran.code]);
      }
      return wrong;
    }),
    ctl("help", firstLine),
    ctl("help nothing"),
    ctl("help status"),
    ctl("? stop"),
    ctl("bogus"),
    ctl("bogus with words"),
    ctl("status:"),
    ctl("quit"),
    ctl("exit"),
    ctl("EOF"),
    ctl("open ftp://x"),
    ctl("open unix://@DIR@/s.sock"),
    ctl("open http://127.0.0.1:@PORT@"),
    ctl("fg"),
    ctl("fg nothing"),
    ctl("fg never"),
    ctl("fg a b"),
    ctl("reload x"),
    ctl("shutdown x"),
    ctl("reread x"),
    ctl("-s", { flags: [], title: "supervisorctl -s without a value" }),
    ctl("status both", { flags: ["-s", "http://127.0.0.1:@PORT@"] }),
    ctl("status both", { flags: ["-s", "unix://@DIR@/s.sock"] }),
    ctl("status both", { flags: ["-c", "@DIR@/s.conf", "-s", "unix://@DIR@/none.sock"] }),
    ctl("version", { flags: ["-s", "unix://@DIR@/none.sock"] }),
    ctl("start both", { flags: ["-s", "unix://@DIR@/none.sock"] }),
    ctl("status", { flags: ["-s", "http://127.0.0.1:1"] }),
    ctl("pid", { flags: ["-s", "http://127.0.0.1:1"] }),
    ctl("reread", { flags: ["-s", "http://127.0.0.1:1"] }),
    ctl("shutdown", { flags: ["-s", "http://127.0.0.1:1"] }),
    ctl("shutdown", { flags: ["-s", "unix://@DIR@/none.sock"] }),
    ctl("status both", { flags: ["-i", "-c", "@DIR@/s.conf"] }),
    ctl("", {
      stdin: "status both\nbogus\nstart never\nstop never\nquit\n",
      title: "a session of five lines",
    }),
    ctl("", { stdin: "version\n", title: "a session that ends with the input" }),
    ctl("-i", { stdin: "pid never\n\nhelp nothing\nexit\n", title: "a session with -i" }),
    ctl("shutdown", {
      flags: ["-i", "-c", "@DIR@/s.conf"],
      stdin: "n\n",
      title: "shutdown that is not confirmed",
    }),
    ctl("reload", {
      flags: ["-i", "-c", "@DIR@/s.conf"],
      stdin: "n\n",
      title: "reload that is not confirmed",
    }),
  ],
};
