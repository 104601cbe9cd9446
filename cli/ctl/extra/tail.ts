/** `tail` by lines, by time, and of several programs at once. */
import { colourInTurn, paint } from "../colour.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { FOLLOW_BANNER } from "../follow.ts";
import { expandPatterns } from "../glob.ts";
import { followLog, logPath } from "../log-stream.ts";
import { makeNamespec, splitNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import { type Channel, TAIL_REASONS } from "../tail-arguments.ts";
import { codePoints, padRight } from "../text.ts";
import { processInfos, textOf } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { LinePrefixer, lastLines, linesSince, parseSince } from "./log-lines.ts";
import { Splice, STREAM_PAST } from "./splice.ts";

const SPEC: FlagSpec = {
  usage: "tail [options] <name> ... [stdout|stderr]",
  options: {
    f: { type: "boolean", describe: "Keep showing new output, until Ctrl-C" },
    n: { type: "string", describe: "Show the last N lines" },
    since: {
      type: "string",
      describe: "Show what is newer: 90s, 10m, 2h, 1d or a date and time",
    },
  },
  epilogue:
    "--since goes by the date and time at the start of the lines (2026-01-31 23:59:59, with or without T, fraction " +
    "and zone); a line without one belongs to the line above it.",
};

const METHODS = { stdout: "readProcessStdoutLog", stderr: "readProcessStderrLog" } as const;
const FIRST_WINDOW = 16 * 1024;
const LARGEST_WINDOW = 64 << 20;

type Cut = (text: string, whole: boolean) => string | null;

/** A log's end, and the part of it that was asked for. */
interface LogEnd {
  readonly read: string;
  readonly wanted: string;
}

/** Reads a log's end, more of it each time until `cut` has enough (or it is all there). */
async function readUntil(session: Session, name: string, channel: Channel, cut: Cut): Promise<LogEnd> {
  for (let window = FIRST_WINDOW; ; window *= 8) {
    const read = textOf(await session.rpc().call(METHODS[channel], name, -window, 0));
    const whole = Buffer.byteLength(read) < window || window >= LARGEST_WINDOW;
    const wanted = cut(read, whole);
    if (wanted !== null) return { read, wanted };
  }
}

interface Request {
  readonly names: readonly string[];
  readonly channel: Channel;
  readonly follow: boolean;
  /** Null: no more of the past than a followed log shows by itself. */
  readonly cut: Cut | null;
}

/** One program's output on its way to the screen: with a prefix where there are several. */
class Sink {
  readonly #session: Session;
  readonly #lines: LinePrefixer | null;
  #splice: Splice | null = null;
  #open = false;

  constructor(session: Session, prefix: string | null) {
    this.#session = session;
    this.#lines = prefix === null ? null : new LinePrefixer(prefix);
  }

  past({ read, wanted }: LogEnd): void {
    this.#splice = new Splice(Buffer.from(read));
    this.#show(Buffer.from(wanted));
  }

  take(bytes: Uint8Array): void {
    this.#show(this.#splice?.take(bytes) ?? bytes);
  }

  /** Ends a line that has no end. */
  end(): void {
    if (this.#lines !== null) this.#session.io.write(this.#lines.end());
    else if (this.#open) this.#session.io.write("\n");
    this.#open = false;
  }

  #show(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#open = bytes.at(-1) !== 10;
    this.#session.io.write(this.#lines?.take(bytes) ?? bytes);
  }
}

function sinks(session: Session, names: readonly string[]): Sink[] {
  if (names.length === 1) return [new Sink(session, null)];
  const width = Math.max(...names.map(codePoints));
  return names.map((name, index) => {
    const padded = padRight(name, width);
    const shown = session.io.colours ? paint(colourInTurn(index), padded) : padded;
    return new Sink(session, `${shown} | `);
  });
}

async function show(session: Session, request: Request): Promise<void> {
  const { names, channel, cut } = request;
  const shown = sinks(session, names);
  const absent = new Set<string>();
  if (cut !== null) {
    for (const [index, name] of names.entries()) {
      const end = await past(session, name, channel, cut);
      if (end === null) absent.add(name);
      else shown[index]?.past(end);
      if (!request.follow) shown[index]?.end();
    }
  }
  if (!request.follow) return;
  const stop = new AbortController();
  const release = session.io.onInterrupt(() => stop.abort());
  const follow = async (name: string, sink: Sink): Promise<void> => {
    // There is nothing to follow, which has been said.
    if (absent.has(name)) return;
    const path = logPath(name, channel);
    const end = await followLog(session.options, path, (bytes) => sink.take(bytes), stop.signal);
    if (end.kind === "closed") return;
    session.io.writeError(`${session.options.serverurl}${path} ${end.error}\n`);
    session.exitStatus = EXIT.GENERIC;
  };
  try {
    await Promise.all(shown.map((sink, index) => follow(names[index] ?? "", sink)));
    if (stop.signal.aborted) session.output("");
  } finally {
    stop.abort();
    release();
  }
}

/** Null where there is no log, which was said. */
async function past(session: Session, name: string, channel: Channel, cut: Cut): Promise<LogEnd | null> {
  try {
    return await readUntil(session, name, channel, cut);
  } catch (error) {
    const reason = error instanceof Fault ? TAIL_REASONS.get(error.faultCode) : undefined;
    if (reason === undefined) throw error;
    session.fail(`${name}: ERROR (${reason})`);
    return null;
  }
}

function cutOf(session: Session, lines: string | undefined, since: string | undefined): Cut | null | "bad" {
  if (since !== undefined) {
    const from = parseSince(since, Date.now());
    if (from !== undefined) return (text, whole) => linesSince(text, from, whole);
    session.fail(`Error: bad time ${since}`);
    return "bad";
  }
  if (lines === undefined) return null;
  if (/^\d{1,7}$/.test(lines)) return (text, whole) => lastLines(text, Number(lines), whole);
  session.fail(`Error: bad number of lines ${lines}`);
  return "bad";
}

/** False where the original is to answer: what is asked for is nothing of ours, or holds a name that nothing answers to. */
export async function tailExtra(session: Session, words: readonly string[]): Promise<boolean> {
  const flags = await readFlags(session, SPEC, words);
  if (flags === "stock") return false;
  if (flags === null || !(await session.upcheck())) return true;
  const names = [...flags.words];
  const last = names.at(-1)?.toLowerCase();
  const channel = last === "stderr" || last === "stdout" ? last : "stdout";
  if (names.length > 1 && last === channel) names.pop();
  const infos = processInfos(await session.rpc().call("getAllProcessInfo"));
  const known = new Set(infos.map((info) => makeNamespec(info.group, info.name)));
  const chosen = expandPatterns(names, infos).flatMap((name) => wholeGroup(name, infos));
  const cut = cutOf(session, flags.text("n"), flags.text("since"));
  if (cut === "bad") return true;
  const unknown = chosen.filter((name) => !known.has(name));
  // One program whose very name looks like a pattern is the original's too.
  const plain = names.length === 1 && chosen.length === 1 && chosen[0] === names[0];
  // Of two words the second may be a channel, and of one the original has its own words; it takes no more than that.
  if (cut === null && (plain || (unknown.length > 0 && names.length < 3))) return false;
  if (names.length === 0) session.fail("Error: tail requires process name");
  else if (chosen.length === 0) session.fail(`${names.join(" ")}: ERROR (no such process name)`);
  for (const name of unknown) session.fail(`${name}: ERROR (no such process name)`);
  const found = chosen.filter((name) => known.has(name));
  const follow = flags.has("f");
  // What is followed has no end at which the mistake would be seen.
  if (found.length === 0 || (follow && unknown.length > 0)) return true;
  if (follow) session.output(FOLLOW_BANNER);
  const usual = follow ? followCut : defaultCut;
  await show(session, {
    names: found,
    channel,
    follow,
    cut: cut ?? (follow && found.length === 1 ? null : usual),
  });
  return true;
}

const DEFAULT_LINES = 10;
const defaultCut: Cut = (text, whole) => lastLines(text, DEFAULT_LINES, whole);

/** As much of the past as a followed log shows by itself, but from the start of a line: each has a name before it. */
const followCut: Cut = (text, whole) => {
  if (whole && text.length <= STREAM_PAST) return text;
  const end = text.slice(-STREAM_PAST);
  return end.slice(end.indexOf("\n") + 1);
};

function wholeGroup(
  name: string,
  infos: readonly { readonly group: string; readonly name: string }[],
): string[] {
  const { group, process } = splitNamespec(name);
  if (process !== null) return [makeNamespec(group, process)];
  const members = infos.filter((info) => info.group === group);
  return members.length === 0 ? [name] : members.map((info) => makeNamespec(info.group, info.name));
}
