/** The real outside: this process's own descriptors and signals. */
import { isBrokenPipe, isTerminal, STDERR, STDIN, STDOUT, writeOut } from "../../lib/sys/stdio.ts";
import { type InputEnd, type Io, OutputClosed } from "./io.ts";
import type { Completer, LineEditor } from "./line-editor.ts";
import type { LineReader } from "./line-reader.ts";

type Answer = { readonly line: string } | { readonly end: InputEnd };

/** What the editor starts with: the history, oldest line first, and the completion. */
export interface EditorSetup {
  readonly history: readonly string[];
  readonly complete: Completer | null;
}

/** Besides NO_COLOR, a TERM of `dumb` keeps colours off. What reads lines is loaded when the first one is asked for. */
export class ProcessIo implements Io {
  readonly outputIsTerminal = isTerminal(STDOUT);
  readonly errorIsTerminal = isTerminal(STDERR);
  readonly inputIsTerminal = isTerminal(STDIN);
  readonly colours: boolean;
  #setup: EditorSetup = { history: [], complete: null };
  #editor: LineEditor | null = null;
  #reader: LineReader | null = null;
  readonly #handlers: (() => void)[] = [];
  readonly #onSignal = (): void => this.#handlers.at(-1)?.();

  constructor(environment: ReadonlyMap<string, string>) {
    const refused = (environment.get("NO_COLOR") ?? "") !== "" || environment.get("TERM") === "dumb";
    this.colours = this.outputIsTerminal && !refused;
  }

  columns(): number {
    return (this.outputIsTerminal ? process.stdout.columns : 0) || 80;
  }

  rows(): number {
    return (this.outputIsTerminal ? process.stdout.rows : 0) || 24;
  }

  /** Must come before the first line is read. */
  setUpEditor(setup: EditorSetup): void {
    this.#setup = setup;
  }

  /** What was typed, oldest first; null where no line was read from a terminal. */
  history(): readonly string[] | null {
    return this.#editor?.history ?? null;
  }

  write(data: string | Uint8Array): void {
    try {
      writeOut(STDOUT, data);
    } catch (error) {
      throw isBrokenPipe(error) ? new OutputClosed() : error;
    }
  }

  writeError(text: string): void {
    try {
      writeOut(STDERR, text);
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
    }
  }

  async readLine(prompt: string): Promise<Answer> {
    if (this.inputIsTerminal && this.outputIsTerminal) return (await this.#edit()).question(prompt);
    this.write(prompt);
    return this.#nextLine();
  }

  async readPassword(prompt: string): Promise<Answer> {
    if (this.inputIsTerminal) return (await this.#edit()).password(prompt);
    this.writeError(prompt);
    return this.#nextLine();
  }

  onInterrupt(handler: () => void): () => void {
    if (this.#handlers.length === 0) process.on("SIGINT", this.#onSignal);
    this.#handlers.push(handler);
    return () => {
      const at = this.#handlers.lastIndexOf(handler);
      if (at >= 0) this.#handlers.splice(at, 1);
      if (this.#handlers.length === 0) process.removeListener("SIGINT", this.#onSignal);
    };
  }

  onKey(handler: (key: string) => void): () => void {
    if (!this.inputIsTerminal) return () => undefined;
    const { stdin } = process;
    const take = (chunk: Uint8Array | string): void => {
      for (const key of String(chunk)) handler(key);
    };
    stdin.setRawMode(true);
    stdin.on("data", take);
    stdin.resume();
    return () => {
      stdin.removeListener("data", take);
      stdin.pause();
      stdin.setRawMode(false);
    };
  }

  async #edit(): Promise<LineEditor> {
    if (this.#editor !== null) return this.#editor;
    const { LineEditor: Editor } = await import("./line-editor.ts");
    this.#editor = new Editor(this.#setup.history, this.#setup.complete);
    return this.#editor;
  }

  async #nextLine(): Promise<Answer> {
    if (this.#reader === null) {
      const { LineReader: Reader } = await import("./line-reader.ts");
      this.#reader = new Reader();
    }
    const line = await this.#reader.next();
    return line === null ? { end: "eof" } : { line };
  }
}
