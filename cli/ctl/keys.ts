/** Keys one by one, in the order in which they were pressed, held back while the line editor is busy with the last. */
import { EventEmitter } from "node:events";

/** An escape sequence, Alt and a key, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a sequence starts with ESC
const KEY = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[\s\S]|[\s\S])?|[\s\S]/gu;

/** What arrived at once, key by key. */
export const splitKeys = (text: string): string[] => Array.from(text.matchAll(KEY), ([key]) => key);

/**
 * The input of Node's line editor. It completes at a Tab only where that is the last key of a chunk, and on a slow line many
 * keys arrive at once: so each comes as a chunk of its own. As much of a stream as readline uses.
 */
export class KeySource extends EventEmitter {
  readonly #waiting: string[] = [];
  readonly #intercept: (key: string) => boolean;
  #flowing = false;

  /** `intercept` is shown each key when its turn has come; true: it is done with, and the editor does not hear of it. */
  constructor(intercept: (key: string) => boolean) {
    super();
    this.#intercept = intercept;
  }

  get isFlowing(): boolean {
    return this.#flowing;
  }

  get isRaw(): boolean {
    return process.stdin.isRaw;
  }

  feed(text: string): void {
    this.#waiting.push(...splitKeys(text));
    this.#pump();
  }

  /** What was pressed and nobody has heard of, taken away. */
  rest(): string {
    return this.#waiting.splice(0).join("");
  }

  pause(): this {
    this.#flowing = false;
    return this;
  }

  /** The keys come once the caller is done: the editor resumes its input before it puts a completion in. */
  resume(): this {
    this.#flowing = true;
    queueMicrotask(() => this.#pump());
    return this;
  }

  setRawMode(mode: boolean): this {
    process.stdin.setRawMode(mode);
    return this;
  }

  #pump(): void {
    while (this.#flowing) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      if (!this.#intercept(key)) this.emit("data", key);
    }
  }
}
