/**
 * The files of `stdout_logfile=AUTO` (supervisor.md section 3.7 and 10, 4): `NAME-CHANNEL---IDENT-XXXXXXXX.log` in childlogdir,
 * made when a group is added and cleaned up by the next daemon of the same identifier. Of the eight characters that look
 * random five are the daemon's pid, so that another one, whose servers are elsewhere, does not clean up what is in use: a lock
 * would take a descriptor for each log of each program at rest.
 */
import { errorCode } from "../sys/error-code.ts";
import { isPlainFile } from "../sys/file-facts.ts";
import { makeTempFile, namesIn, removeFile } from "../sys/files.ts";
import { processId } from "../sys/host.ts";
import { openForReading, openLog, openOwnLog } from "../sys/log-files.ts";
import { processName } from "../sys/signals.ts";

export interface AutoLogName {
  readonly directory: string;
  readonly process: string;
  readonly channel: "stdout" | "stderr";
  readonly identifier: string;
}

/** Room in a file name of 255 bytes for the random part, `.log` and a backup's number. */
const PREFIX_BYTES = 200;

/** How many of the eight characters are the pid, and how many are random. */
const MARK = 5;
const RANDOM = 3;
const END = ".log";

/** Creates the file, empty and for its owner only, and gives its path. Throws the system's error. */
export function createAutoLog({ directory, process, channel, identifier }: AutoLogName): string {
  const tail = `-${channel}---${component(identifier)}-`;
  let head = component(process);
  while (Buffer.byteLength(head + tail) > PREFIX_BYTES && head.length > 1) head = head.slice(0, -1);
  return makeTempFile(directory, head + tail + markOf(processId()), RANDOM, END);
}

/** True for a file that {@link createAutoLog} has made in the life of this daemon. */
export const isAutoLog = (path: string): boolean =>
  path.endsWith(END) && path.slice(-END.length - RANDOM - MARK, -END.length - RANDOM) === markOf(processId());

/** Opens a log for appending: one of our own making with care. Throws the system's error. */
export const openLogAt = (path: string, truncate: boolean): number =>
  isAutoLog(path) ? openOwnLog(path, truncate) : openLog(path, truncate);

/** Opens a log for reading: one of our own making is no link. Throws the system's error. */
export const openLogForReading = (path: string): number => openForReading(path, !isAutoLog(path));

/** Pids have 22 bits at the most, for which that many characters of base 36 are enough. */
const markOf = (pid: number): string => pid.toString(36).padStart(MARK, "0");

/** True for the mark of another daemon that lives. The original's names are random throughout: they are nobody's, but for chance. */
function livesElsewhere(mark: string): boolean {
  if (mark.includes("_")) return false;
  const pid = Number.parseInt(mark, 36);
  const name = processName(pid);
  return pid !== processId() && name !== null && name === processName(processId());
}

/**
 * Removes what an earlier daemon of this identifier left, backups too, and gives the warnings to log. To be called after the
 * HTTP servers are bound and before any group is added: a second daemon of the same configuration fails at the bind. (Containers
 * that share the folder and nothing else see neither each other's servers nor pids: they need identifiers of their own.) Only names that {@link createAutoLog} (or
 * the original) makes are touched, and of them only regular files that no living daemon has made.
 */
export function cleanAutoLogs(directory: string, identifier: string): readonly string[] {
  let names: readonly string[];
  try {
    names = namesIn(directory);
  } catch {
    return ["Could not clear childlog dir"];
  }
  const ours = new RegExp(
    `^.+-(?:stdout|stderr)---${escaped(component(identifier))}-([a-z0-9_]{${MARK}})[a-z0-9_]{${RANDOM}}\\.log(?:\\.\\d{1,4})?$`,
    "su",
  );
  const warnings: string[] = [];
  for (const name of names) {
    const path = `${directory}/${name}`;
    const mark = ours.exec(name)?.[1];
    if (mark === undefined || !isPlainFile(path) || livesElsewhere(mark)) continue;
    try {
      removeFile(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") warnings.push(`Failed to clean up '${path}'`);
    }
  }
  return warnings;
}

/** A text as part of a file name: a slash or a NUL would leave the directory. */
const component = (text: string): string => text.replaceAll(/[/\0]/g, "_");

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
