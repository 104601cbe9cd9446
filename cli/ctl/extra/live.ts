/**
 * A picture that is kept fresh: one look at the daemon, then a pause, never two looks at once, and only the lines that
 * changed are painted.
 */
import { pause } from "../../../lib/sys/pause.ts";
import { ClientError } from "../errors.ts";
import type { Session } from "../session.ts";
import { clip } from "./clip.ts";

const DEFAULT_SECONDS = 2;
const LEAST_SECONDS = 0.2;

/** Milliseconds for a flag's text, the usual ones for none; undefined where it is no sensible number. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_SECONDS * 1000;
  const seconds = Number(text);
  return text.trim() !== "" && seconds >= LEAST_SECONDS && seconds <= 86_400 ? seconds * 1000 : undefined;
}

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE = "\x1b[?25h\x1b[?1049l";

class Screen {
  readonly #session: Session;
  #shown: string[] = [];
  #size = "";

  constructor(session: Session) {
    this.#session = session;
    session.io.write(ENTER);
  }

  paint(lines: readonly string[]): void {
    const { io } = this.#session;
    const size = `${io.columns()}x${io.rows()}`;
    const whole = size !== this.#size;
    const visible = lines.slice(0, io.rows()).map((line) => clip(line, io.columns()));
    let text = whole ? "\x1b[2J" : "";
    for (let row = 0; row < Math.max(visible.length, this.#shown.length); row += 1) {
      const line = visible[row] ?? "";
      if (whole || line !== (this.#shown[row] ?? "")) text += `\x1b[${row + 1};1H${line}\x1b[K`;
    }
    this.#shown = visible;
    this.#size = size;
    if (text !== "") io.write(text);
  }

  leave(): void {
    this.#session.io.write(LEAVE);
  }
}

/** `onKey` hears every key but those that end the picture. */
export interface LiveOptions {
  readonly onKey?: (key: string) => void;
}

/** There is nothing to look at: the command ends with these lines, and this exit status. */
export class NothingToShow {
  readonly errors: readonly string[];
  readonly status: number;

  constructor(errors: readonly string[], status: number) {
    this.errors = errors;
    this.status = status;
  }
}

type Picture = readonly string[] | NothingToShow;

/**
 * Paints what `look` gives every `interval` milliseconds until `q` or the interrupt key, or until there is nothing to show. A daemon that does not answer
 * is told of in the picture, and asked again. Where standard output is no terminal the pictures follow one another,
 * parted by an empty line, and an error ends the command.
 */
export async function runLive(
  session: Session,
  interval: number,
  look: () => Promise<Picture>,
  options: LiveOptions = {},
): Promise<void> {
  const stop = new AbortController();
  let wake = new AbortController();
  const terminal = session.io.outputIsTerminal;
  const releases = [session.io.onInterrupt(() => stop.abort())];
  stop.signal.addEventListener("abort", () => wake.abort());
  if (terminal) {
    const keys = session.io.onKey((key) => {
      if (key === "q" || key === "\x03") return stop.abort();
      options.onKey?.(key);
      wake.abort();
    });
    releases.push(keys);
  }
  const screen = terminal ? new Screen(session) : null;
  let over: NothingToShow | null = null;
  try {
    while (!stop.signal.aborted) {
      wake = new AbortController();
      const lines = await unlessAborted(stop.signal, tolerant(session, look, terminal));
      if (lines === null) break;
      if (lines instanceof NothingToShow) {
        over = lines;
        break;
      }
      if (screen === null) session.output(`${lines.join("\n")}\n`);
      else screen.paint(lines);
      await pause(interval, wake.signal);
    }
  } finally {
    screen?.leave();
    for (const release of releases) release();
  }
  for (const error of over?.errors ?? []) session.fail(error, over?.status);
}

/** Null as soon as `signal` aborts. Leaves no listener behind: there is one look after the other for as long as one watches. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  let release = (): void => undefined;
  const aborted = new Promise<null>((resolve) => {
    const end = (): void => resolve(null);
    signal.addEventListener("abort", end);
    release = () => signal.removeEventListener("abort", end);
  });
  try {
    const done = await Promise.race([work, aborted]);
    return signal.aborted ? null : done;
  } finally {
    release();
  }
}

async function tolerant(session: Session, look: () => Promise<Picture>, terminal: boolean): Promise<Picture> {
  try {
    return await look();
  } catch (error) {
    if (!terminal || !(error instanceof ClientError) || error.code === undefined) throw error;
    session.disconnect();
    return [`${session.options.serverurl}: ${error.message}`, "Trying again."];
  }
}
