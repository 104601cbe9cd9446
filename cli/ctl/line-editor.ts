/**
 * Lines typed at a terminal, with editing, history and completion. Between two questions the terminal is as the shell
 * left it, so that the interrupt key is a signal and commands own the screen.
 */
import { createInterface, type Interface } from "node:readline";
import type { InputEnd } from "./io.ts";
import { KeySource } from "./keys.ts";
import { type Cut, cutOf, KillRing } from "./kill-ring.ts";
import { ReverseSearch } from "./reverse-search.ts";

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

/** Deletes next to the cursor, key by key: what readline offers. */
function erase(editor: Interface, { where, text }: Cut): void {
  for (const _ of text) editor.write(null, { name: where === "before" ? "backspace" : "delete" });
}

/** Puts another line behind the prompt, which may be another one too. */
function replaceLine(editor: Interface, line: string): void {
  editor.write(null, { ctrl: true, name: "e" });
  editor.write(null, { ctrl: true, name: "u" });
  editor.write(line);
  editor.prompt(true);
}

/**
 * Needs a terminal at standard input, and takes one question at a time. `history` is oldest first; `complete` null:
 * nothing is completed.
 */
export class LineEditor {
  /** Oldest first. */
  #history: string[];
  readonly #complete: Completer | null;
  #interface: Interface | null = null;
  readonly #keys = new KeySource((key) => this.#intercept(key));
  readonly #ring = new KillRing();
  /** What the last key put back; null where it did something else. */
  #putBack: string | null = null;
  #search: ReverseSearch | null = null;
  #prompt = "";
  #waiting: ((answer: Answer) => void) | null = null;

  constructor(history: readonly string[], complete: Completer | null) {
    this.#history = [...history];
    this.#complete = complete;
  }

  get history(): readonly string[] {
    return this.#history;
  }

  /** Keys that are pressed before a question is asked, as of lines pasted at once, wait for it. */
  question(prompt: string): Promise<Answer> {
    const editor = this.#open();
    const { stdin } = process;
    const decoder = new TextDecoder();
    const take = (chunk: Uint8Array | string): void =>
      this.#take(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const end = (): void => editor.close();
    stdin.setRawMode(true);
    stdin.on("data", take);
    stdin.on("end", end);
    stdin.resume();
    editor.resume();
    this.#prompt = prompt;
    editor.setPrompt(prompt);
    editor.prompt();
    return new Promise((resolve) => {
      this.#waiting = (answer) => {
        this.#waiting = null;
        // A closed editor has paused already; from Node 24 on it throws when it is asked to again.
        if (this.#interface === editor) editor.pause();
        stdin.removeListener("data", take);
        stdin.removeListener("end", end);
        stdin.pause();
        stdin.setRawMode(false);
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
      take(this.#keys.rest());
    });
  }

  /** The interrupt key is heard also while the editor waits for a completion. */
  #take(text: string): void {
    if (!this.#keys.isFlowing && text.includes("\x03")) {
      this.#keys.rest();
      this.#interrupt();
    } else this.#keys.feed(text);
  }

  #interrupt(): void {
    process.stdout.write("^C");
    this.#waiting?.({ end: "interrupt" });
  }

  /** True for a key that we see to ourselves. */
  #intercept(key: string): boolean {
    const editor = this.#interface;
    if (editor === null) return false;
    if (this.#search !== null) return this.#searching(editor, this.#search, key);
    if (key === "\x12") {
      this.#search = new ReverseSearch(this.#history, editor.line);
      this.#showSearch(editor, this.#search);
      return true;
    }
    const cut = cutOf(key, editor.line.slice(0, editor.cursor), editor.line.slice(editor.cursor));
    if (cut === null) this.#ring.part();
    const before = this.#putBack;
    this.#putBack = null;
    if (cut !== null) {
      this.#ring.add(cut);
      erase(editor, cut);
    } else if (key === "\x19") this.#insert(editor, this.#ring.newest);
    else if (key === "\x1by" && before !== null) {
      erase(editor, { where: "before", text: before });
      this.#insert(editor, this.#ring.rotate());
    } else return false;
    return true;
  }

  #insert(editor: Interface, text: string): void {
    this.#putBack = text;
    if (text !== "") editor.write(text);
  }

  /** Any key that has no meaning for the search ends it at what it found, and then does what it does. */
  #searching(editor: Interface, search: ReverseSearch, key: string): boolean {
    if (key === "\x12") search.older();
    else if (key === "\x7f" || key === "\b") search.erase();
    else if (key >= " ") search.type(key);
    else {
      this.#search = null;
      const cancelled = key === "\x07" || key === "\x03";
      editor.setPrompt(this.#prompt);
      replaceLine(editor, cancelled ? search.original : search.line);
      return cancelled;
    }
    this.#showSearch(editor, search);
    return true;
  }

  #showSearch(editor: Interface, search: ReverseSearch): void {
    editor.setPrompt(search.prompt);
    replaceLine(editor, search.line);
  }

  #open(): Interface {
    if (this.#interface !== null) return this.#interface;
    const complete = this.#complete;
    const editor = createInterface({
      // As much of a stream as readline uses.
      input: this.#keys as unknown as NodeJS.ReadableStream,
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
      this.#waiting?.({ line });
    });
    editor.on("SIGINT", () => this.#interrupt());
    editor.on("close", () => {
      this.#interface = null;
      this.#waiting?.({ end: "eof" });
    });
    this.#interface = editor;
    return editor;
  }
}
