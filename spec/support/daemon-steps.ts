/** The steps that scenes are made of. */

import type { Differs, Step } from "./daemon-pair.ts";
import type { Daemon, State } from "./daemon-process.ts";

type Options = { readonly differs?: Differs; readonly title?: string };

const named = (title: string, run: Step["run"], options: Options = {}): Step => ({
  title: options.title ?? title,
  run,
  ...(options.differs === undefined ? {} : { differs: options.differs }),
});

export interface CtlOptions extends Options {
  /** Words before the command; `-c @DIR@/s.conf` unless given. */
  readonly flags?: readonly string[];
  /** Given to the command's standard input. */
  readonly stdin?: string;
  /** A last change to the text before it is compared, for what only this command prints. */
  readonly mend?: (text: string) => string;
}

/** Processes stopped together are told in the order in which they ended, which is chance. */
const stoppedInOrder = (text: string): string =>
  text.replace(/(?:^\S+: stopped\n)+/gm, (run) =>
    run
      .split(/(?<=\n)/)
      .sort()
      .join(""),
  );

/** Runs supervisorctl; the words after the flags are one argument each when given as a list. */
export function ctl(line: string | readonly string[], options: CtlOptions = {}): Step {
  const args = typeof line === "string" ? line.split(" ").filter(Boolean) : line;
  const flags = options.flags ?? ["-c", "@DIR@/s.conf"];
  const shown = [...(options.flags ?? []), ...args.map((word) => (/[ ]/.test(word) ? `"${word}"` : word))];
  const run = async (daemon: Daemon, forks: Parameters<Step["run"]>[1]): Promise<unknown> => {
    const ran = await forks.run({
      script: daemon.subject.ctl,
      args: [...flags, ...args].map((word) => daemon.fill(word)),
      cwd: daemon.dir,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
    const mend = options.mend ?? ((text: string) => text);
    const pids = (text: string): string => text.replace(/^[1-9]\d*$/gm, "@N@");
    return {
      stdout: mend(stoppedInOrder(pids(daemon.text(ran.stdout)))),
      stderr: mend(daemon.text(ran.stderr)),
      code: ran.code,
    };
  };
  return named(`supervisorctl ${shown.join(" ")}`, run, options);
}

/** Several command lines, one step each. */
export const ctls = (...lines: readonly string[]): Step[] => lines.map((line) => ctl(line));

export const reach = (states: Readonly<Record<string, State>>): Step =>
  named(`reaches ${JSON.stringify(states)}`, async (daemon) => {
    await daemon.reach(states);
    return states;
  });

/** The programs made by `staying` are what they shall be. */
export const up = (...names: readonly string[]): Step =>
  named(`${names.join(", ")} are up`, async (daemon) => {
    for (const name of names) await daemon.reachFile(`${name}.out`, /up/);
    return true;
  });

export const reachLog = (pattern: RegExp): Step =>
  named(`logs ${pattern}`, async (daemon) => {
    await daemon.reachLog(pattern);
    return true;
  });

export const reachFile = (name: string, pattern: RegExp): Step =>
  named(`${name} holds ${pattern}`, async (daemon) => {
    await daemon.reachFile(name, pattern);
    return true;
  });

/** A file of the folder, its bytes as Latin-1, normalised. */
export const file = (name: string, options: Options = {}): Step =>
  named(
    `the bytes of ${name}`,
    async (daemon) => {
      const text = daemon.read(name);
      return text === undefined ? null : daemon.text(text);
    },
    options,
  );

export const write = (name: string, text: string): Step =>
  named(`${name} is written`, async (daemon) => {
    daemon.write(name, text);
    return true;
  });

export const signal = (name: NodeJS.Signals): Step =>
  named(`the daemon gets ${name}`, async (daemon) => {
    daemon.signal(name);
    return true;
  });

/** Ends what does not heed its signal, whose stopwaitsecs can then be longer than any stall of the machine. */
export const killed = (name: string): Step =>
  named(`${name} is killed by somebody else`, async (daemon) => {
    const pid = Number(new RegExp(`spawned: '${name}' with pid (\\d+)`).exec(daemon.log())?.[1]);
    return process.kill(pid, "SIGKILL");
  });

/** Waits for the daemon's exit and gives its code. */
export const exits = (options: Options = {}): Step =>
  named("exits", async (daemon) => daemon.reachExit(), options);

/** The activity log's lines, in order, without times. */
export const logLines = (about: RegExp = /./, options: Options = {}): Step =>
  named(`activity log lines ${about}`, async (daemon) => daemon.logLines(about), options);

/** One call through npm xmlrpc; a fault is an outcome too. */
export const rpc = (method: string, params: readonly unknown[] = [], options: Options = {}): Step =>
  named(
    `${method}(${params.map((param) => JSON.stringify(param)).join(", ")})`,
    async (daemon) => {
      try {
        return JSON.parse(daemon.text(JSON.stringify({ value: await daemon.rpc(method, ...params) })));
      } catch (error) {
        const { faultCode, faultString } = error as { faultCode?: number; faultString?: string };
        if (faultCode === undefined) throw error;
        return { faultCode, faultString: daemon.text(faultString ?? "") };
      }
    },
    options,
  );

export const step = (title: string, run: Step["run"], options: Options = {}): Step =>
  named(title, run, options);
