/** A hundred programs of every temper, and the listener that notes their changes of state. */

import type { Dice } from "../../spec/support/config-oracle.ts";
import { head, type Options, section } from "../../spec/support/daemon-config.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

interface Temper {
  readonly name: string;
  readonly count: number;
  readonly options: Options;
}

const shell = (script: string): string => `/bin/sh -c "${script}"`;

const TEMPERS: readonly Temper[] = [
  { name: "calm", count: 40, options: { command: "/bin/cat", startsecs: 0 } },
  {
    name: "talks",
    count: 15,
    options: {
      command: shell("while :; do echo $$ says something of no weight; sleep 0.2; done"),
      startsecs: 0,
      stdout_logfile_maxbytes: 2000,
      stdout_logfile_backups: 2,
      stdout_events_enabled: true,
    },
  },
  {
    name: "crashes",
    count: 10,
    options: { command: shell("sleep 1.$(($$ %% 9)); exit $(($$ %% 3))"), startsecs: 1, autorestart: true },
  },
  { name: "dies", count: 5, options: { command: "/bin/true", startsecs: 0, autorestart: true } },
  { name: "fails", count: 5, options: { command: "/bin/false", startsecs: 1, startretries: 2 } },
  { name: "missing", count: 5, options: { command: "/no/such/program", startretries: 1 } },
  {
    name: "deaf",
    count: 5,
    options: { command: "@PROGRAMS@/ignore-term.sh", startsecs: 0, stopwaitsecs: 1 },
  },
  {
    name: "forks",
    count: 5,
    options: {
      command: "@PROGRAMS@/forker.sh @DIR@/forks",
      startsecs: 0,
      stopasgroup: true,
      killasgroup: true,
      stopwaitsecs: 2,
    },
  },
  {
    name: "bursts",
    count: 10,
    options: { command: "@PROGRAMS@/numbered.sh 0 20000", startsecs: 0, autorestart: "unexpected" },
  },
];

export const GROUPS: readonly string[] = TEMPERS.map(({ name }) => name);
export const PROGRAMS = TEMPERS.reduce((sum, { count }) => sum + count, 0);
export const NAMES: readonly string[] = TEMPERS.flatMap(({ name, count }) =>
  Array.from({ length: count }, (_, n) => `${name}:${n}`),
);

/** With a hundred programs as they are written above. */
export const FULL = configurationOf((name) => TEMPERS.some((temper) => temper.name === name), null);
/** With none. */
export const EMPTY = configurationOf(() => false, null);
/** With most of them, each a little different every time: what reread takes for a change. */
export const configuration = (dice: Dice): string => configurationOf(() => dice.chance(90), dice);

function configurationOf(has: (group: string) => boolean, dice: Dice | null): string {
  const programs = TEMPERS.filter(({ name }) => has(name)).map(({ name, count, options }) =>
    section("program", name, {
      // Some are frozen by SIGSTOP: nobody shall wait ten seconds for each.
      stopwaitsecs: 2,
      ...options,
      numprocs: count,
      process_name: "%(process_num)d",
      stdout_logfile: dice === null || dice.chance(80) ? `@DIR@/${name}-%(process_num)d.log` : "AUTO",
      stderr_logfile: "NONE",
      redirect_stderr: dice?.chance(20) ?? false,
      priority: dice === null ? 999 : 900 + dice.below(3),
    }),
  );
  const listener = section("eventlistener", "notes", {
    command: `${process.execPath} ${ROOT}fixtures/listeners/record.mjs @DIR@/events`,
    events: "PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE",
    buffer_size: 100_000,
    startsecs: 0,
    stdout_logfile: "NONE",
    stderr_logfile: "@DIR@/notes.err",
  });
  return head() + listener + programs.join("");
}
