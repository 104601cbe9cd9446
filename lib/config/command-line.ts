/** The command line of supervisord (supervisor.md section 3.6). */

import type { LogLevel } from "../model/spec.ts";
import { SUPERVISOR_VERSION } from "../model/version.ts";
import { byteSize, type Datatype, integer, list, logLevel, octal, text } from "./datatypes.ts";
import { ConfigError } from "./errors.ts";
import { getopt } from "./getopt.ts";
import type { ConfigHost } from "./host.ts";
import { existingDirectory, existingDirpath } from "./host-datatypes.ts";
import { pyrepr, reprList } from "./pyrepr.ts";

/** What the command line says; null where it says nothing. Paths are as given. */
export interface CommandLine {
  readonly configuration: string | null;
  readonly nodaemon: boolean | null;
  readonly silent: boolean | null;
  readonly user: string | null;
  readonly umask: number | null;
  readonly directory: string | null;
  readonly logfile: string | null;
  readonly logfileMaxbytes: number | null;
  readonly logfileBackups: number | null;
  readonly loglevel: LogLevel | null;
  readonly pidfile: string | null;
  readonly identifier: string | null;
  readonly childlogdir: string | null;
  readonly nocleanup: boolean | null;
  readonly minfds: number | null;
  readonly stripAnsi: boolean | null;
  readonly minprocs: number | null;
  /** The words of --profile_options: taken, and without effect. */
  readonly profileOptions: readonly string[] | null;
}

/** A command line that asks for a text to be printed, or for the command to run. */
export type Invocation<T> =
  | { readonly kind: "run"; readonly commandLine: T }
  | { readonly kind: "help" | "version"; readonly text: string };

/** `check`: say what there is to say of the configuration, and start nothing. */
export type DaemonInvocation =
  | Invocation<CommandLine>
  | { readonly kind: "check"; readonly commandLine: CommandLine };

const CHECK = "check";

export const NO_COMMAND_LINE: CommandLine = {
  configuration: null,
  nodaemon: null,
  silent: null,
  user: null,
  umask: null,
  directory: null,
  logfile: null,
  logfileMaxbytes: null,
  logfileBackups: null,
  loglevel: null,
  pidfile: null,
  identifier: null,
  childlogdir: null,
  nocleanup: null,
  minfds: null,
  stripAnsi: null,
  minprocs: null,
  profileOptions: null,
};

/** One option of a command: a flag without a datatype, an action without a field. */
export interface Switch<K extends string> {
  /** A letter, or none. */
  readonly short: string;
  readonly long: string;
  readonly field: K | "help" | "version";
  /** Null: a flag. */
  readonly value: { readonly datatype: Datatype<unknown>; readonly shown: string } | null;
  readonly doc: string;
}

/**
 * A switch without a value: given, it sets its field to true; `help` and `version` end the reading. `short` may be
 * empty.
 */
export function flag<K extends string>(
  short: string,
  long: string,
  field: K | "help" | "version",
  doc: string,
) {
  return { short, long, field, value: null, doc } satisfies Switch<K>;
}

/** A switch with a value, which `datatype` reads; `shown` stands for the value in the help. `short` may be empty. */
export function valued<K extends string>(
  short: string,
  long: string,
  field: K,
  datatype: Datatype<unknown>,
  shown: string,
  doc: string,
): Switch<K> {
  return { short, long, field, value: { datatype, shown }, doc };
}

/** In the order of the help; supervisord -h, the reference and the completion are made from it. */
export const DAEMON_SWITCHES: readonly Switch<keyof CommandLine>[] = [
  valued("c", "configuration", "configuration", text, "FILE", "read this file instead of searching for one"),
  flag("n", "nodaemon", "nodaemon", "stay in the foreground"),
  flag("s", "silent", "silent", "in the foreground, keep the log off standard output"),
  flag("h", "help", "help", "print this text"),
  flag("v", "version", "version", "print the version"),
  valued("u", "user", "user", text, "USER", "become this user, by name or uid"),
  valued("m", "umask", "umask", octal, "OCTAL", "use this umask as a daemon (022)"),
  valued("d", "directory", "directory", existingDirectory, "DIR", "change to this directory as a daemon"),
  valued("l", "logfile", "logfile", existingDirpath, "FILE", "write the activity log here"),
  valued("y", "logfile_maxbytes", "logfileMaxbytes", byteSize, "SIZE", "rotate it at this size (50MB)"),
  valued("z", "logfile_backups", "logfileBackups", integer, "N", "rotated files to keep (10)"),
  valued(
    "e",
    "loglevel",
    "loglevel",
    logLevel,
    "LEVEL",
    "log this level and above: blather trace debug info warn ...",
  ),
  valued("j", "pidfile", "pidfile", existingDirpath, "FILE", "write the pid here"),
  valued("i", "identifier", "identifier", text, "NAME", "name of this instance (supervisor)"),
  valued("q", "childlogdir", "childlogdir", existingDirectory, "DIR", "put AUTO logs here"),
  flag("k", "nocleanup", "nocleanup", "keep AUTO logs of earlier runs"),
  valued("a", "minfds", "minfds", integer, "N", "require at least N open files (1024)"),
  flag("t", "strip_ansi", "stripAnsi", "remove escape sequences from what programs write"),
  valued("", "minprocs", "minprocs", integer, "N", "require at least N processes (200)"),
  valued("", "profile_options", "profileOptions", list, "LIST", "accepted for compatibility, without effect"),
];

