/** What a command sees of the outside: two outputs, one input, and the interrupt key. Specs put their own here. */

/** Why an input line did not come. */
export type InputEnd = "eof" | "interrupt";

export interface Io {
  /** True where a person sees standard output or standard error. */
  readonly outputIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  /** True where a person types standard input. */
  readonly inputIsTerminal: boolean;
  /** True where standard output may be coloured: a terminal, and NO_COLOR unset or empty. */
  readonly colours: boolean;
  /** Columns of the terminal; 80 where there is none. */
  columns(): number;
  /** Rows of the terminal; 24 where there is none. */
  rows(): number;
  /** Throws {@link OutputClosed} once nobody reads. */
  write(data: string | Uint8Array): void;
  writeError(text: string): void;
  /** Shows the prompt and waits for a line, which comes without its line end. */
  readLine(prompt: string): Promise<{ readonly line: string } | { readonly end: InputEnd }>;
  /** The same without an echo. */
  readPassword(prompt: string): Promise<{ readonly line: string } | { readonly end: InputEnd }>;
  /** Has `handler` called when the interrupt key is pressed, instead of the program ending. Returns the undoing. */
  onInterrupt(handler: () => void): () => void;
  /** Has `handler` called with each key as it is pressed, unshown. Returns the undoing. Nothing where there is no terminal. */
  onKey(handler: (key: string) => void): () => void;
}

/** Standard output was closed by its reader: there is nothing left to do, and nobody to tell. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}
