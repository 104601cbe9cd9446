/** The shape of a command. */
import type { Session } from "./session.ts";

/** `exit`: the shell ends after this command. */
export type CommandEnd = "exit" | undefined;

export interface Command {
  readonly name: string;
  /** What `help NAME` prints, without the last line end. */
  readonly help: string;
  /** Tells of `--help` by itself, with its flags; of any other command it is the help that `help NAME` prints. */
  readonly hasFlags?: boolean;
  /** May take longer than a person waits without a sign of life. */
  readonly slow?: boolean;
  /**
   * `arg` is the rest of the line, without white space around it. `words`: the words behind the command as the shell parted
   * them, for a command of ours that takes what a blank does not end; none of a line that was typed. Errors of the connection
   * are thrown.
   */
  run(
    session: Session,
    arg: string,
    words?: readonly string[],
  ): Promise<CommandEnd> | CommandEnd | Promise<void> | void;
}

/** The original's answer to a word behind a command that takes none. True where it was given. */
export function refusesArguments(session: Session, command: Command, arg: string): boolean {
  if (arg === "") return false;
  session.fail(`Error: ${command.name} accepts no arguments`);
  session.output(command.help);
  return true;
}

/** The original's answer to a command line that lacks something: the text, the help, the exit status. */
export function refuse(session: Session, command: Command, message: string, status?: number): void {
  session.fail(message, status);
  session.output(command.help);
}
