/** Lines from a pipe or a file on standard input. */

/** A line longer than this is cut there: it is no command. */
const MAX_LINE = 1 << 20;

/** Standard input is not touched before the first line is asked for, and is paused while none is. */
export class LineReader {
  #rest = "";
  #ended = false;
  #started = false;
  #wake: (() => void) | null = null;

  /** The next line without its end, or null at the end of input. A last line without an end counts. */
  async next(): Promise<string | null> {
    this.#start();
    for (;;) {
      const newline = this.#rest.indexOf("\n");
      if (newline >= 0 || (this.#rest !== "" && (this.#ended || this.#rest.length > MAX_LINE))) {
        const end = newline >= 0 ? newline : this.#rest.length;
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (this.#ended) return null;
      process.stdin.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      process.stdin.pause();
    }
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const wake = (): void => {
      const waiting = this.#wake;
      this.#wake = null;
      waiting?.();
    };
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (chunk: string) => {
      this.#rest += chunk;
      wake();
    });
    const end = (): void => {
      this.#ended = true;
      wake();
    };
    process.stdin.on("end", end);
    process.stdin.on("error", end);
  }
}
