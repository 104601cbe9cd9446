/** Reading, tailing and clearing logs over XML-RPC, with the original's arithmetic. */
import { byHand, head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import { call, callWith, isFault, isValue } from "../../support/daemon-rpc.ts";
import { file, reachFile, reachLog, step } from "../../support/daemon-steps.ts";

const stay = { startsecs: 0 };

const config = [
  head(),
  program("ten", "@PROGRAMS@/lines.sh 1", stay),
  program("both", "@PROGRAMS@/both.sh to", stay),
  program("utf8", "@PROGRAMS@/utf8.sh", stay),
  program("bytes", "@PROGRAMS@/bytes.sh", stay),
  program("colours", "@PROGRAMS@/colours.sh", stay),
  program("none", "/bin/cat", { ...stay, stdout_logfile: "NONE", stderr_logfile: "NONE" }),
  byHand("never"),
  byHand("gone"),
  byHand("said", { command: "@PROGRAMS@/tell-and-stay.sh hello" }),
].join("\n");

const OFFSETS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 4],
  [0, 10],
  [0, 100],
  [4, 0],
  [4, 3],
  [4, 100],
  [10, 0],
  [10, 5],
  [100, 0],
  [100, 100],
  [-3, 0],
  [-10, 0],
  [-100, 0],
  [-3, 2],
  [-3, -2],
  [0, -5],
  [4, -1],
  [-1, 1],
  [9, 1],
];

/** What the original answers with HTTP 500, because the slice is not UTF-8. */
const replaced = (text: string) => ({ row: "log-encoding", ours: isValue(text) });

export const logCalls: Scene = {
  title: "logs",
  launch: { config },
  steps: [
    reachFile("ten.out", /\n/),
    reachFile("both.err", /\n/),
    reachFile("utf8.out", /\n/),
    reachFile("bytes.out", /\n/),
    reachFile("colours.out", /\n/),
    reachLog(/success: colours/),
    ...OFFSETS.flatMap(([offset, length]) => [
      call("readProcessStdoutLog", "ten", offset, length),
      call("tailProcessStdoutLog", "ten", offset, length),
    ]),
    call("readProcessLog", "both", 0, 0),
    call("readProcessStderrLog", "both", 0, 0),
    call("tailProcessLog", "both", 0, 100),
    call("tailProcessStderrLog", "both", 0, 100),
    ...["none", "never", "nothing", "ten:*", "ten:nothing"].flatMap((name) => [
      call("readProcessStdoutLog", name, 0, 0),
      call("readProcessStderrLog", name, -5, 0),
      call("tailProcessStdoutLog", name, 0, 100),
      call("tailProcessStderrLog", name, 0, 100),
    ]),
    callWith("readProcessStdoutLog", ["ten", "two", 0], {
      differs: { row: "argument-types", ours: isFault(2, "INCORRECT_PARAMETERS") },
    }),
    call("readProcessStdoutLog", "utf8", 0, 0),
    call("readProcessStdoutLog", "utf8", 2, 3),
    callWith("readProcessStdoutLog", ["utf8", 1, 0], { differs: replaced("\xe2\x82\xac") }),
    callWith("readProcessStdoutLog", ["utf8", 0, 3], { differs: replaced("\xc3\xa9") }),
    callWith("readProcessStdoutLog", ["bytes", 0, 0], { differs: replaced("tab") }),
    callWith("tailProcessStdoutLog", ["bytes", 0, 100], { differs: replaced("tab") }),
    callWith("readProcessStdoutLog", ["colours", 0, 0], {
      differs: { row: "illegal-characters", ours: isValue("[31mred") },
    }),
    callWith("tailProcessStdoutLog", ["colours", 0, 1000], {
      differs: { row: "illegal-characters", ours: isValue("[31mred") },
    }),
    call("readLog", 0, 23),
    call("readMainLog", 23, 6),
    call("readLog", -1, 0),
    call("readLog", -1, 1),
    call("readLog", 5, -1),
    call("readLog", 99999999, 0),
    call("readLog", 99999999, 10),
    step("readLog(0, 0) is the whole activity log", async (daemon) => {
      const text = await daemon.rpc("supervisor.readLog", 0, 0);
      return text === daemon.log();
    }),
    call("clearProcessLogs", "nothing"),
    call("clearProcessLogs", "both:*"),
    call("clearProcessLogs", "both"),
    file("both.out"),
    file("both.err"),
    call("readProcessStdoutLog", "both", 0, 0),
    call("clearProcessLog", "ten"),
    file("ten.out"),
    call("clearProcessLogs", "none"),
    call("startProcess", "said"),
    reachFile("said.out", /hello/),
    call("stopProcess", "said"),
    call("clearProcessLogs", "said"),
    step(
      "the log of a stopped process after clearProcessLogs",
      async (daemon) => daemon.read("said.out") || "nothing",
      { differs: { row: "clear-stopped", ours: "nothing" } },
    ),
    callWith("clearAllProcessLogs", [], {}),
    file("utf8.out"),
    call("clearLog"),
    step("clearLog leaves a log without what stood before", async (daemon) =>
      daemon.logLines(/supervisord started/),
    ),
    call("clearLog"),
    step("the activity log is removed behind the daemon's back", async (daemon) => {
      const { rmSync } = await import("node:fs");
      rmSync(`${daemon.dir}/supervisord.log`);
      return true;
    }),
    call("clearLog"),
    callWith("readLog", [0, 0], {
      differs: { row: "removed-log", ours: isValue("<value><string></string></value>") },
    }),
  ],
};
