/**
 * What a [ctlplugin:x] of one's own is written against. In the configuration: `supervisor.ctl_factory = ./file.mjs:name`.
 * Its commands stand behind the built-in ones: a name that is taken stays the built-in's.
 */
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";

export interface CtlController {
  /** Prints a line. */
  output(line: string): void;
  /** Prints a line and makes the exit status `status`, 1 unless given. */
  fail(line: string, status?: number): void;
  /** Calls a method of the daemon, as `supervisor.getState`. Rejects with an error that has `faultCode` and `faultString`. */
  call(method: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue>;
}

/** Gets the rest of the line. What it throws is told as an `error:` line. */
export type CtlRun = (arg: string) => unknown;

export interface CtlCommand {
  /** What `help NAME` prints. */
  readonly help?: string;
  readonly run: CtlRun;
}

/** Commands by their names. */
export type CtlCommands = Readonly<Record<string, CtlCommand | CtlRun>>;

/** Called once, before the first command runs. `options` are the section's other keys, in lower case. */
export type CtlPluginFactory = (
  controller: CtlController,
  options: Readonly<Record<string, string>>,
) => CtlCommands;
