/** What a program's life left behind: log lines, its record, its logs, and when it was spawned. */
import type { Differs, Step } from "./daemon-pair.ts";
import type { Daemon } from "./daemon-process.ts";

const RECORD = ["state", "statename", "spawnerr", "exitstatus", "description"] as const;

/** Lines of the activity log that speak of the program, without those that come or not by the pace of the machine. */
export const linesOf = (daemon: Daemon, name: string): string[] =>
  daemon
    .logLines(new RegExp(`(?<![\\w-])${name}(?![\\w-])`))
    .filter((line) => !/^INFO (Included|waiting for)/.test(line));

/** Seconds between one spawn and the next. */
export function spawnIntervals(daemon: Daemon, name: string): number[] {
  const stamps = [...daemon.log().matchAll(/^(\S+ \S+),(\d{3}) INFO spawned: '([^']*)'/gm)]
    .filter(([, , , of]) => of === name)
    .map(([, second = "", ms]) => Date.parse(`${second.replace(" ", "T")}.${ms}Z`));
  return stamps.slice(1).map((stamp, index) => (stamp - (stamps[index] as number)) / 1_000);
}

export interface StoryOptions {
  /** The process's full name where it is not the program's. */
  readonly as?: string;
  /** Logs that are compared too, by their suffix (`out`, `err`). */
  readonly logs?: readonly ("out" | "err")[];
  readonly differs?: Differs;
  /** A last change to the lines before they are compared. */
  readonly mend?: (lines: string[]) => string[];
}

/** The story of one program as a step. */
export function story(name: string, options: StoryOptions = {}): Step {
  return {
    title: `the story of ${name}`,
    run: async (daemon) => {
      const info = (await daemon.rpc("supervisor.getProcessInfo", options.as ?? name)) as Record<
        string,
        unknown
      >;
      const mend = options.mend ?? ((lines: string[]) => lines);
      return {
        lines: mend(linesOf(daemon, name)),
        record: RECORD.map((key) => `${key} ${daemon.text(String(info[key]))}`),
        logs: Object.fromEntries(
          (options.logs ?? []).map((suffix) => [
            suffix,
            daemon.text(daemon.read(`${name}.${suffix}`) ?? "none"),
          ]),
        ),
      };
    },
    ...(options.differs === undefined ? {} : { differs: options.differs }),
  };
}
