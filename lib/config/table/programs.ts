/** The options of [program:x], [fcgi-program:x], [eventlistener:x] and [group:x] (supervisor.md section 3.5). */
import {
  autorestart,
  boolean,
  byteSize,
  exitcodes,
  integer,
  list,
  octal,
  signal,
  text,
} from "../datatypes.ts";
import { logfile, owner, user } from "../host-datatypes.ts";
import { defaulted, optional, required } from "./row.ts";

/** The options of one output channel, by the part of their name behind `stdout_` or `stderr_`. */
const channelRows = (name: "stdout" | "stderr", output: string, suffix: string) => ({
  logfile: defaulted(`${name}_logfile`, logfile, "AUTO", {
    scope: "process",
    doc: `File for ${output}; AUTO makes one up, NONE keeps nothing`,
    example: `/tmp/%(program_name)s.${suffix}`,
  }),
  logfile_maxbytes: defaulted(`${name}_logfile_maxbytes`, byteSize, "50MB", {
    scope: "process",
    doc: `Size at which the file for ${output} is rotated; 0 never rotates it`,
  }),
  logfile_backups: defaulted(`${name}_logfile_backups`, integer, "10", {
    scope: "process",
    doc: "How many rotated files are kept; 0 keeps none",
  }),
  capture_maxbytes: defaulted(`${name}_capture_maxbytes`, byteSize, "0", {
    scope: "program",
    doc: `Most bytes captured between the capture tags on ${output}; 0 captures nothing`,
  }),
  events_enabled: defaulted(`${name}_events_enabled`, boolean, "false", {
    scope: "program",
    doc: `Send PROCESS_LOG_${name.toUpperCase()} events for what is written to ${output}`,
    since: "3.0a7",
  }),
  syslog: defaulted(`${name}_syslog`, boolean, "false", {
    scope: "process",
    doc: `Send ${output} to syslog too, with the name of the process`,
    since: "4.0.0",
  }),
});

export const CHANNEL = {
  stdout: channelRows("stdout", "standard output", "log"),
  stderr: channelRows("stderr", "standard error", "err"),
};

export const PROGRAM = {
  command: required("command", text, (section) => `program section ${section} does not specify a command`, {
    scope: "process",
    doc: "What to run: a path, or a name looked up in PATH, and its arguments; no shell is involved",
    example: "/bin/cat",
  }),
  process_name: defaulted("process_name", text, "%(program_name)s", {
    scope: "process",
    doc: "Name of the process; with numprocs above 1 it must hold %(process_num)",
  }),
  numprocs: defaulted("numprocs", integer, "1", {
    scope: "program",
    doc: "How many processes to make of this section",
  }),
  numprocs_start: defaulted("numprocs_start", integer, "0", {
    scope: "program",
    doc: "The first process_num",
  }),
  priority: defaulted("priority", integer, "999", {
    scope: "here",
    doc: "Lower numbers start first and stop last",
  }),
  autostart: defaulted("autostart", boolean, "true", {
    scope: "program",
    doc: "Start when supervisord starts",
  }),
  startsecs: defaulted("startsecs", integer, "1", {
    scope: "program",
    doc: "Seconds it must stay up to count as running",
  }),
  startretries: defaulted("startretries", integer, "3", {
    scope: "program",
    doc: "Failed starts in a row, after the first, before supervisord gives up",
  }),
  autorestart: defaulted("autorestart", autorestart, "unexpected", {
    scope: "program",
    doc: "Restart when it exits: true, false, or unexpected (with an exit code not in exitcodes)",
  }),
  exitcodes: defaulted("exitcodes", exitcodes, "0", {
    scope: "program",
    doc: "The exit codes that are expected",
  }),
  stopsignal: defaulted("stopsignal", signal, "TERM", {
    scope: "program",
    doc: "Signal that asks it to stop",
  }),
  stopwaitsecs: defaulted("stopwaitsecs", integer, "10", {
    scope: "program",
    doc: "Seconds to wait after that signal before it is killed",
  }),
  stopasgroup: defaulted("stopasgroup", boolean, "false", {
    scope: "program",
    doc: "Send the stop signal to its whole process group",
    since: "3.0b1",
  }),
  killasgroup: optional("killasgroup", boolean, {
    scope: "program",
    doc: "Kill its whole process group",
    defaultText: "as stopasgroup",
    since: "3.0a11",
    example: "false",
  }),
  user: optional("user", user, {
    scope: "program",
    doc: "User to run it as",
    defaultText: "the user that supervisord runs as",
    example: "root",
  }),
  redirect_stderr: defaulted("redirect_stderr", boolean, "false", {
    scope: "program",
    doc: "Treat its standard error as standard output",
  }),
  stdout_logfile: CHANNEL.stdout.logfile,
  stdout_logfile_maxbytes: CHANNEL.stdout.logfile_maxbytes,
  stdout_logfile_backups: CHANNEL.stdout.logfile_backups,
  stdout_capture_maxbytes: CHANNEL.stdout.capture_maxbytes,
  stdout_events_enabled: CHANNEL.stdout.events_enabled,
  stdout_syslog: CHANNEL.stdout.syslog,
  stderr_logfile: CHANNEL.stderr.logfile,
  stderr_logfile_maxbytes: CHANNEL.stderr.logfile_maxbytes,
  stderr_logfile_backups: CHANNEL.stderr.logfile_backups,
  stderr_capture_maxbytes: CHANNEL.stderr.capture_maxbytes,
  stderr_events_enabled: CHANNEL.stderr.events_enabled,
  stderr_syslog: CHANNEL.stderr.syslog,
  environment: defaulted("environment", text, "", {
    scope: "process",
    doc: 'Variables for it: KEY="value",KEY2="value2"; its later options may use them',
    example: 'A="1",B="2"',
  }),
  directory: optional("directory", text, {
    scope: "process",
    doc: "Directory to change to before it is run",
    example: "/tmp",
  }),
  umask: optional("umask", octal, {
    scope: "program",
    doc: "Umask of the process",
    defaultText: "that of supervisord",
    example: "022",
  }),
  serverurl: optional("serverurl", text, {
    scope: "program",
    doc: "SUPERVISOR_SERVER_URL for it; AUTO, or nothing to leave the variable out",
    defaultText: "AUTO",
    example: "AUTO",
  }),
};

