/**
 * The options before the command that the original does not have. They are taken out before its own option reader sees
 * the command line, by their full names only, so that every abbreviation means what it always meant.
 */

export interface OwnOptions {
  /** The command line as the original would have it. */
  readonly argv: readonly string[];
  /** `--context NAME`; null where it was not given. An empty name where its value is missing. */
  readonly context: string | null;
}

const WITH_VALUE = ["configuration", "serverurl", "username", "password", "history_file"];
/** Letters up to the first that takes a value, which is the last: its value is the next word. */
const SHORT_WITH_VALUE = /^-[ih?]*[csupr]$/;

/** True for a long option, abbreviated or not, whose value is the next word. */
const takesNextWord = (word: string): boolean =>
  word.startsWith("--") && WITH_VALUE.some((name) => name.startsWith(word.slice(2)));

/** Stops at the first word that is no option, or at `--`: the rest is the command's. The last `--context` counts. */
export function takeOwnOptions(argv: readonly string[]): OwnOptions {
  const kept: string[] = [];
  let context: string | null = null;
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-") && word !== "-" && word !== "--"; word = argv[at]) {
    at += 1;
    if (word === "--context") context = argv[at++] ?? "";
    else if (word.startsWith("--context=")) context = word.slice("--context=".length);
    else {
      // The original's help names this one so, and its option reader refuses it.
      const known = word.replace(/^--history-file(?==|$)/, "--history_file");
      kept.push(known);
      const value = SHORT_WITH_VALUE.test(word) || takesNextWord(known);
      if (value && at < argv.length) kept.push(argv[at++] ?? "");
    }
  }
  return { argv: [...kept, ...argv.slice(at)], context };
}
