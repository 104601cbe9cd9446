/**
 * Lines typed at a terminal, with editing, history and completion. Between two questions the terminal is as the shell
 * left it, so that the interrupt key is a signal and commands own the screen.
 */
import { createInterface, type Interface } from "node:readline";
import type { InputEnd } from "./io.ts";

export type Completer = (
  line: string,
) => Promise<{ readonly matches: readonly string[]; readonly word: string }>;

type Answer = { readonly line: string } | { readonly end: InputEnd };

const HISTORY_SIZE = 100_000;

/** What a key ends the typing of a password with, or null. */
function passwordKey(char: string, typed: string): Answer | null {
  if (char === "\r" || char === "\n") return { line: typed };
  if (char === "\x03") return { end: "interrupt" };
  return char === "\x04" && typed === "" ? { end: "eof" } : null;
}

export class LineEditor {
  /** Oldest first. */
  #history: string[];
  readonly #complete: Completer | null;
  #interface: Interface | null = null;
  /** Lines pasted at once wait here for their question. */
  readonly #typed: string[] = [];
  #waiting: ((answer: Answer) => void) | null = null;

  constructor(history: readonly string[], complete: Completer | null) {
    this.#history = [...history];
    this.#complete = complete;
  }

  get history(): readonly string[] {
    return this.#history;
  }

  question(prompt: string): Promise<Answer> {
    const early = this.#typed.shift();
    if (early !== undefined) return Promise.resolve({ line: early });
    const editor = this.#open();
    process.stdin.setRawMode(true);
    editor.resume();
    editor.setPrompt(prompt);
    editor.prompt();
    return new Promise((resolve) => {
      this.#waiting = (answer) => {
        this.#waiting = null;
        // A closed editor has paused already; from Node 24 on it throws when it is asked to again.
        if (this.#interface === editor) editor.pause();
        process.stdin.setRawMode(false);
        resolve(answer);
      };
    });
  }

  /** Characters are taken one by one and not shown. */
  password(prompt: string): Promise<Answer> {
    this.#interface?.close();
    this.#interface = null;
    const { stdin } = process;
    process.stderr.write(prompt);
    stdin.setRawMode(true);
    stdin.resume();
    stdin.setEncoding("utf8");
    return new Promise((resolve) => {
      let typed = "";
      const finish = (answer: Answer): void => {
        stdin.removeListener("data", take);
        stdin.setRawMode(false);
        stdin.pause();
        process.stderr.write("\n");
        resolve(answer);
      };
      const take = (chunk: string): void => {
        for (const char of chunk) {
          const answer = passwordKey(char, typed);
          if (answer !== null) {
            finish(answer);
            return;
          }
          if (char === "\x7f" || char === "\b") typed = [...typed].slice(0, -1).join("");
          else if (char === "\x15") typed = "";
          else typed += char;
        }
      };
      stdin.on("data", take);
    });
  }

  #open(): Interface {
    if (this.#interface !== null) return this.#interface;
    const complete = this.#complete;
    const editor = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      historySize: HISTORY_SIZE,
      history: [...this.#history].reverse(),
      ...(complete === null
        ? {}
        : {
            completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
              complete(line).then(
                ({ matches, word }) => done(null, [[...matches], word]),
                () => done(null, [[], line]),
              );
            },
          }),
    });
    editor.on("history", (lines: string[]) => {
      this.#history = [...lines].reverse();
    });
    editor.on("line", (line: string) => {
      if (this.#waiting === null) this.#typed.push(line);
      else this.#waiting({ line });
    });
    editor.on("SIGINT", () => {
      process.stdout.write("^C");
      this.#waiting?.({ end: "interrupt" });
    });
    editor.on("close", () => {
      this.#interface = null;
      this.#waiting?.({ end: "eof" });
    });
    this.#interface = editor;
    return editor;
  }
}