export const FCGI = {
  socket: required("socket", text, (section) => `[${section}] section requires a "socket" line`, {
    scope: "socket",
    doc: "Socket that its processes accept from: tcp://host:port or unix:///path",
    example: "unix:///tmp/%(program_name)s.sock",
  }),
  socket_backlog: optional("socket_backlog", integer, {
    scope: "here",
    doc: "Length of the socket's queue, 1 to 65535",
    since: "3.4.0",
    defaultText: "the system's maximum",
    example: "128",
  }),
  socket_owner: optional("socket_owner", owner, {
    scope: "here",
    doc: "Owner of a unix socket, user or user:group",
    defaultText: "the user of the program",
    example: "root:root",
    complaint: (value) => `Invalid socket_owner value ${value}`,
  }),
  socket_mode: optional("socket_mode", octal, {
    scope: "here",
    doc: "Mode of a unix socket",
    defaultText: "0700",
    example: "0700",
    complaint: (value) => `Invalid socket_mode value ${value}`,
  }),
};

/** Read once more with fewer names than other programs' user: the socket's owner comes from it. */
export const FCGI_USER = { ...PROGRAM.user, scope: "here" } as const;

export const LISTENER = {
  events: required("events", list, (section) => `[${section}] section requires an "events" line`, {
    scope: "here",
    doc: "Event types to receive, with commas between them",
    example: "PROCESS_STATE",
  }),
  buffer_size: defaulted("buffer_size", integer, "10", {
    scope: "here",
    doc: "How many events wait for a listener that is busy",
  }),
  result_handler: defaulted("result_handler", text, "supervisor.dispatchers:default_handler", {
    scope: "here",
    doc: "What judges a listener's results, module:name",
  }),
  priority: defaulted("priority", integer, "-1", {
    scope: "here",
    doc: "Lower numbers start first and stop last",
  }),
  redirect_stderr: defaulted("redirect_stderr", boolean, "false", {
    scope: "here",
    doc: "Must stay false: standard output belongs to the event protocol",
  }),
};

export const GROUP = {
  programs: optional("programs", list, {
    scope: "here",
    doc: "The programs that make up the group, with commas between them",
    example: "theprogramname",
  }),
  priority: defaulted("priority", integer, "999", {
    scope: "here",
    doc: "Lower numbers start first and stop last",
  }),
};
