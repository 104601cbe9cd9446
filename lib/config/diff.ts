/** What changed between two readings of a configuration (supervisor.md section 4.5). */
import type {
  ChannelSpec,
  FcgiSocketSpec,
  GroupSpec,
  ListenerPoolSpec,
  LogTarget,
  ProcessSpec,
} from "../model/spec.ts";

export interface GroupDiff {
  /** From the new configuration. */
  readonly added: readonly GroupSpec[];
  /** From the new configuration. */
  readonly changed: readonly GroupSpec[];
  /** From the active one. */
  readonly removed: readonly GroupSpec[];
}

/** One option that differs. Values are shown as a file would write them; null: there is none. */
export interface OptionChange {
  /** `group:process`, or the group's name for an option of its own. */
  readonly subject: string;
  readonly option: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Where several groups of one name stand in a configuration, the first counts. */
function byName(groups: readonly GroupSpec[]): Map<string, GroupSpec> {
  const named = new Map<string, GroupSpec>();
  for (const group of groups) if (!named.has(group.name)) named.set(group.name, group);
  return named;
}

/** The groups to add, to replace and to remove, each in the order of its own list. */
export function diffGroups(active: readonly GroupSpec[], next: readonly GroupSpec[]): GroupDiff {
  const before = byName(active);
  const after = byName(next);
  const added: GroupSpec[] = [];
  const changed: GroupSpec[] = [];
  for (const group of after.values()) {
    const old = before.get(group.name);
    if (old === undefined) added.push(group);
    else if (!sameGroup(old, group)) changed.push(group);
  }
  return { added, changed, removed: [...before.values()].filter((group) => !after.has(group.name)) };
}

/** Whether an active group may stay as it is. Processes are compared in their order. */
export function sameGroup(before: GroupSpec, after: GroupSpec): boolean {
  return (
    before.kind === after.kind &&
    groupChanges(before, after).length === 0 &&
    before.processes.length === after.processes.length &&
    before.processes.every((process, at) => {
      const other = after.processes[at];
      return other?.name === process.name && processChanges("", process, other).length === 0;
    })
  );
}

/**
 * Names every option that differs, of groups in both and of processes by their names; a process in only one of the two shows
 * as `process` with its command.
 */
export function diffOptions(before: GroupSpec, after: GroupSpec): OptionChange[] {
  const changes = groupChanges(before, after);
  const old = new Map(before.processes.map((process) => [process.name, process]));
  for (const process of after.processes) {
    const subject = `${after.name}:${process.name}`;
    const other = old.get(process.name);
    old.delete(process.name);
    if (other !== undefined) changes.push(...processChanges(subject, other, process));
    else changes.push({ subject, option: "process", before: null, after: process.command });
  }
  for (const process of old.values()) {
    const subject = `${before.name}:${process.name}`;
    changes.push({ subject, option: "process", before: process.command, after: null });
  }
  return changes;
}

type Shown = readonly (readonly [option: string, value: string | null])[];

function compare(subject: string, before: Shown, after: Shown): OptionChange[] {
  const others = new Map(after);
  return before.flatMap(([option, value]) => {
    const other = others.get(option) ?? null;
    return value === other ? [] : [{ subject, option, before: value, after: other }];
  });
}

/** Of a socket, only its URL counts, as in the original. */
const socketUrl = (socket: FcgiSocketSpec | null): string | null => socket?.url ?? null;

function groupChanges(before: GroupSpec, after: GroupSpec): OptionChange[] {
  return compare(after.name, showGroup(before), showGroup(after));
}

function showGroup(group: GroupSpec): Shown {
  const priority = ["priority", String(group.priority)] as const;
  const kind = ["kind", group.kind] as const;
  return group.kind === "group"
    ? [kind, priority, ["socket", socketUrl(group.fcgiSocket)]]
    : [kind, priority, ...showPool(group)];
}

const showPool = (pool: ListenerPoolSpec): Shown => [
  ["buffer_size", String(pool.bufferSize)],
  ["events", [...pool.events].sort().join(",")],
  ["result_handler", pool.resultHandler],
];

function processChanges(subject: string, before: ProcessSpec, after: ProcessSpec): OptionChange[] {
  return compare(subject, showProcess(before), showProcess(after)).filter(({ option, after: value }) => {
    // A change to AUTO is no change: what is written to stays.
    return !(option.endsWith("_logfile") && value === "AUTO");
  });
}

const SHOWN_AUTORESTART = { always: "true", never: "false", unexpected: "unexpected" } as const;

const showOctal = (mode: number | null): string | null => (mode === null ? null : `0${mode.toString(8)}`);
const showNumber = (number: number | null): string | null => (number === null ? null : String(number));

/** All that makes two processes the same, by the names that the file has for it. */
export function showProcess(spec: ProcessSpec): Shown {
  return [
    ["user", showNumber(spec.uid)],
    ["command", spec.command],
    ["directory", spec.directory],
    ["umask", showOctal(spec.umask)],
    ["priority", String(spec.priority)],
    ["autostart", String(spec.autostart)],
    ["autorestart", SHOWN_AUTORESTART[spec.autorestart]],
    ["startsecs", String(spec.startsecs)],
    ["startretries", String(spec.startretries)],
    ...showChannel("stdout", spec.stdout),
    ...showChannel("stderr", spec.stderr),
    ["stopsignal", String(spec.stopsignal)],
    ["stopwaitsecs", String(spec.stopwaitsecs)],
    ["stopasgroup", String(spec.stopasgroup)],
    ["killasgroup", String(spec.killasgroup)],
    ["exitcodes", spec.exitcodes.join(",")],
    ["redirect_stderr", String(spec.redirectStderr)],
    ["environment", showEnvironment(spec.environment)],
    ["serverurl", showServerUrl(spec)],
    ["socket", socketUrl(spec.fcgiSocket)],
  ];
}

const showChannel = (name: "stdout" | "stderr", channel: ChannelSpec): Shown => [
  [`${name}_logfile`, showLog(channel.logfile)],
  [`${name}_logfile_maxbytes`, String(channel.maxbytes)],
  [`${name}_logfile_backups`, String(channel.backups)],
  [`${name}_capture_maxbytes`, String(channel.captureMaxbytes)],
  [`${name}_events_enabled`, String(channel.eventsEnabled)],
  [`${name}_syslog`, String(channel.syslog)],
];

const showLog = (log: LogTarget): string => (log.kind === "file" ? log.path : log.kind.toUpperCase());

const showServerUrl = ({ serverurl }: ProcessSpec): string =>
  serverurl.kind === "url" ? serverurl.url : serverurl.kind === "auto" ? "AUTO" : "";

/** Order does not count; values may hold anything, so they are quoted. */
const showEnvironment = (environment: ReadonlyMap<string, string>): string =>
  Array.from(environment, ([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join(",");
