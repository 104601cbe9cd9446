/** What the API shows of the daemon, its groups and its processes (api-types.ts). */

import { showProcess } from "../config/diff.ts";
import type { Group } from "../daemon/group.ts";
import type { Process } from "../daemon/process.ts";
import { signalName } from "../model/signals.ts";
import { SUPERVISOR_VERSION } from "../model/version.ts";
import { namespecOf } from "../rpc/address.ts";
import type { DaemonFace } from "../rpc/face.ts";
import { wall } from "../sys/clock.ts";
import { hostName, processId } from "../sys/host.ts";
import type { DaemonView, GroupView, OptionView, ProcessView, Snapshot } from "./api-types.ts";

/** The page needs of the daemon what the methods do. */
export type PageDaemon = DaemonFace;

export const CHANNELS = ["stdout", "stderr"] as const;

/** `now` is the wall clock at the call; `log` is false where the activity log goes to syslog. */
export function daemonView(daemon: DaemonFace): DaemonView {
  return {
    identifier: daemon.identifier,
    host: hostName(),
    pid: processId(),
    version: SUPERVISOR_VERSION,
    mood: daemon.mood,
    now: Math.round(wall()),
    log: daemon.log.path !== null,
  };
}

/**
 * Times are in whole milliseconds since the epoch, 0 for never. An ending that was asked for counts as expected,
 * whatever the exit code.
 */
export function processView(process: Process): ProcessView {
  const { record, spec, group, history } = process;
  const last = history.lastEnding;
  return {
    id: namespecOf(process),
    name: spec.name,
    group,
    state: record.state,
    pid: record.pid,
    started: Math.round(record.startTime),
    stopped: Math.round(record.stopTime),
    ending: last?.ending ?? null,
    expected: last === null || last.expected || last.to === "STOPPED",
    starts: history.starts,
    error: record.spawnerr,
    logs: CHANNELS.filter((channel) => process.logfile(channel) !== null),
  };
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sortedGroups = (daemon: DaemonFace): Group[] =>
  [...daemon.groups.values()].sort((a, b) => byName(a.spec.name, b.spec.name));

/** All processes, by group, then name: the order of the original's table. */
export const sortedProcesses = (daemon: DaemonFace): Process[] =>
  sortedGroups(daemon).flatMap((group) =>
    [...group.processes.values()].sort((a, b) => byName(a.spec.name, b.spec.name)),
  );

const groupView = ({ spec }: Group): GroupView => ({
  name: spec.name,
  kind: spec.kind,
  priority: spec.priority,
});

/**
 * The answer of /api/v1/state, and what a client of the hub gets first, when it has room again after missing something,
 * and when groups come or go.
 */
export const snapshot = (daemon: DaemonFace): Snapshot => ({
  daemon: daemonView(daemon),
  groups: sortedGroups(daemon).map(groupView),
  processes: sortedProcesses(daemon).map(processView),
});

/** What is in force for a process, as a file would say it. The values of its environment are nobody's business. */
export function optionViews(process: Process): OptionView[] {
  const { spec } = process;
  return showProcess(spec).flatMap(([option, value]): OptionView[] => {
    if (value === null) return [];
    if (option === "environment") return [[option, [...spec.environment.keys()].sort().join(", ")]];
    if (option === "stopsignal") return [[option, signalName(spec.stopsignal).replace(/^SIG/, "")]];
    if (option === "stdout_logfile") return [[option, process.logfile("stdout") ?? value]];
    if (option === "stderr_logfile") return [[option, process.logfile("stderr") ?? value]];
    return [[option, value]];
  });
}
