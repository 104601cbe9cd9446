/** `tail` by lines, by time, and of several programs at once. */
import { type Colour, colourInTurn, paint } from "../colour.ts";
import { EXIT } from "../exit-status.ts";
import { FOLLOW_BANNER } from "../follow.ts";
import { expandPatterns } from "../glob.ts";
import { followLog, logPath } from "../log-stream.ts";
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import type { Channel } from "../tail-arguments.ts";
import { codePoints, padRight } from "../text.ts";
import { processInfos, textOf } from "../values.ts";
import { type FlagSpec, readFlags } from "./flags.ts";
import { LinePrefixer, lastLines, linesSince, parseSince } from "./log-lines.ts";

const SPEC: FlagSpec = {
  usage: "tail [options] <name> ... [stdout|stderr]",
  options: {
    f: { type: "boolean", describe: "Go on showing what comes, until Ctrl-C" },
    n: { type: "string", describe: "Show the last so many lines" },
    since: {
      type: "string",
      describe: "Show what is younger: 90s, 10m, 2h, 1d or a date and time",
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

/** Reads a log's end, more of it each time until `cut` has enough (or it is all there). */
async function readUntil(session: Session, name: string, channel: Channel, cut: Cut): Promise<string> {
  for (let window = FIRST_WINDOW; ; window *= 8) {
    const text = textOf(await session.rpc().call(METHODS[channel], name, -window, 0));
    const whole = Buffer.byteLength(text) < window || window >= LARGEST_WINDOW;
    const enough = cut(text, whole);
    if (enough !== null) return enough;
  }
}

interface Request {
  readonly names: readonly string[];
  readonly channel: Channel;
  readonly follow: boolean;
  readonly cut: Cut | null;
}

function prefixers(session: Session, names: readonly string[]): readonly LinePrefixer[] {
  const width = Math.max(...names.map(codePoints));
  const decorate = (colour: Colour, text: string): string =>
    session.io.colours ? paint(colour, text) : text;
  return names.map(
    (name, index) =>
      new LinePrefixer(
        names.length === 1 ? "" : `${decorate(colourInTurn(index), padRight(name, width))} | `,
      ),
  );
}

async function show(session: Session, request: Request): Promise<void> {
  const prefix = prefixers(session, request.names);
  const several = request.names.length > 1;
  if (request.cut !== null) {
    for (const [index, name] of request.names.entries()) {
      const text = await readUntil(session, name, request.channel, request.cut);
      session.io.write(several ? (prefix[index]?.take(Buffer.from(text)) ?? "") : text);
      if (several) session.io.write(prefix[index]?.end() ?? "");
      else if (text !== "" && !text.endsWith("\n")) session.output("");
    }
  }
  if (!request.follow) return;
  const stop = new AbortController();
  const release = session.io.onInterrupt(() => stop.abort());
  try {
    await Promise.all(
      request.names.map(async (name, index) => {
        const path = logPath(name, request.channel);
        const lines = prefix[index];
        const take = (bytes: Uint8Array): void => {
          const text = several ? (lines?.take(bytes) ?? "") : bytes;
          if (text.length > 0) session.io.write(text);
        };
        const end = await followLog(session.options, path, take, stop.signal);
        if (several) session.io.write(lines?.end() ?? "");
        if (end.kind === "closed") return;
        session.io.writeError(`${session.options.serverurl}${path} ${end.error}\n`);
        session.exitStatus = EXIT.GENERIC;
      }),
    );
    if (stop.signal.aborted) session.output("");
  } finally {
    stop.abort();
    release();
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
  if (cut === null && unknown.length > 0) return false;
  if (chosen.length === 0) session.fail("Error: tail requires process name");
  for (const name of unknown) session.fail(`${name}: ERROR (no such process name)`);
  const found = chosen.filter((name) => known.has(name));
  if (found.length === 0) return true;
  const follow = flags.has("f");
  if (follow) session.output(FOLLOW_BANNER);
  await show(session, { names: found, channel, follow, cut: cut ?? (follow ? null : defaultCut) });
  return true;
}

const DEFAULT_LINES = 10;
const defaultCut: Cut = (text, whole) => lastLines(text, DEFAULT_LINES, whole);

function wholeGroup(
  name: string,
  infos: readonly { readonly group: string; readonly name: string }[],
): string[] {
  const group = /^(.*):\*?$/.exec(name)?.[1];
  if (group === undefined) return [name];
  const members = infos.filter((info) => info.group === group);
  return members.length === 0 ? [name] : members.map((info) => makeNamespec(info.group, info.name));
}
