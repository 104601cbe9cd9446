/** Events made of what programs print: PROCESS_LOG and PROCESS_COMMUNICATION; and TICKs, reloads, shutdowns. */
import { byHand, head, program } from "../../support/daemon-config.ts";
import type { Scene } from "../../support/daemon-pair.ts";
import {
  exits,
  logLines,
  reach,
  reachFile,
  reachLog,
  rpc,
  signal,
  step,
} from "../../support/daemon-steps.ts";
import { ROOT } from "../../support/daemon-subject.ts";
import { gets, listenerSection, python, received } from "./events-life.ts";

const say = (name: string, script: string, options = {}) =>
  program(name, `/bin/sh -c "${script}; exec sleep 1000"`, {
    startsecs: 0,
    autostart: false,
    stopwaitsecs: 1,
    ...options,
  });

const mark = (word: string) => rpc("supervisor.sendRemoteCommEvent", ["mark", word]);
const OUTPUT = "REMOTE_COMMUNICATION,PROCESS_LOG,PROCESS_COMMUNICATION";
const TAGGED = "printf '<!--XSUPERVISOR:BEGIN-->%%s<!--XSUPERVISOR:END-->'";

export const output: Scene = {
  title: "events of what programs print",
  launch: {
    config: [
      head({ supervisord: "strip_ansi=true" }),
      say("out", "printf 'a line\\\\nand 漢\\\\n'", { stdout_events_enabled: true }),
      say("err", "echo wrong >&2", { stderr_events_enabled: true, stdout_events_enabled: true }),
      say("bytes", "printf '\\\\377\\\\376'", { stdout_events_enabled: true }),
      say("colour", "printf '\\\\033[31mred\\\\033[0m'", { stdout_events_enabled: true }),
      say("quiet", "echo nobody hears"),
      say("both", "echo together; echo too >&2", { redirect_stderr: true, stdout_events_enabled: true }),
      say("talk", `${TAGGED} 'a message'; sleep 0.2; ${TAGGED} second >&2`, {
        stdout_capture_maxbytes: "1MB",
        stderr_capture_maxbytes: "1KB",
      }),
      say("tagless", `${TAGGED} unheard`),
      python("py", { events: OUTPUT }),
    ].join("\n"),
  },
  steps: [
    reach({ py: "RUNNING" }),
    ...["out", "bytes", "colour", "quiet", "talk", "tagless"].flatMap((name) => [
      rpc("supervisor.startProcess", [name]),
      step(`${name} is heard`, async (daemon) => {
        if (name === "quiet" || name === "tagless") await daemon.reachFile(`${name}.out`, /./);
        else if (name === "talk") await daemon.reachFile("py.got", /groupname:talk[\s\S]*second/);
        else await daemon.reachFile("py.got", new RegExp(`groupname:${name} `));
        return true;
      }),
      mark(`after ${name}`),
    ]),
    rpc("supervisor.startProcess", ["err"]),
    reachFile("py.got", /wrong/),
    rpc("supervisor.startProcess", ["both"]),
    reachFile("py.got", /too/),
    mark("end"),
    step("py is given the same", async (daemon) => {
      await daemon.reachFile("py.got", /\nend/);
      // How output is cut into pieces is chance: "together" and "too" may come as one.
      return received(daemon, "py")
        .join("\n")
        .replace(/together\n\nver.*\n.*channel:stdout\n/, "together\n")
        .replace(/(groupname:both[^\n]*\n)[\s\S]*?(together\ntoo)/, "$1$2")
        .replace(/(serial|poolserial|len):\d+ ?/g, "$1 ")
        .split("\nver:");
    }),
  ],
};

/** Takes a while to stop, so that listeners can write down what they are given meanwhile. */
const slow = program("slow", `/bin/bash -c "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.05; done"`, {
  startsecs: 0,
});

export const reloads: Scene = {
  title: "events over a reload and a shutdown",
  launch: {
    config: [head(), slow, python("py", { autorestart: false })].join("\n"),
  },
  steps: [
    reach({ py: "RUNNING", slow: "RUNNING" }),
    mark("one"),
    gets("py", /\none/, /\none/),
    signal("SIGHUP"),
    reachLog(/success: slow[\s\S]*success: slow/),
    reach({ py: "RUNNING", slow: "RUNNING" }),
    mark("two"),
    step("what py was given", async (daemon) => {
      await daemon.reachFile("py.got", /\ntwo/);
      const events = received(daemon, "py");
      const from = events.findIndex((event) => /\none/.test(event));
      const to = events.findIndex((event) => /\ntwo/.test(event));
      const these = events.slice(from, to + 1);
      const serials = these.map((event) => Number(/serial:(\d+)/.exec(event)?.[1]));
      const rising = serials.every((serial, at) => at === 0 || serial > (serials[at - 1] ?? 0));
      // Whether a listener still hears of the end that is its own signal to go is chance.
      const shown = these.filter((event) => !/_STATE_STOPPED/.test(event));
      return { rising, events: shown.map((event) => event.replace(/serial:\d+/g, "serial")).sort() };
    }),
    signal("SIGTERM"),
    exits(),
  ],
};

export const quits: Scene = {
  title: "a listener that ends its parent",
  launch: {
    config: [
      head(),
      byHand("cat"),
      listenerSection("quit", `${ROOT}fixtures/listeners/quit-parent.sh`, {
        events: "PROCESS_STATE_STOPPED",
      }),
    ].join("\n"),
  },
  steps: [
    reach({ quit: "RUNNING" }),
    rpc("supervisor.startProcess", ["cat"]),
    reach({ cat: "RUNNING" }),
    rpc("supervisor.stopProcess", ["cat"]),
    exits(),
    logLines(/QUIT|stopped: quit/),
  ],
};

export const ticks: Scene = {
  title: "ticks",
  launch: {
    config: [head(), python("five", { events: "TICK_5" }), python("all", { events: "TICK" })].join("\n"),
  },
  steps: [
    reach({ five: "RUNNING", all: "RUNNING" }),
    step("a tick of five seconds", async (daemon) => {
      await daemon.reachFile("five.got", /when:\d+\n/);
      const [first = ""] = received(daemon, "five");
      const when = Number(/when:(\d+)/.exec(daemon.read("five.got") ?? "")?.[1]);
      const late = Date.now() / 1000 - when;
      return {
        shape: first.replace(/serial:\d+/, "serial"),
        multiple: when % 5,
        inTime: late > -0.01 && late < 30,
      };
    }),
  ],
};
