/** Looking backwards through the history while one types, as Ctrl-R of GNU readline. Pure. */

/**
 * Made when the search begins: `original` is the line as it stood. A line fits where it holds what was typed, capitals
 * told apart.
 */
export class ReverseSearch {
  /** Oldest first. */
  readonly #history: readonly string[];
  /** What stood there before. */
  readonly original: string;
  #query = "";
  #at: number;
  #failed = false;

  constructor(history: readonly string[], original: string) {
    this.#history = history;
    this.original = original;
    this.#at = history.length;
  }

  get prompt(): string {
    return `(${this.#failed ? "failed " : ""}reverse-i-search)\`${this.#query}': `;
  }

  get line(): string {
    return this.#history[this.#at] ?? this.original;
  }

  /** Narrows the search: what is shown stays where it still fits. */
  type(text: string): void {
    this.#query += text;
    this.#seek(this.#at);
  }

  /** Takes the last character back, and begins again at the newest. */
  erase(): void {
    this.#query = [...this.#query].slice(0, -1).join("");
    this.#at = this.#history.length;
    this.#failed = false;
    if (this.#query !== "") this.#seek(this.#at);
  }

  /** The next older line that fits and is another one. */
  older(): void {
    if (this.#query !== "") this.#seek(this.#at - 1, this.line);
  }

  #seek(from: number, unlike?: string): void {
    for (let at = Math.min(from, this.#history.length - 1); at >= 0; at -= 1) {
      const line = this.#history[at] ?? "";
      if (!line.includes(this.#query) || line === unlike) continue;
      this.#at = at;
      this.#failed = false;
      return;
    }
    this.#failed = true;
  }
}
