/** `quit`, `exit`, and the end of input: leave the shell. */
import type { Command } from "../command.ts";

const leave: Command["run"] = (session) => {
  session.output("");
  return "exit";
};

export const quit: Command = { name: "quit", help: "quit\tLeave the shell.", run: leave };
export const exit: Command = { name: "exit", help: "exit\tLeave the shell.", run: leave };
/** What the shell runs at the end of its input; `help` does not list it. */
export const eof: Command = { name: "EOF", help: "", run: leave };
