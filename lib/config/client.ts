/** What supervisorctl knows before it connects: its command line and [supervisorctl] (supervisor.md sections 3.2, 3.6, 8.1). */
import { flag, helpText, type Invocation, readSwitches, type Switch, valued } from "./command-line.ts";
import { findOnSearchPath, readMainFile } from "./config-file.ts";
import { text, url } from "./datatypes.ts";
import { ConfigError } from "./errors.ts";
import type { ConfigHost } from "./host.ts";
import { normalizePath } from "./posixpath.ts";
import { type PluginSpec, readCtlPlugins } from "./read-plugins.ts";
import { SectionReader } from "./section-reader.ts";
import { CLIENT } from "./table/client.ts";

/** What the command line says; null where it says nothing. */
export interface ClientCommandLine {
  readonly configuration: string | null;
  readonly interactive: boolean;
  readonly serverurl: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly historyFile: string | null;
  /** The action and its arguments. */
  readonly words: readonly string[];
}

/** File and command line made one. */
export interface ClientConfig {
  /** As given or found; null: no file, defaults only. */
  readonly file: string | null;
  readonly serverurl: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly prompt: string;
  /** An absolute path. */
  readonly historyFile: string | null;
  /** Asked for, or for want of an action. */
  readonly interactive: boolean;
  readonly words: readonly string[];
  /** The [ctlplugin:x] sections. */
  readonly plugins: readonly PluginSpec[];
}

type Field = Exclude<keyof ClientCommandLine, "words">;

export const CLIENT_SWITCHES: readonly Switch<Field>[] = [
  valued("c", "configuration", "configuration", text, "FILE", "read this file instead of searching for one"),
  flag("h", "help", "help", "print this text"),
  flag(
    "i",
    "interactive",
    "interactive",
    "ask before what cannot be undone; at a terminal, stay in the shell after the action",
  ),
  valued("s", "serverurl", "serverurl", url, "URL", "where supervisord listens (http://localhost:9001)"),
  valued("u", "username", "username", text, "NAME", "user name to give to supervisord"),
  valued("p", "password", "password", text, "WORD", "password to give to supervisord"),
  valued("r", "history_file", "historyFile", text, "FILE", "keep the interactive history here"),
];

/**
 * supervisorctl's command line; `argv` without the command's own name.
 * @throws {ConfigError} for a usage error: print usageText(message, argv0) to standard error, exit with 2.
 */
export function parseClientCommandLine(
  host: ConfigHost,
  argv: readonly string[],
): Invocation<ClientCommandLine> {
  const { print, values, rest } = readSwitches(host, argv, CLIENT_SWITCHES, true);
  if (print !== null) {
    const usage = `supervisorctl: show and control what supervisord runs.\n\nUsage: ${host.argv0} [options] [action [arguments]]`;
    const actions = "\nWithout an action it opens a shell that reads actions; the action help lists them.\n";
    return { kind: "help", text: helpText(usage, CLIENT_SWITCHES) + actions };
  }
  const given = (field: Field): string | null => {
    const value = values.get(field);
    return typeof value === "string" ? value : null;
  };
  const commandLine: ClientCommandLine = {
    configuration: given("configuration"),
    interactive: values.has("interactive"),
    serverurl: given("serverurl"),
    username: given("username"),
    password: given("password"),
    historyFile: given("historyFile"),
    words: rest,
  };
  return { kind: "run", commandLine };
}

/**
 * Command line over file over default. Without -c and without a file on the search path, the defaults do.
 * @throws {ConfigError} when a file is there and cannot be used, or -c names none.
 */
export function readClientConfig(host: ConfigHost, commandLine: ClientCommandLine): ClientConfig {
  const file = commandLine.configuration ?? findOnSearchPath(host);
  const section = file === null ? NO_SECTION : readSection(host, file);
  const historyFile = commandLine.historyFile ?? section.historyFile;
  return {
    file,
    serverurl: commandLine.serverurl ?? section.serverurl,
    username: commandLine.username ?? section.username,
    password: commandLine.password ?? section.password,
    prompt: section.prompt,
    historyFile: historyFile ? normalizePath(host, historyFile) : null,
    interactive: commandLine.interactive || commandLine.words.length === 0,
    words: commandLine.words,
    plugins: section.plugins,
  };
}

type ClientSection = Pick<
  ClientConfig,
  "serverurl" | "username" | "password" | "prompt" | "historyFile" | "plugins"
>;

const NO_SECTION: ClientSection = {
  serverurl: CLIENT.serverurl.defaultValue ?? "",
  username: null,
  password: null,
  prompt: CLIENT.prompt.defaultValue ?? "",
  historyFile: null,
  plugins: [],
};

/** The sections of the main file alone: supervisorctl follows no [include]. */
function readSection(host: ConfigHost, file: string): ClientSection {
  const source = readMainFile(host, file);
  if (!source.ini.has("supervisorctl")) {
    throw new ConfigError(".ini file does not include supervisorctl section", { file });
  }
  const here = new Map([["here", source.here]]);
  const reader = new SectionReader(source, "supervisorctl", { here });
  const serverurl = reader.get(CLIENT.serverurl);
  return {
    serverurl: serverurl.startsWith("unix://")
      ? `unix://${normalizePath(host, serverurl.slice("unix://".length))}`
      : serverurl,
    prompt: reader.get(CLIENT.prompt),
    username: reader.get(CLIENT.username),
    password: reader.get(CLIENT.password),
    historyFile: reader.get(CLIENT.history_file),
    plugins: readCtlPlugins(source),
  };
}
