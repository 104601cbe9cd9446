/** What a command says and ends with. */
import { isBrokenPipe, writeOut } from "../lib/sys/stdio.ts";

/** Writes it all. A reader that has gone, as `head` does, has seen what it wanted: that is no error. */
export function print(fd: number, text: string): void {
  try {
    writeOut(fd, text);
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
  }
}
