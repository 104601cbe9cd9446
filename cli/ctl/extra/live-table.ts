/** The tables of `status --watch` and `top`. Pure. */
import type { StateColour } from "../status-table.ts";
import { codePoints, padLeft, padRight } from "../text.ts";
import type { ProcessInfo } from "../values.ts";

/** A process and its children: processor time in seconds, resident memory in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
  readonly children: number;
}

/** What the daemon tells of a process in figures. `usage` undefined: it does not run. */
export interface Figures {
  readonly pid: number;
  readonly restarts: number;
  readonly usage: Usage | undefined;
}

export interface LiveRow {
  readonly info: ProcessInfo;
  readonly name: string;
  /** Undefined where the daemon tells no figures: the original's does not. */
  readonly figures: Figures | undefined;
  /** Processors in use since the last look (1 is one whole); undefined at the first. */
  readonly share: number | undefined;
}

export type SortKey = "cpu" | "mem" | "name";

export const SORT_KEYS: readonly SortKey[] = ["cpu", "mem", "name"];

/** Only for a key written out in lower case, as `--sort` takes it. */
export const isSortKey = (text: string): text is SortKey => SORT_KEYS.some((key) => key === text);

const MIB = 1024 * 1024;
const DAY = 86_400;
const STATE_WIDTH = 8;
const LEAST_NAME = 8;
const USUAL_NAME = 20;

/** There is none, as the pid of a stopped process. What is not known is blank. */
const NONE = "-";
const UNKNOWN = "";

const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)}M`;

function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${part(Math.floor(whole / 60) % 60)}:${part(whole % 60)}`;
}

function uptime({ pid, start, now }: ProcessInfo): string {
  if (pid === 0) return NONE;
  const seconds = Math.max(0, now - start);
  const days = seconds >= DAY ? `${Math.floor(seconds / DAY)}d ` : "";
  return days + clockTime(seconds % DAY);
}

interface Column {
  readonly heading: string;
  /** Kept where the figures are short, so that the table does not jump about. */
  readonly least: number;
  cell(row: LiveRow): string;
}

/** A figure of what runs: none where nothing does, unknown where the daemon does not tell. */
const used =
  (show: (usage: Usage) => string) =>
  ({ info, figures }: LiveRow): string => {
    if (info.pid === 0) return NONE;
    return figures?.usage === undefined ? UNKNOWN : show(figures.usage);
  };

const COLUMNS: readonly Column[] = [
  { heading: "PID", least: 7, cell: ({ info }) => (info.pid === 0 ? NONE : String(info.pid)) },
  { heading: "UPTIME", least: 8, cell: ({ info }) => uptime(info) },
  {
    heading: "CPU",
    least: 6,
    cell: ({ info, share }) => {
      if (info.pid === 0) return NONE;
      return share === undefined ? UNKNOWN : `${(share * 100).toFixed(1)}%`;
    },
  },
  { heading: "MEMORY", least: 7, cell: used(({ rss }) => mebibytes(rss)) },
  {
    heading: "RESTARTS",
    least: 8,
    cell: ({ figures }) => (figures === undefined ? UNKNOWN : String(figures.restarts)),
  },
];

const MORE_COLUMNS: readonly Column[] = [
  { heading: "TIME", least: 7, cell: used(({ cpu }) => clockTime(cpu)) },
  { heading: "CHILDREN", least: 8, cell: used(({ children }) => String(children)) },
];

export interface TableOptions {
  readonly colour?: StateColour;
  /** Columns of the terminal: names give way before figures do. Unlimited where it is left out. */
  readonly width?: number;
}

/** The name in `width` columns, its end cut off where it must be. */
function fitted(name: string, width: number): string {
  if (codePoints(name) <= width) return padRight(name, width);
  return `${[...name].slice(0, width - 1).join("")}…`;
}

/** `note`: what stands behind the figures of a row. */
function table(
  rows: readonly LiveRow[],
  columns: readonly Column[],
  { colour = (_, padded) => padded, width = Number.POSITIVE_INFINITY }: TableOptions,
  note: (row: LiveRow) => string = () => "",
): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map(({ heading, least }, at) =>
    Math.max(least, codePoints(heading), ...cells.map((row) => codePoints(row[at] ?? ""))),
  );
  const figures = widths.reduce((sum, each) => sum + 1 + each, 1 + STATE_WIDTH);
  const wanted = Math.max(USUAL_NAME, ...rows.map(({ name }) => codePoints(name)));
  const names = Math.min(wanted, Math.max(LEAST_NAME, width - figures));
  const line = (name: string, state: string, row: readonly string[], behind: string): string => {
    const shown = row.map((text, at) => padLeft(text, widths[at] ?? 0));
    return [fitted(name, names), state, ...shown].join(" ") + (behind === "" ? "" : `  ${behind}`);
  };
  const headings = columns.map(({ heading }) => heading);
  return [
    line("NAME", padRight("STATE", STATE_WIDTH), headings, ""),
    ...rows.map((row, at) => {
      const { statename } = row.info;
      return line(row.name, colour(statename, padRight(statename, STATE_WIDTH)), cells[at] ?? [], note(row));
    }),
  ];
}

/** A heading and a line for each process; behind one that does not run, why. */
export const watchLines = (rows: readonly LiveRow[], options: TableOptions = {}): string[] =>
  table(rows, COLUMNS, options, ({ info }) => (info.pid === 0 ? info.description : ""));

function order(key: SortKey): (a: LiveRow, b: LiveRow) => number {
  const weight = ({ figures, share }: LiveRow): number => {
    const usage = figures?.usage;
    if (usage === undefined) return -1;
    return key === "mem" ? usage.rss : (share ?? 0) * 1e9 + usage.cpu;
  };
  return key === "name" ? () => 0 : (a, b) => weight(b) - weight(a);
}

/** The same, the hungriest first, with processor time and children. */
export const topLines = (rows: readonly LiveRow[], key: SortKey, options: TableOptions = {}): string[] =>
  table([...rows].sort(order(key)), [...COLUMNS, ...MORE_COLUMNS], options);
