/** docs/reference/log-lines.md: what the activity log can say, as the sources say it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LEVEL_TAGS } from "../../lib/log/levels.ts";
import type { LogLevel } from "../../lib/model/spec.ts";
import { code, page, table } from "./markdown.ts";

const LIB = new URL("../../lib/", import.meta.url).pathname;
const FOLDERS = ["core", "daemon", "http", "rpc"];
const LEVELS = Object.keys(LEVEL_TAGS) as LogLevel[];

interface Line {
  readonly level: LogLevel;
  readonly text: string;
}

const QUOTED = String.raw`\`(?:[^\`\\]|\\.)*\`|"(?:[^"\\]|\\.)*"`;
/** One text, or several with plus signs between them. */
const LITERAL = new RegExp(`^\\s*((?:${QUOTED})(?:\\s*\\+\\s*(?:${QUOTED}))*)`);

/** A call that logs: `log.info(...)`, or `log("info", ...)` where the state machine says what to log. */
const CALL = new RegExp(
  `[lL]og\\??\\.(${LEVELS.join("|")})\\(|\\blog\\([^"]{0,40}"(${LEVELS.join("|")})"(?: : "(${LEVELS.join("|")})")?,`,
  "g",
);

/** What is put in stands in braces, by the last of its names. */
function shown(literal: string): string {
  const joined = (literal.match(new RegExp(QUOTED, "g")) ?? []).map((part) => part.slice(1, -1)).join("");
  const body = joined.replaceAll("\\`", "`").replaceAll("\\n", "\n");
  return body.replace(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g, (_, inner: string) => {
    const names = inner
      .match(/[A-Za-z]+/g)
      ?.filter((name) => !["this", "join", "String", "spec", "map"].includes(name));
    return `{${names?.at(-1) ?? "value"}}`;
  });
}

function linesOf(source: string): Line[] {
  const found: Line[] = [];
  for (const match of source.matchAll(CALL)) {
    const rest = source.slice(match.index + match[0].length);
    const name = /^\s*(text)\s*\)/.exec(rest)?.[1];
    const before = source.slice(0, match.index);
    const declared = name === undefined ? -1 : before.lastIndexOf(`const ${name} =`);
    const expression = declared === -1 ? "" : (before.slice(declared).split(";")[0] ?? "");
    const texts = name === undefined ? [LITERAL.exec(rest)?.[1]] : literalsOf(expression);
    const levels = [match[1], match[2], match[3]].filter((level) => level !== undefined) as LogLevel[];
    for (const text of texts) {
      for (const level of levels) if (text !== undefined) found.push({ level, text: shown(text) });
    }
  }
  return found;
}

/** The whole literals of an expression, such as both sides of a choice. */
const literalsOf = (expression: string): string[] =>
  [...expression.matchAll(new RegExp(QUOTED, "g"))]
    .map(([literal]) => literal)
    .filter((text) => text.length > 12);

export function logLinesPage(): string {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(LIB, folder), { recursive: true }).map((name) => join(LIB, folder, String(name))),
  ).filter((path) => path.endsWith(".ts"));
  const lines = files.sort().flatMap((path) => linesOf(readFileSync(path, "utf8")));
  const rows = [...new Set(lines.map(({ level, text }) => `${LEVEL_TAGS[level]}\n${text}`))]
    .map((pair) => [pair.slice(0, 4), pair.slice(5)] as const)
    .sort(([a, x], [b, y]) => order(a) - order(b) || (x < y ? -1 : 1))
    .map(([tag, text]) => [tag, code(text)]);
  return page("Lines of the activity log", "the sources below lib", [
    "Each line is `2026-01-31 12:00:00,123 LEVEL text`. What stands in braces is put in. Levels below `loglevel` (info) are not written.",
    table(["Level", "Text"], rows),
  ]);
}

const order = (tag: string): number => LEVELS.findIndex((level) => LEVEL_TAGS[level] === tag);
