/** The status listing: which processes a command line means, and how their rows look (supervisor.md section 8.2). */
import { isStoppedState, PROCESS_STATES, type ProcessState } from "../../lib/model/states.ts";
import { expandPatterns } from "./glob.ts";
import { makeNamespec, splitNamespec } from "./namespec.ts";
import { codePoints, padRight } from "./text.ts";
import type { ProcessInfo, StatusInfo } from "./values.ts";

const LEAST_NAME_WIDTH = 30;
const NAME_GAP = 3;
const STATE_WIDTH = 10;

/** Whoever has a group and a name. */
type Named = Pick<ProcessInfo, "group" | "name">;

export interface Selection<Info extends Named = ProcessInfo> {
  /** In the order of the names given; a process named twice stands twice. */
  readonly processes: readonly Info[];
  /** One line for each name that nothing answers to. */
  readonly errors: readonly string[];
}

/** The line for words of which exclusions leave nothing. */
export const nothingLeft = (words: readonly string[]): string =>
  `${words.join(" ")}: ERROR (no such process)`;

/** The processes that `words` mean, patterns among them: all for no word at all, or where `all` is one of them. */
export function selectProcesses<Info extends Named>(
  all: readonly Info[],
  words: readonly string[],
): Selection<Info> {
  if (words.length === 0) return { processes: all, errors: [] };
  const names = expandPatterns(words, all);
  if (names.includes("all")) return { processes: all, errors: [] };
  if (names.length === 0) return { processes: [], errors: [nothingLeft(words)] };
  const processes: Info[] = [];
  const errors: string[] = [];
  for (const name of names) {
    const { group, process } = splitNamespec(name);
    const matches = all.filter((info) => info.group === group && (process === null || info.name === process));
    processes.push(...matches);
    if (matches.length > 0) continue;
    errors.push(process === null ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`);
  }
  return { processes, errors };
}

/** How a row's parts are decorated; plain text unless a terminal shows it. */
export type StateColour = (state: string, padded: string) => string;

/** `name state description`, the name as wide as the longest shown (30 at least). */
export function statusRows(
  processes: readonly StatusInfo[],
  colour: StateColour = (_, padded) => padded,
): string[] {
  const names = processes.map((info) => makeNamespec(info.group, info.name));
  const width = Math.max(LEAST_NAME_WIDTH, ...names.map(codePoints)) + NAME_GAP;
  return processes.map((info, row) => {
    const state = colour(info.statename, padRight(info.statename, STATE_WIDTH));
    return padRight(names[row] ?? "", width) + state + info.description;
  });
}

const STOPPED_CODES: ReadonlySet<number> = new Set(
  (Object.keys(PROCESS_STATES) as ProcessState[])
    .filter(isStoppedState)
    .map((state) => PROCESS_STATES[state]),
);

/** True for the states that make `status` exit with 3. */
export const isStoppedCode = (state: number): boolean => STOPPED_CODES.has(state);
