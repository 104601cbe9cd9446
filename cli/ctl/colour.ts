/** Colour, for people only: on a terminal, unless NO_COLOR is set. Everything else gets plain text. */
import type { Io } from "./io.ts";
import type { StateColour } from "./status-table.ts";

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90 } as const;

export type Colour = keyof typeof CODES;

/** Always colours: whether the output may be coloured at all (`Io.colours`) the caller has looked up. */
export const paint = (colour: Colour, text: string): string => `\x1b[${CODES[colour]}m${text}\x1b[0m`;

const STATES: Readonly<Record<string, Colour>> = {
  RUNNING: "green",
  STARTING: "cyan",
  STOPPING: "cyan",
  BACKOFF: "yellow",
  STOPPED: "grey",
  EXITED: "grey",
  FATAL: "red",
  UNKNOWN: "red",
};

/** How states look on this output, or undefined where they are to be plain. */
export function stateColour(io: Io): StateColour | undefined {
  if (!io.colours) return undefined;
  return (state, padded) => {
    const colour = STATES[state];
    return colour === undefined ? padded : paint(colour, padded);
  };
}

/** Colours that tell several things apart, in turn. */
const TURNS: readonly Colour[] = ["cyan", "yellow", "green", "magenta", "blue", "red"];

/** From 0 on; after six colours the first one comes again. */
export const colourInTurn = (index: number): Colour => TURNS[index % TURNS.length] ?? "cyan";
