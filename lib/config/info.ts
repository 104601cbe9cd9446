/** What getAllConfigInfo tells of a process (supervisor.md section 1.9). */
import type { GroupSpec, LogTarget, ProcessSpec } from "../model/spec.ts";

/** Whole numbers are wire integers: what is out of their range is the encoder's concern. */
export type InfoValue = string | number | boolean | readonly number[];
export type InfoPair = readonly [key: string, value: InfoValue];

/**
 * `autorestart` came with the level after 4.3.0, which sends false, the text `unexpected`, and dies on true. Here `always` is
 * the boolean true: the one value of that type's other half, and what a client that tests the value for truth expects.
 */
const AUTORESTART = { always: true, never: false, unexpected: "unexpected" } as const;

const logName = (log: LogTarget): string => (log.kind === "file" ? log.path : log.kind);

/** The struct's members in the original's order, with its types. `inUse`: a group of this name is active. */
export function configInfo(group: GroupSpec, process: ProcessSpec, inUse: boolean): InfoPair[] {
  const { stdout, stderr, serverurl } = process;
  return [
    ["autostart", process.autostart],
    ["autorestart", AUTORESTART[process.autorestart]],
    ["directory", process.directory ?? "none"],
    ["uid", process.uid ?? "none"],
    ["command", process.command],
    ["exitcodes", process.exitcodes],
    ["group", group.name],
    ["group_prio", group.priority],
    ["inuse", inUse],
    ["killasgroup", process.killasgroup],
    ["name", process.name],
    ["process_prio", process.priority],
    ["redirect_stderr", process.redirectStderr],
    ["startretries", process.startretries],
    ["startsecs", process.startsecs],
    ["stdout_capture_maxbytes", stdout.captureMaxbytes],
    ["stdout_events_enabled", stdout.eventsEnabled],
    ["stdout_logfile", logName(stdout.logfile)],
    ["stdout_logfile_backups", stdout.backups],
    ["stdout_logfile_maxbytes", stdout.maxbytes],
    ["stdout_syslog", stdout.syslog],
    ["stopsignal", process.stopsignal],
    ["stopwaitsecs", process.stopwaitsecs],
    ["stderr_capture_maxbytes", stderr.captureMaxbytes],
    ["stderr_events_enabled", stderr.eventsEnabled],
    ["stderr_logfile", logName(stderr.logfile)],
    ["stderr_logfile_backups", stderr.backups],
    ["stderr_logfile_maxbytes", stderr.maxbytes],
    ["stderr_syslog", stderr.syslog],
    ["serverurl", serverurl.kind === "url" ? serverurl.url : serverurl.kind === "auto" ? "none" : ""],
  ];
}
