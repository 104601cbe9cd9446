/** The options of [supervisord] and [include] (supervisor.md section 3.5). */
import { boolean, byteSize, integer, logLevel, octal, text } from "../datatypes.ts";
import { existingDirectory, existingDirpath } from "../host-datatypes.ts";
import { defaulted, optional, required } from "./row.ts";

export const DAEMON = {
  logfile: defaulted("logfile", existingDirpath, "supervisord.log", {
    scope: "here",
    doc: "The activity log of supervisord itself; the word syslog sends it to syslog",
    example: "/tmp/supervisord.log",
  }),
  logfile_maxbytes: defaulted("logfile_maxbytes", byteSize, "50MB", {
    scope: "here",
    doc: "Size at which the activity log is rotated; 0 never rotates it",
  }),
  logfile_backups: defaulted("logfile_backups", integer, "10", {
    scope: "here",
    doc: "How many rotated activity logs are kept; 0 keeps none",
  }),
  loglevel: defaulted("loglevel", logLevel, "info", {
    scope: "here",
    doc: "Least severity that is logged: critical, error, warn, info, debug, trace or blather",
  }),
  pidfile: defaulted("pidfile", existingDirpath, "supervisord.pid", {
    scope: "here",
    doc: "File that holds the pid of supervisord while it runs",
    example: "/tmp/supervisord.pid",
  }),
  umask: defaulted("umask", octal, "022", {
    scope: "here",
    doc: "Umask of supervisord once it has become a daemon",
  }),
  nodaemon: defaulted("nodaemon", boolean, "false", {
    scope: "here",
    doc: "Stay in the foreground, and log to standard output too",
  }),
  silent: defaulted("silent", boolean, "false", {
    scope: "here",
    doc: "In the foreground, keep the log off standard output",
    since: "4.2.0",
  }),
  minfds: defaulted("minfds", integer, "1024", {
    scope: "here",
    doc: "Open files that must be available: the limit is raised to it at start",
  }),
  minprocs: defaulted("minprocs", integer, "200", {
    scope: "here",
    doc: "Processes that must be available: the limit is raised to it at start",
  }),
  nocleanup: defaulted("nocleanup", boolean, "false", {
    scope: "here",
    doc: "Leave the AUTO logs of an earlier run where they are",
  }),
  childlogdir: optional("childlogdir", existingDirectory, {
    scope: "here",
    doc: "Directory of AUTO logs",
    defaultText: "the directory for temporary files",
    example: "/tmp",
  }),
  user: optional("user", text, {
    scope: "here",
    doc: "User that supervisord becomes right after its start as root",
    example: "root",
  }),
  directory: optional("directory", existingDirectory, {
    scope: "here",
    doc: "Directory that supervisord changes to when it becomes a daemon",
    example: "/tmp",
  }),
  strip_ansi: defaulted("strip_ansi", boolean, "false", {
    scope: "here",
    doc: "Take terminal escape sequences out of what programs write",
  }),
  environment: defaulted("environment", text, "", {
    scope: "node",
    doc: 'Variables for supervisord and all its programs: KEY="value",KEY2="value2"',
    example: 'KEY="value"',
  }),
  identifier: defaulted("identifier", text, "supervisor", {
    scope: "here",
    doc: "Name of this supervisord in AUTO log names and event headers",
  }),
};

export const INCLUDE = {
  files: required("files", text, () => ".ini file has [include] section, but no files setting", {
    scope: "node",
    doc: "Files to read after this one: patterns with * ? [], white space between them",
    example: "conf.d/*.conf",
  }),
};
