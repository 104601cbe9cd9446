/** The same command lines given to the stock client and to ours, each with a daemon of its own, and held together. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { anonymous, type CtlOptions, type CtlRun, ownCtl, runCtl, STOCK_CTL } from "./ctl-client.ts";
import { Daemon, type Launch, type State } from "./daemon-process.ts";
import { ORACLE, OURS, SELF_CHECK, type Subject } from "./daemon-subject.ts";

export interface Line {
  /** Words behind `-c @DIR@/s.conf`, or instead of it with `bare`. */
  readonly args: readonly string[];
  readonly title?: string;
  readonly bare?: boolean;
  readonly options?: CtlOptions;
  /** The command's help follows the first line, in words of our own: only the first line is held together. */
  readonly helpFollows?: boolean;
  /** The daemon answers in the order in which processes are done: the lines are held together sorted. */
  readonly unordered?: boolean;
  /** A difference on purpose: a row of docs/compat.md, and what ours gives instead. */
  readonly differs?: { readonly row: string; readonly check: (ours: CtlRun, stock: CtlRun) => void };
  /** Put before both runs, such as a wait for a state. */
  readonly prepare?: (daemon: Daemon) => Promise<void> | void;
}

export interface Matrix {
  readonly title: string;
  readonly launch: Launch;
  readonly ready?: Readonly<Record<string, State>>;
  /** The daemon has next to no part in it: on ours alone. */
  readonly clientOnly?: boolean;
  readonly lines: readonly Line[];
}

/** A command line as one would type it: words parted by blanks. */
export const typed = (...lines: readonly string[]): Line[] =>
  lines.map((line) => ({ args: line === "" ? [] : line.split(" ") }));

/** Command lines that are answered with a message and the command's help. */
export const misused = (...lines: readonly string[]): Line[] =>
  typed(...lines).map((line) => ({ ...line, helpFollows: true }));

/** Command lines on several processes, answered in the order in which they are done. */
export const unordered = (...lines: readonly string[]): Line[] =>
  typed(...lines).map((line) => ({ ...line, unordered: true }));

/** What is typed into a shell that is no terminal. */
export const shell = (input: string): Line => ({
  args: [],
  title: `shell: ${JSON.stringify(input)}`,
  options: { input },
});

async function runLine(daemon: Daemon, program: string, line: Line): Promise<CtlRun> {
  await line.prepare?.(daemon);
  const args = line.bare === true ? line.args : ["-c", "@DIR@/s.conf", ...line.args];
  const env = Object.fromEntries(
    Object.entries(line.options?.env ?? {}).map(([name, value]) => [name, daemon.fill(value)]),
  );
  const run = await runCtl(
    program,
    args.map((word) => daemon.fill(word)),
    { cwd: daemon.dir, ...line.options, env },
  );
  const clean = (text: string): string => {
    const whole = daemon.text(anonymous(text, program)).replace(/^[1-9]\d*$/gm, "@N@");
    if (line.unordered === true) return whole.split("\n").sort().join("\n");
    return line.helpFollows === true ? (whole.split("\n")[0] ?? "") : whole;
  };
  return { stdout: clean(run.stdout), stderr: clean(run.stderr), code: run.code };
}

/** Both kinds of daemon, or the original's alone where the specs check themselves. */
const KINDS: readonly Subject[] = SELF_CHECK ? [ORACLE] : [ORACLE, OURS];

/** One suite for each kind of daemon, one test for each line. */
export function matrix(given: Matrix): void {
  for (const kind of given.clientOnly === true ? KINDS.slice(-1) : KINDS) {
    describe(`${given.title}, on ${kind.name === "oracle" ? "the original's daemon" : "our daemon"}`, () => {
      let daemons: readonly [Daemon, Daemon];
      let own = "";
      before(async () => {
        own = await ownCtl();
        daemons = await Promise.all([Daemon.start(kind, given.launch), Daemon.start(kind, given.launch)]);
        const { ready } = given;
        if (ready !== undefined) await Promise.all(daemons.map((daemon) => daemon.reach(ready)));
      });
      after(() => Promise.all((daemons ?? []).map((daemon) => daemon.destroy())));
      for (const line of given.lines) {
        const row = line.differs === undefined ? "" : ` [differs: ${line.differs.row}]`;
        it((line.title ?? (line.args.join(" ") || "(no words)")) + row, async () => {
          const [theirs, ours] = await Promise.all([
            runLine(daemons[0], STOCK_CTL, line),
            runLine(daemons[1], own, line),
          ]);
          if (line.differs === undefined) assert.deepStrictEqual(ours, theirs);
          else {
            assert.notDeepStrictEqual(ours, theirs, `row ${line.differs.row} is no longer a difference`);
            line.differs.check(ours, theirs);
          }
        });
      }
    });
  }
}
