/** A client's outside that remembers what was written to it. */
import type { InputEnd, Io } from "../../cli/ctl/io.ts";
import { Session } from "../../cli/ctl/session.ts";

export class FakeIo implements Io {
  readonly outputIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  readonly inputIsTerminal: boolean;
  readonly colours = false;
  out = "";
  error = "";
  readonly #interrupts: (() => void)[] = [];
  readonly #keys: ((key: string) => void)[] = [];

  constructor({ terminal }: { readonly terminal: boolean }) {
    this.outputIsTerminal = terminal;
    this.errorIsTerminal = terminal;
    this.inputIsTerminal = terminal;
  }

  columns(): number {
    return 80;
  }

  rows(): number {
    return 24;
  }

  write(data: string | Uint8Array): void {
    this.out += typeof data === "string" ? data : Buffer.from(data).toString();
  }

  writeError(text: string): void {
    this.error += text;
  }

  readLine(prompt: string): Promise<{ readonly end: InputEnd }> {
    this.out += prompt;
    return Promise.resolve({ end: "eof" });
  }

  readPassword(prompt: string): Promise<{ readonly end: InputEnd }> {
    return this.readLine(prompt);
  }

  onInterrupt(handler: () => void): () => void {
    this.#interrupts.push(handler);
    return () => this.#interrupts.splice(this.#interrupts.indexOf(handler), 1);
  }

  onKey(handler: (key: string) => void): () => void {
    this.#keys.push(handler);
    return () => this.#keys.splice(this.#keys.indexOf(handler), 1);
  }

  interrupt(): void {
    this.#interrupts.at(-1)?.();
  }

  key(key: string): void {
    for (const handler of this.#keys) handler(key);
  }
}

/** A session that talks to nobody. */
export const fakeSession = (io: Io): Session =>
  new Session(
    {
      serverurl: "unix:///nowhere",
      username: null,
      password: null,
      prompt: "supervisor",
      historyFile: null,
      interactive: false,
    },
    io,
    "supervisorctl",
  );
