/** What the daemon makes of a listener's answers, right and wrong ones: its log at level debug, and what is given again. */
import { head } from "../../support/daemon-config.ts";
import type { Differs, Scene, Step } from "../../support/daemon-pair.ts";
import { logLines, reach, reachLog, rpc, step } from "../../support/daemon-steps.ts";
import { ROOT } from "../../support/daemon-subject.ts";
import { listenerSection, received } from "./events-life.ts";

const puppet = (name: string, options = {}): string =>
  listenerSection(name, `${ROOT}fixtures/listeners/puppet.sh`, {
    events: "REMOTE_COMMUNICATION",
    autorestart: false,
    ...options,
  });

const ABOUT =
  /: (?:ACKNOWLEDGED|READY|BUSY|UNKNOWN) ->|event \d+ sent|rebuffering|overflowed|bad result|was (?:processed|rejected)|caused an error|UNKNOWN state/;

const say = (data: string): Step => rpc("supervisor.sendRemoteCommEvent", ["say", data]);

const given = (name: string, options: { differs?: Differs } = {}): Step =>
  step(`what ${name} was given`, async (daemon) => received(daemon, name), options);

const scene = (title: string, config: readonly string[], steps: readonly Step[]): Scene => ({
  title,
  launch: { config: [head({ supervisord: "loglevel=debug" }), ...config].join("\n") },
  steps,
});

const one = [puppet("p")];
const begin = [reach({ p: "RUNNING" }), reachLog(/p: ACKNOWLEDGED -> READY/)];

export const protocol: readonly Scene[] = [
  scene("a listener that answers well", one, [
    ...begin,
    say("RESULT 2\\nOKREADY\\n"),
    reachLog(/event 0 [\s\S]*READY$/m),
    say("RESULT 2\\nOK|READY\\n"),
    say("RESU|LT 2\\nOKREADY\\n"),
    say("RESULT 2\\nO|KREADY\\n"),
    say("anythin2\\nOKREADY\\n"),
    reachLog(/event 4 sent(?:[\s\S]*?READY){2}/),
    // Whether an event finds its listener busy is chance.
    step("the log", async (daemon) => daemon.logLines(ABOUT).filter((line) => !/rebuffering/.test(line))),
    given("p"),
  ]),
  scene("a listener that refuses", one, [
    ...begin,
    // Refused for ever: until it is stopped.
    say("RESULT 4\\nFAIL|READY\\n"),
    reachLog(/event was rejected[\s\S]*event was rejected/),
    rpc("supervisor.stopProcess", ["p"]),
    step("the first lines", async (daemon) => daemon.logLines(ABOUT).slice(0, 7)),
    step("all events are one", async (daemon) => [
      ...new Set(received(daemon, "p").map((event) => event.trimEnd())),
    ]),
  ]),
  ...[
    ["a line feed after OK", "RESULT 2\\nOK\\n|READY\\n", /UNKNOWN state/],
    ["no number", "RESULT x\\n", /UNKNOWN state[\s\S]*rebuffering/],
    ["no line feed between results", "RESULT 2\\nOKRESULT 2\\nOK", /UNKNOWN state/],
    ["two READY", "RESULT 2\\nOKREADY\\nREADY\\n", /UNKNOWN state/],
    ["a word before READY", "RESULT 2\\nOKoh READY\\n", /UNKNOWN state/],
    ["an empty line", "\\n", /UNKNOWN state/],
    ["bytes that are no text", "RESULT \\xff\\n", /UNKNOWN state/],
  ].map(([what, data, seen]) =>
    scene(`a listener that says ${what}`, one, [
      ...begin,
      say(data as string),
      reachLog(seen as RegExp),
      say("RESULT 2\\nOKREADY\\n"),
      logLines(ABOUT),
      given("p"),
    ]),
  ),
  scene(
    "a listener that dies at an event",
    [puppet("p", { autorestart: true })],
    [
      ...begin,
      say("exit1"),
      reachLog(/rebuffering event 0[\s\S]*event 0 sent/),
      step("the first lines", async (daemon) => daemon.logLines(ABOUT).slice(0, 5)),
      step("all events are one", async (daemon) => [
        ...new Set(received(daemon, "p").map((event) => event.trimEnd())),
      ]),
    ],
  ),
  scene(
    "a listener that is slower than its events",
    [puppet("p", { buffer_size: 2 })],
    [
      ...begin,
      say("RESULT 2\\nOK|"),
      reachLog(/p: BUSY -> ACKNOWLEDGED/),
      ...["a", "b", "c", "d"].map(say),
      reachLog(/discarding event 2/),
      logLines(ABOUT),
      given("p"),
    ],
  ),
  scene(
    "an event that one of two pools refuses",
    [puppet("p", { stdout_logfile: "NONE" }), puppet("q"), puppet("r", { events: "TICK_3600" })],
    [
      ...begin,
      reachLog(/q: ACKNOWLEDGED -> READY/),
      reachLog(/r: ACKNOWLEDGED -> READY/),
      // p takes it the first time, both of them refuse by what the event says: once, then they are quiet.
      say("RESULT 1\\nx"),
      reachLog(/(?:was rejected[\s\S]*){2}/),
      reachLog(/(?:rebuffering[\s\S]*){2}/),
      step(
        "where it was put back",
        async (daemon) =>
          daemon
            .logLines(/rebuffering/)
            .map((line) => line.replace(/size=\d+/, "size=@N@"))
            .sort(),
        {
          differs: {
            row: "refused-own-pool",
            ours: (lines: unknown) =>
              JSON.stringify(lines) ===
              JSON.stringify(
                ["p", "q"].map((name) => `DEBG rebuffering event 0 for pool ${name} (buf size=@N@, max=100)`),
              ),
          },
        },
      ),
    ],
  ),
  scene("an empty result", one, [
    ...begin,
    say("RESULT 0\\n|READY\\n"),
    step(
      "it is acted on at once",
      async (daemon) => {
        await daemon.reachLog(/was rejected/);
        const [before = ""] = daemon.log().split("was rejected");
        return { piecesHeard: before.split("stdout output:").length - 1 };
      },
      { differs: { row: "result-0", ours: { piecesHeard: 2 } } },
    ),
  ]),
];
