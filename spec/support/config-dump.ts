/** Our configurations in the form in which the oracle dumps its own. */
import { parseClientCommandLine, readClientConfig } from "../../lib/config/client.ts";
import { parseDaemonCommandLine } from "../../lib/config/command-line.ts";
import { ConfigError, usageText } from "../../lib/config/errors.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import { loadConfig } from "../../lib/config/load.ts";
import type { FcgiSocketSpec, GroupSpec, LogTarget, ProcessSpec, ServerSpec } from "../../lib/model/spec.ts";

const LEVELS = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };
const AUTORESTART = {
  always: "RestartUnconditionally",
  never: false,
  unexpected: "RestartWhenExitUnexpected",
};

function logName(log: LogTarget): string | null {
  if (log.kind === "file") return log.path;
  return log.kind === "auto" ? "Automatic" : null;
}

function dumpProcess(spec: ProcessSpec, kind: string) {
  const { stdout, stderr, serverurl } = spec;
  return {
    name: spec.name,
    command: spec.command,
    directory: spec.directory,
    umask: spec.umask,
    priority: spec.priority,
    autostart: spec.autostart,
    startsecs: spec.startsecs,
    startretries: spec.startretries,
    uid: spec.uid,
    stdout_capture_maxbytes: stdout.captureMaxbytes,
    stdout_events_enabled: stdout.eventsEnabled,
    stdout_syslog: stdout.syslog,
    stdout_logfile_backups: stdout.backups,
    stdout_logfile_maxbytes: stdout.maxbytes,
    stderr_capture_maxbytes: stderr.captureMaxbytes,
    stderr_events_enabled: stderr.eventsEnabled,
    stderr_syslog: stderr.syslog,
    stderr_logfile_backups: stderr.backups,
    stderr_logfile_maxbytes: stderr.maxbytes,
    stopwaitsecs: spec.stopwaitsecs,
    stopasgroup: spec.stopasgroup,
    killasgroup: spec.killasgroup,
    exitcodes: spec.exitcodes,
    redirect_stderr: spec.redirectStderr,
    environment: Object.fromEntries(spec.environment),
    serverurl: serverurl.kind === "url" ? serverurl.url : serverurl.kind === "none" ? "" : null,
    stopsignal: spec.stopsignal,
    autorestart: AUTORESTART[spec.autorestart],
    stdout_logfile: logName(stdout.logfile),
    stderr_logfile: logName(stderr.logfile),
    kind,
  };
}

function dumpSocket(socket: FcgiSocketSpec) {
  const { url, backlog } = socket;
  if (socket.kind === "tcp") return { url, backlog };
  const owner = socket.owner === null ? null : [socket.owner.uid, socket.owner.gid];
  return { url, backlog, mode: socket.mode, owner };
}

function dumpGroup(group: GroupSpec) {
  const { name, priority } = group;
  const processes = (kind: string) => group.processes.map((one) => dumpProcess(one, kind));
  if (group.kind === "eventlistener") {
    return {
      kind: "EventListenerPoolConfig",
      name,
      priority,
      processes: processes("EventListenerConfig"),
      buffer_size: group.bufferSize,
      result_handler: group.resultHandler,
      events: [...group.events].sort(),
    };
  }
  if (group.fcgiSocket === null) {
    // The original runs a FastCGI program in a group as an ordinary one.
    return { kind: "ProcessGroupConfig", name, priority, processes: processes("ProcessConfig") };
  }
  const socket = dumpSocket(group.fcgiSocket);
  return { kind: "FastCGIGroupConfig", name, priority, processes: processes("FastCGIProcessConfig"), socket };
}

function dumpServer(server: ServerSpec) {
  const { section, username, password } = server;
  if (server.kind === "inet") {
    return { family: 2, section, username, password, host: server.host, port: server.port };
  }
  const { file, mode, uid, gid } = server;
  return { family: 1, section, username, password, file, chmod: mode, chown: [uid, gid] };
}

