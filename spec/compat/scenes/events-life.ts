/** What listeners are sent over a daemon's life, byte for byte, whatever they are written in. */
import { byHand, head, program, section } from "../../support/daemon-config.ts";
import type { Differs, Scene, Step } from "../../support/daemon-pair.ts";
import type { Daemon } from "../../support/daemon-process.ts";
import { reach, rpc, step } from "../../support/daemon-steps.ts";
import { ROOT } from "../../support/daemon-subject.ts";
import { until } from "../../support/daemon-wait.ts";

const LISTENERS = `${ROOT}fixtures/listeners`;

/** Everything but TICK and PROCESS_LOG. */
const ALL = "PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,REMOTE_COMMUNICATION,PROCESS_COMMUNICATION";

export const listenerSection = (name: string, command: string, options = {}): string =>
  section("eventlistener", name, {
    command: `${command} @DIR@/${name}.got`,
    events: ALL,
    buffer_size: 100,
    startsecs: 0,
    stdout_logfile: `@DIR@/${name}.out`,
    stderr_logfile: `@DIR@/${name}.err`,
    ...options,
  });

export const python = (name: string, options = {}): string =>
  listenerSection(name, `/usr/bin/python3 ${LISTENERS}/record.py`, options);

/** What a listener has been given: the numbers of processes and the clock taken out. */
export function received(daemon: Daemon, name: string): string[] {
  const text = Buffer.from(daemon.read(`${name}.got`) ?? "", "latin1").toString();
  return text
    .replace(/\bpid:[1-9]\d*/g, "pid:@N@")
    .replace(/\bwhen:\d+/g, "when:@WHEN@")
    .split(/\n(?=ver:)/);
}

/** Waits until the last event is there, then gives those from the first that matches `from` on. */
export const gets = (name: string, from: RegExp, last: RegExp, options: { differs?: Differs } = {}): Step =>
  step(
    `${name} is given the same from ${from} to ${last}`,
    async (daemon) => {
      const events = await all(daemon, name, last);
      return events.slice(events.findIndex((event) => from.test(event)));
    },
    options,
  );

/**
 * Where several processes change at the same time, which comes first is chance: the events of each process in their order,
 * and whether all are numbered in the order in which they came.
 */
export const getsOfEach = (name: string, before: RegExp): Step =>
  step(`${name} is given the same of each process before ${before}`, async (daemon) => {
    const events = await all(daemon, name, before);
    const these = events.slice(
      0,
      events.findIndex((event) => before.test(event)),
    );
    const numbers = (key: string) =>
      these.map((event) => Number(new RegExp(` ${key}:(\\d+)`).exec(event)?.[1]));
    const [first = -1] = numbers("serial");
    const subject = (event: string): string => /\n(?:process|group)name:(\S+)/.exec(event)?.[1] ?? "";
    const unnumbered = these.map((event) => event.replace(/serial:\d+/g, "serial:@N@"));
    return {
      first,
      numbered:
        numbers("serial").every((serial, at) => serial === first + at) &&
        numbers("poolserial").every((serial, at) => serial === at),
      events: unnumbered.sort((a, b) => (subject(a) < subject(b) ? -1 : subject(a) > subject(b) ? 1 : 0)),
    };
  });

async function all(daemon: Daemon, name: string, last: RegExp): Promise<string[]> {
  await until(`${last} at ${name}`, () => received(daemon, name).some((event) => last.test(event)));
  return received(daemon, name);
}

/** What the request answers is a race with the program's end, and another spec's affair. */
const begins = (name: string): Step =>
  step(`${name} is asked to start`, async (daemon) => {
    await daemon.rpc("supervisor.startProcess", name, false).catch(() => undefined);
    return true;
  });

const mark = (word: string): Step => rpc("supervisor.sendRemoteCommEvent", ["mark", word]);

export const lives: Scene = {
  title: "events of starts, ends and stops",
  launch: {
    config: [
      head({ supervisord: "identifier=some-host" }),
      program("quick", "@PROGRAMS@/exit-with.sh 0", { autostart: false, autorestart: false, startsecs: 0 }),
      program("wrong", "@PROGRAMS@/exit-with.sh 3", { autostart: false, autorestart: false, startsecs: 0 }),
      program("fails", "@PROGRAMS@/exit-with.sh 1", { autostart: false, startretries: 1, startsecs: 5 }),
      program("absent", "@DIR@/nothing", { startretries: 0 }),
      byHand("cat"),
      program("stays", "/bin/cat", { startsecs: 0, stopwaitsecs: 1 }),
      byHand("grouped-1"),
      byHand("grouped-2"),
      section("group", "both", { programs: "grouped-1,grouped-2", priority: 5 }),
      python("py"),
      listenerSection("sh", `${LISTENERS}/record.sh`),
      listenerSection("js", `${process.execPath} ${LISTENERS}/record.mjs`),
      python("some", {
        events: "PROCESS_STATE_FATAL,PROCESS_GROUP_REMOVED,REMOTE_COMMUNICATION",
        priority: 7,
      }),
    ].join("\n"),
  },
  steps: [
    reach({ py: "RUNNING", sh: "RUNNING", js: "RUNNING", some: "RUNNING", stays: "RUNNING" }),
    reach({ py: "RUNNING", absent: "FATAL" }),
    mark("begin"),
    begins("quick"),
    reach({ quick: "EXITED" }),
    begins("wrong"),
    reach({ wrong: "EXITED" }),
    rpc("supervisor.startProcess", ["cat"]),
    reach({ cat: "RUNNING" }),
    rpc("supervisor.stopProcess", ["cat"]),
    begins("fails"),
    reach({ fails: "FATAL" }),
    rpc("supervisor.startProcess", ["both:grouped-1"]),
    reach({ "both:grouped-1": "RUNNING" }),
    rpc("supervisor.stopProcess", ["both:grouped-1"]),
    rpc("supervisor.removeProcessGroup", ["both"]),
    rpc("supervisor.addProcessGroup", ["both"]),
    rpc("supervisor.sendRemoteCommEvent", ["a type", "line\nand é, 漢 and 𝄞"]),
    rpc("supervisor.sendRemoteCommEvent", ["", ""]),
    mark("end"),
    getsOfEach("py", /\nbegin/),
    gets("py", /\nbegin/, /\nend/),
    gets("sh", /\nbegin/, /\nend/),
    gets("js", /\nbegin/, /\nend/),
    gets("some", /\nbegin/, /\nend/),
  ],
};
