/** The table of `top`. Pure. */
import type { StateColour } from "../status-table.ts";
import { codePoints, padLeft, padRight } from "../text.ts";
import type { ProcessInfo } from "../values.ts";

/** A process and its children: processor time in seconds, resident memory in bytes. */
export interface Usage {
  readonly pid: number;
  readonly cpu: number;
  readonly rss: number;
  readonly children: number;
}

export interface TopRow {
  readonly info: ProcessInfo;
  readonly name: string;
  readonly usage: Usage | undefined;
  /** Processors in use since the last look (1 is one whole); undefined at the first. */
  readonly share: number | undefined;
}

export type SortKey = "cpu" | "mem" | "name";

export const isSortKey = (text: string): text is SortKey =>
  text === "cpu" || text === "mem" || text === "name";

const MIB = 1024 * 1024;
const STATE_WIDTH = 10;

const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)}M`;

function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${part(Math.floor(whole / 60) % 60)}:${part(whole % 60)}`;
}

function order(key: SortKey): (a: TopRow, b: TopRow) => number {
  const weight = (row: TopRow): number => {
    if (row.usage === undefined) return -1;
    return key === "mem" ? row.usage.rss : (row.share ?? 0) * 1e9 + row.usage.cpu;
  };
  return key === "name" ? () => 0 : (a, b) => weight(b) - weight(a);
}

/** A heading and a line for each process, the hungriest first; `-` for what the daemon does not tell. */
export function topLines(
  rows: readonly TopRow[],
  key: SortKey,
  colour: StateColour = (_, text) => text,
): string[] {
  const width = Math.max(20, ...rows.map((row) => codePoints(row.name)));
  const line = (name: string, state: string, figures: readonly string[]): string =>
    `${padRight(name, width)} ${state} ${figures.map((figure) => padLeft(figure, 9)).join(" ")}`;
  const heading = line("NAME", padRight("STATE", STATE_WIDTH), ["PID", "CPU", "TIME", "MEMORY", "CHILDREN"]);
  const body = [...rows]
    .sort(order(key))
    .map(({ info, name, usage, share }) =>
      line(name, colour(info.statename, padRight(info.statename, STATE_WIDTH)), [
        info.pid === 0 ? "-" : String(info.pid),
        share === undefined ? "-" : `${(share * 100).toFixed(1)}%`,
        usage === undefined ? "-" : clockTime(usage.cpu),
        usage === undefined ? "-" : mebibytes(usage.rss),
        usage === undefined ? "-" : String(usage.children),
      ]),
    );
  return [heading, ...body];
}