/** What the original does not have; not to be abbreviated. */
const CHECK_HELP = `      --${CHECK.padEnd(24)} say what is wrong with the configuration, and start nothing\n`;

/** The help text of a command, one line for each of its switches. */
export function helpText(usage: string, switches: readonly Switch<string>[]): string {
  const rows = switches.map(({ short, long, value, doc }) => {
    const names = short === "" ? `    --${long}` : `-${short}, --${long}`;
    return `  ${(value === null ? names : `${names} ${value.shown}`).padEnd(30)} ${doc}`;
  });
  return `${usage}\n\nOptions:\n${rows.join("\n")}\n`;
}

/** What reading switches gives: the values by field, the words behind them, or the first request to print something. */
export interface Switches {
  readonly print: "help" | "version" | null;
  readonly values: ReadonlyMap<string, unknown>;
  readonly rest: readonly string[];
}

/**
 * Reads a command line by its switches. `-?` is `-h`.
 * @throws {ConfigError} with the original's text for an unknown, repeated or ill-valued option.
 */
export function readSwitches(
  host: ConfigHost,
  argv: readonly string[],
  switches: readonly Switch<string>[],
  positional: boolean,
  exact: readonly string[] = [],
): Switches {
  const spelled = (kind: "short" | "long", end: string) =>
    switches.filter((one) => one[kind] !== "").map((one) => one[kind] + (one.value === null ? "" : end));
  const { options, rest } = getopt(argv, {
    short: ["?", ...spelled("short", ":")],
    long: spelled("long", "="),
    exact,
  });
  if (rest.length > 0 && !positional) {
    throw new ConfigError(`positional arguments are not supported: ${reprList(rest)}`);
  }
  const values = new Map<string, unknown>();
  for (const [option, given] of options) {
    const found = switches.find(
      ({ short, long }) => option === `--${long}` || (short !== "" && option === `-${short}`),
    );
    if (found === undefined && exact.includes(option.slice(2))) {
      values.set(option.slice(2), true);
      continue;
    }
    if (found === undefined || found.field === "help") return { print: "help", values, rest };
    if (found.field === "version") return { print: "version", values, rest };
    const value = found.value === null ? true : convert(host, found.value.datatype, option, given);
    if (values.has(found.field)) throw new ConfigError(`conflicting command line option ${pyrepr(option)}`);
    values.set(found.field, value);
  }
  return { print: null, values, rest };
}

function convert(host: ConfigHost, datatype: Datatype<unknown>, option: string, value: string): unknown {
  try {
    return datatype.read(value, host);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`invalid value for ${option} ${pyrepr(value)}: ${error.message}`);
  }
}

/**
 * supervisord's command line; `argv` without the command's own name.
 * @throws {ConfigError} for a usage error: print usageText(message, argv0) to standard error, exit with 2.
 */
export function parseDaemonCommandLine(host: ConfigHost, argv: readonly string[]): DaemonInvocation {
  const { print, values: given } = readSwitches(host, argv, DAEMON_SWITCHES, false, [CHECK]);
  if (print === "version") return { kind: "version", text: `${SUPERVISOR_VERSION}\n` };
  if (print === "help") {
    const usage = `supervisord: run programs, and keep them running.\n\nUsage: ${host.argv0} [options]`;
    return { kind: "help", text: helpText(usage, DAEMON_SWITCHES) + CHECK_HELP };
  }
  const { [CHECK]: check = false, ...values } = Object.fromEntries(given);
  return { kind: check === true ? "check" : "run", commandLine: { ...NO_COMMAND_LINE, ...values } };
}
