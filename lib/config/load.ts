/** A whole configuration from a command line: the file, what it includes, and the command line on top. */
import type { Config, DaemonSpec } from "../model/spec.ts";
import type { CommandLine } from "./command-line.ts";
import {
  findOnSearchPath,
  type IncludeMessages,
  readIncludes,
  readMainFile,
  searchPath,
} from "./config-file.ts";
import { ConfigError } from "./errors.ts";
import type { ConfigHost } from "./host.ts";
import { user as userDatatype } from "./host-datatypes.ts";
import { absolutePath, normalizePath } from "./posixpath.ts";
import { type DaemonSection, readDaemonSection } from "./read-daemon.ts";
import { readGroups } from "./read-groups.ts";
import { readRpcInterfaces } from "./read-plugins.ts";
import { defaultServerUrl, readServers } from "./read-servers.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { DAEMON } from "./table/daemon.ts";

/**
 * The command line with the configuration file that the search finds, so that later readings read the same file.
 * @throws {ConfigError} when there is none.
 */
export function pinConfiguration(host: ConfigHost, commandLine: CommandLine): CommandLine {
  if (commandLine.configuration !== null) return commandLine;
  const configuration = findOnSearchPath(host);
  if (configuration !== null) return { ...commandLine, configuration };
  throw new ConfigError(
    `No config file found at default paths (${searchPath(host).join(", ")}); use the -c option to specify a config file at a different path`,
  );
}

/** What the original warns of on standard error: as root, searching for a file is asking for trouble. Null: nothing. */
export function searchWarning(host: ConfigHost, commandLine: CommandLine): string | null {
  if (host.uid !== 0 || commandLine.configuration !== null) return null;
  return 'Supervisord is running as root and it is searching for its configuration file in default locations (including its current working directory); you probably want to specify a "-c" argument specifying an absolute path to a configuration file for improved security.';
}

/** The sections of the main file and all it includes. */
export interface Reading {
  readonly source: Source;
  readonly messages: IncludeMessages;
}

/** @throws {ConfigError} when a file is missing, unreadable or malformed. */
export function readSections(
  host: ConfigHost,
  commandLine: CommandLine,
  remembered: ReadonlyMap<string, string> = new Map(),
): Reading {
  const file = pinConfiguration(host, commandLine).configuration ?? "";
  const source = readMainFile(host, file);
  source.environment.add(remembered);
  const messages = readIncludes(source);
  if (source.ini.has("supervisord")) return { source, messages };
  throw new ConfigError(".ini file does not include supervisord section", { file });
}

/**
 * Reads and validates everything: at start, at reread and at reload alike. Command line wins over file, file over default.
 * @param remembered variables of [supervisord] environment= that earlier readings saw: as in the original, their
 *   ENV_ names go on being known.
 * @throws {ConfigError} with the original's text; what CANT_REREAD answers.
 */
export function loadConfig(
  host: ConfigHost,
  commandLine: CommandLine,
  remembered: ReadonlyMap<string, string> = new Map(),
): Config {
  return configOf(readSections(host, commandLine, remembered), commandLine);
}

/** What the sections say, validated. @throws {ConfigError} as {@link loadConfig}. */
export function configOf({ source, messages }: Reading, commandLine: CommandLine): Config {
  const { host } = source;
  const section = readDaemonSection(source);
  source.environment.add(section.environment);
  const rpcInterfaces = readRpcInterfaces(source);
  const warnings = [...messages.warn];
  const groups = readGroups(source, {
    daemonEnvironment: section.environment,
    warn: (message) => warnings.push(message),
  });
  const servers = readServers(source);
  const reader = new SectionReader(source, "supervisord");
  return deepFreeze<Config>({
    file: absolutePath(host, source.file),
    daemon: reader.located(DAEMON.user, () => daemonSpec(host, section, commandLine)),
    groups,
    servers,
    rpcInterfaces,
    serverurl: defaultServerUrl(servers),
    messages: { critical: [], warn: warnings, info: messages.info },
  });
}

function daemonSpec(host: ConfigHost, file: DaemonSection, line: CommandLine): DaemonSpec {
  const user = line.user ?? file.user;
  const uid = user === null ? null : userDatatype.read(user, host);
  const logfile = line.logfile || file.logfile;
  const directory = line.directory ?? file.directory;
  return {
    logfile: logfile === "syslog" ? { kind: "syslog" } : { kind: "file", path: normalizePath(host, logfile) },
    logfileMaxbytes: line.logfileMaxbytes ?? file.logfileMaxbytes,
    logfileBackups: line.logfileBackups ?? file.logfileBackups,
    loglevel: line.loglevel ?? file.loglevel,
    pidfile: normalizePath(host, line.pidfile || file.pidfile),
    umask: line.umask ?? file.umask,
    nodaemon: line.nodaemon ?? file.nodaemon,
    silent: line.silent ?? file.silent,
    minfds: line.minfds ?? file.minfds,
    minprocs: line.minprocs ?? file.minprocs,
    nocleanup: line.nocleanup ?? file.nocleanup,
    childlogdir: absolutePath(host, line.childlogdir ?? file.childlogdir ?? host.tempDirectory),
    uid,
    gid: uid === null ? null : (host.userById(uid)?.gid ?? null),
    directory: directory === null ? null : absolutePath(host, directory),
    stripAnsi: line.stripAnsi ?? file.stripAnsi,
    identifier: line.identifier ?? file.identifier,
    environment: file.environment,
  };
}

/** Records and lists all the way down; maps are read-only by type. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof Map || Object.isFrozen(value))
    return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
