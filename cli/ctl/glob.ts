/**
 * Patterns for process names, which the original does not have: `web*:*`, `worker_0?`, `[ab]*`, and `!cron*` for "not".
 * A word that is the name of a process, of a group, or `group:*` keeps its old meaning.
 */
import { makeNamespec, splitNamespec } from "./namespec.ts";

export interface Named {
  readonly group: string;
  readonly name: string;
}

const WILD = /[*?[]/;

/** A shell pattern as a regular expression: `*`, `?`, `[a-z]`, `[!a-z]`; everything else stands for itself. */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else {
      const close = char === "[" ? pattern.indexOf("]", at + 2) : -1;
      if (close > 0) {
        const inside = pattern.slice(at + 1, close).replaceAll(/[\\^\]]/g, "\\$&");
        source += inside.startsWith("!") ? `[^${inside.slice(1)}]` : `[${inside}]`;
        at = close;
      } else source += char.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    }
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return /(?!)/;
  }
}

/** True if a word asks for more than the original's `name`, `group:name`, `group:*` and `all`. */
export function isPattern(word: string): boolean {
  if (word.startsWith("!")) return true;
  const { group, process } = splitNamespec(word);
  return WILD.test(group) || (process !== null && WILD.test(process));
}

function matcher(word: string): (entry: Named) => boolean {
  const { group, process } = splitNamespec(word);
  if (!word.includes(":")) {
    const whole = globToRegExp(word);
    return (entry) => whole.test(entry.name) || whole.test(makeNamespec(entry.group, entry.name));
  }
  const groups = globToRegExp(group);
  const names = process === null ? null : globToRegExp(process);
  return (entry) => groups.test(entry.group) && (names === null || names.test(entry.name));
}

/** True if `word` is literally the name of something, whatever characters it is made of. */
function isLiteral(word: string, entries: readonly Named[]): boolean {
  return entries.some((entry) => makeNamespec(entry.group, entry.name) === word);
}

/** A process that is called as the word for everything is meant alone, where a pattern fits it. */
const nameOf = ({ group, name }: Named): string =>
  group === "all" && name === "all" ? "all:all" : makeNamespec(group, name);

/**
 * The words with every pattern replaced by the names it stands for, in the order of `entries`, none twice. A group that
 * is meant as a whole stays `group:*`, so that the daemon handles it at once. Words that are all exclusions start from
 * everything. Where a pattern or an exclusion fits nothing, those that do are all that comes back, as they are: each is
 * refused by name, and nothing is done. A mistyped exclusion must not let through what it was to keep.
 * No name at all comes back where everything that is named is excluded: that is nobody, and not everybody.
 */
export function expandPatterns(words: readonly string[], entries: readonly Named[]): string[] {
  const patterns = words.filter((word) => isPattern(word) && !isLiteral(word, entries));
  if (patterns.length === 0) return [...words];
  const unfit = patterns.filter((word) => !entries.some(matcher(word.replace(/^!/, ""))));
  if (unfit.length > 0) return [...new Set(unfit)];
  const excluded = patterns.filter((word) => word.startsWith("!"));
  const wanted = words.filter((word) => !excluded.includes(word));
  if (excluded.length === 0) return [...new Set(wanted.flatMap((word) => expandOne(word, entries)))];
  const isExcluded = excluded.map((word) => matcher(word.slice(1)));
  const kept: string[] = [];
  for (const word of wanted.length === 0 ? ["all"] : wanted) {
    const matches = word === "all" ? entries : entries.filter(matcher(word));
    if (matches.length === 0) kept.push(word);
    for (const entry of matches) {
      if (!isExcluded.some((test) => test(entry))) kept.push(nameOf(entry));
    }
  }
  return [...new Set(kept)];
}

function expandOne(word: string, entries: readonly Named[]): string[] {
  if (!isPattern(word) || isLiteral(word, entries)) return [word];
  const matches = entries.filter(matcher(word));
  const whole = word.includes(":") && splitNamespec(word).process === null;
  return matches.map((entry) => (whole ? `${entry.group}:*` : nameOf(entry)));
}

/** Group names with every pattern replaced by the groups it stands for, and as above where one fits none. */
export function expandGroups(words: readonly string[], groups: readonly string[]): string[] {
  const patterns = words.filter(
    (word) => (word.startsWith("!") || WILD.test(word)) && !groups.includes(word),
  );
  const test = (word: string): ((group: string) => boolean) => {
    const pattern = globToRegExp(word.replace(/^!/, "").replace(/:\*?$/, ""));
    return (group) => pattern.test(group);
  };
  const unfit = patterns.filter((word) => !groups.some(test(word)));
  if (unfit.length > 0) return [...new Set(unfit)];
  const excluded = patterns.filter((word) => word.startsWith("!"));
  const tests = excluded.map(test);
  const wanted = words.filter((word) => !excluded.includes(word));
  const everything = excluded.length > 0 && (wanted.length === 0 || wanted.includes("all"));
  const chosen = (everything ? groups : wanted).flatMap((word) =>
    patterns.includes(word) ? groups.filter(test(word)) : [word],
  );
  return [...new Set(chosen)].filter((group) => !tests.some((excludes) => excludes(group)));
}
