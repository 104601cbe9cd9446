/** Python's shlex in POSIX mode: the words of a command line, and the tokens of an environment= value. */
import { ConfigError } from "./errors.ts";

const WHITESPACE = " \t\r\n";
const LETTERS = "abcdfeghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
/** As in Python, without the multiplication and division signs that lie between them. */
const LATIN = "ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ";

interface Dialect {
  /** Any other character belongs to a word too (shlex.split); else it is a token of its own. */
  readonly whitespaceSplit: boolean;
  /** `#` outside quotes starts a comment to the end of the line. */
  readonly comments: boolean;
  readonly wordCharacters: ReadonlySet<string>;
}

const COMMAND: Dialect = { whitespaceSplit: true, comments: false, wordCharacters: new Set() };
const ENVIRONMENT: Dialect = {
  whitespaceSplit: false,
  comments: true,
  wordCharacters: new Set(`${LETTERS}${LATIN}/.+-():`),
};

/** One quoted run from its opening mark at `start`: the text, and the index behind the closing mark. */
function readQuoted(chars: readonly string[], start: number): { text: string; next: number } {
  const mark = chars[start];
  let text = "";
  for (let at = start + 1; at < chars.length; at++) {
    const char = chars[at] ?? "";
    if (char === mark) return { text, next: at + 1 };
    if (char !== "\\" || mark === "'") {
      text += char;
      continue;
    }
    at += 1;
    const escaped = chars[at];
    if (escaped === undefined) throw new ConfigError("No escaped character");
    text += escaped === mark || escaped === "\\" ? escaped : `\\${escaped}`;
  }
  throw new ConfigError("No closing quotation");
}

function tokens(input: string, dialect: Dialect): string[] {
  const chars = Array.from(input);
  const found: string[] = [];
  let word: string | null = null;
  const endWord = () => {
    if (word !== null) found.push(word);
    word = null;
  };
  let at = 0;
  while (at < chars.length) {
    const char = chars[at] ?? "";
    if (WHITESPACE.includes(char)) {
      endWord();
      at += 1;
    } else if (dialect.comments && char === "#") {
      endWord();
      while (at < chars.length && chars[at] !== "\n") at += 1;
      at += 1;
    } else if (char === "\\") {
      const escaped = chars[at + 1];
      if (escaped === undefined) throw new ConfigError("No escaped character");
      word = (word ?? "") + escaped;
      at += 2;
    } else if (char === "'" || char === '"') {
      const { text, next } = readQuoted(chars, at);
      word = (word ?? "") + text;
      at = next;
    } else if (dialect.whitespaceSplit || dialect.wordCharacters.has(char)) {
      word = (word ?? "") + char;
      at += 1;
    } else {
      endWord();
      found.push(char);
      at += 1;
    }
  }
  endWord();
  return found;
}

/**
 * shlex.split(text): the words of a program's command.
 * @throws {ConfigError} `No closing quotation` or `No escaped character`.
 */
export const shlexSplit = (text: string): string[] => tokens(text, COMMAND);

/** The tokens that the environment= grammar is built on (supervisor.md section 3.4). @throws {ConfigError} as above. */
export const environmentTokens = (text: string): string[] => tokens(text, ENVIRONMENT);