/** What a usage error looks like from outside. */
function ending(host: ConfigHost, error: unknown) {
  if (!(error instanceof ConfigError)) throw error;
  return { exit: 2, stdout: "", stderr: usageText(error.message, host.argv0) };
}

/** supervisord's command line and file, as the oracle's `config` answers. */
export function dumpConfig(host: ConfigHost, argv: readonly string[]): unknown {
  try {
    const invocation = parseDaemonCommandLine(host, argv);
    if (invocation.kind !== "run") return { exit: 0, stdout: invocation.kind, stderr: "" };
    const { daemon, groups, servers, rpcInterfaces, serverurl, messages } = loadConfig(
      host,
      invocation.commandLine,
    );
    return {
      daemon: {
        logfile: daemon.logfile.kind === "file" ? daemon.logfile.path : "syslog",
        logfile_maxbytes: daemon.logfileMaxbytes,
        logfile_backups: daemon.logfileBackups,
        loglevel: LEVELS[daemon.loglevel],
        pidfile: daemon.pidfile,
        umask: daemon.umask,
        nodaemon: daemon.nodaemon,
        silent: daemon.silent,
        minfds: daemon.minfds,
        minprocs: daemon.minprocs,
        nocleanup: daemon.nocleanup,
        childlogdir: daemon.childlogdir,
        uid: daemon.uid,
        gid: daemon.gid,
        directory: daemon.directory,
        strip_ansi: daemon.stripAnsi,
        identifier: daemon.identifier,
      },
      environment: Object.fromEntries(daemon.environment),
      groups: groups.map(dumpGroup),
      servers: servers.map(dumpServer),
      rpc: rpcInterfaces.map(({ name, factory, extras }) => [name, factory, Object.fromEntries(extras)]),
      serverurl,
      warn: messages.warn,
      info: messages.info,
    };
  } catch (error) {
    return ending(host, error);
  }
}

/** supervisorctl's command line and file, as the oracle's `client` answers. */
export function dumpClient(host: ConfigHost, argv: readonly string[]): unknown {
  try {
    const invocation = parseClientCommandLine(host, argv);
    if (invocation.kind !== "run") return { exit: 0, stdout: invocation.kind, stderr: "" };
    const config = readClientConfig(host, invocation.commandLine);
    return {
      serverurl: config.serverurl,
      username: config.username,
      password: config.password,
      prompt: config.prompt,
      history_file: config.historyFile,
      interactive: config.interactive,
      args: config.words,
      plugins: config.plugins.map(({ name, factory, extras }) => [name, factory, Object.fromEntries(extras)]),
    };
  } catch (error) {
    return ending(host, error);
  }
}

const record = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

/** The oracle's answer where only the spelling differs from ours: truth as 0 and 1, paths as written, help and version texts. */
export function normalise(answer: unknown): unknown {
  const given = record(answer);
  if (given["exit"] === 0) return { ...given, stdout: given["stdout"] === "HELP\n" ? "help" : "version" };
  if (given["exit"] !== undefined || given["daemon"] === undefined) return given;
  const daemon = record(given["daemon"]);
  const flags = ["nodaemon", "silent", "nocleanup", "strip_ansi"].map((name) => [
    name,
    Boolean(daemon[name]),
  ]);
  const paths = ["childlogdir", "directory"].map((name) => [name, absolute(daemon[name])]);
  const groups = (given["groups"] as Record<string, unknown>[]).map(normaliseGroup);
  return { ...given, groups, daemon: { ...daemon, ...Object.fromEntries([...flags, ...paths]) } };
}

/** A log without a name is no log to either, and is shown as none by ours. */
function normaliseGroup(group: Record<string, unknown>): unknown {
  const processes = (group["processes"] as Record<string, unknown>[]).map((one) => ({
    ...one,
    stdout_logfile: one["stdout_logfile"] || null,
    stderr_logfile: one["stderr_logfile"] || null,
  }));
  return { ...group, processes };
}

/** All paths that the specs give here are absolute but for trailing slashes. */
const absolute = (path: unknown): unknown =>
  typeof path === "string" && path.length > 1 ? path.replace(/\/+$/, "") : path;
