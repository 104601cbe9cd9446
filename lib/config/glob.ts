/** Python's glob.glob without `recursive`, as [include] uses it: `*`, `?` and `[]`, no `**`, no braces, no dotfiles. */
import type { ConfigHost } from "./host.ts";
import { joinPath, splitPath } from "./posixpath.ts";

type Token =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | {
      readonly kind: "set";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** What stands between the brackets, as fnmatch understands it: a range the wrong way round holds nothing. */
function parseSet(stuff: string): Token {
  const negated = stuff.startsWith("!");
  const chars = Array.from(negated ? stuff.slice(1) : stuff);
  const ranges: [string, string][] = [];
  for (let at = 0; at < chars.length; at++) {
    const low = chars[at] ?? "";
    const high = chars[at + 2];
    if (chars[at + 1] !== "-" || high === undefined) ranges.push([low, low]);
    else {
      if (low <= high) ranges.push([low, high]);
      at += 2;
    }
  }
  return { kind: "set", negated, ranges };
}

function parsePattern(pattern: string): Token[] {
  const chars = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") tokens.push({ kind: "any" });
    else {
      const close = char === "[" ? closingBracket(chars, at + 1) : -1;
      if (close === -1) tokens.push({ kind: "set", negated: false, ranges: [[char, char]] });
      else {
        tokens.push(parseSet(chars.slice(at + 1, close).join("")));
        at = close;
      }
    }
  }
  return tokens;
}

/** The bracket that ends the set: not one right behind the opening or its `!`. */
function closingBracket(chars: readonly string[], start: number): number {
  let at = start;
  if (chars[at] === "!") at += 1;
  if (chars[at] === "]") at += 1;
  return chars.indexOf("]", at);
}

function fits(token: Token | undefined, char: string): boolean {
  if (token === undefined || token.kind === "star") return false;
  if (token.kind === "any") return true;
  return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated;
}

/** fnmatch: whether the whole name fits the pattern. Linear in memory, and never more than quadratic in time. */
export function fnmatch(name: string, pattern: string): boolean {
  const tokens = parsePattern(pattern);
  const chars = Array.from(name);
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < chars.length) {
    if (fits(tokens[token], chars[at] ?? "")) {
      token += 1;
      at += 1;
    } else if (tokens[token]?.kind === "star") {
      star = token++;
      resume = at;
    } else if (star !== -1) {
      token = star + 1;
      at = ++resume;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token += 1;
  return token === tokens.length;
}

const hasMagic = (pattern: string): boolean => /[*?[]/.test(pattern);

/** Every existing path that fits an absolute pattern, in no order. */
export function glob(host: ConfigHost, pattern: string, directoriesOnly = false): string[] {
  const { head, tail } = splitPath(pattern);
  if (!hasMagic(pattern)) {
    const there = tail === "" ? host.isDirectory(head) : host.linkExists(pattern);
    return there ? [pattern] : [];
  }
  const directories = head !== pattern && hasMagic(head) ? glob(host, head, true) : [head];
  return directories.flatMap((directory) => {
    return namesIn(host, directory, tail, directoriesOnly).map((name) => joinPath(directory, name));
  });
}

function namesIn(host: ConfigHost, directory: string, pattern: string, directoriesOnly: boolean): string[] {
  if (!hasMagic(pattern)) {
    const there =
      pattern === "" ? host.isDirectory(directory) : host.linkExists(joinPath(directory, pattern));
    return there ? [pattern] : [];
  }
  return host
    .listDirectory(directory)
    .filter((entry) => entry.directory || !directoriesOnly)
    .map((entry) => entry.name)
    .filter((name) => pattern.startsWith(".") || !name.startsWith("."))
    .filter((name) => fnmatch(name, pattern));
}
