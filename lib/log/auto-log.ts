/**
 * The files of `stdout_logfile=AUTO` (supervisor.md section 3.7 and 10, 4): `NAME-CHANNEL---IDENT-XXXXXXXX.log` in childlogdir,
 * made when a group is added and cleaned up by the next daemon of the same identifier.
 */
import { errorCode } from "../sys/error-code.ts";
import { isPlainFile } from "../sys/file-facts.ts";
import { makeTempFile, namesIn, removeFile } from "../sys/files.ts";

export interface AutoLogName {
  readonly directory: string;
  readonly process: string;
  readonly channel: "stdout" | "stderr";
  readonly identifier: string;
}

/** Room in a file name of 255 bytes for the random part, `.log` and a backup's number. */
const PREFIX_BYTES = 200;

/** Creates the file, empty and for its owner only, and gives its path. Throws the system's error. */
export function createAutoLog({ directory, process, channel, identifier }: AutoLogName): string {
  const tail = `-${channel}---${component(identifier)}-`;
  let head = component(process);
  while (Buffer.byteLength(head + tail) > PREFIX_BYTES && head.length > 1) head = head.slice(0, -1);
  return makeTempFile(directory, head + tail, ".log");
}

/**
 * Removes what an earlier daemon of this identifier left, backups too, and gives the warnings to log. To be called after the
 * HTTP servers are bound and before any group is added: a second daemon of the same configuration fails at the bind, and
 * so does not remove the files of the one that lives. Only names that {@link createAutoLog} (or the original) makes
 * are touched, and of them only regular files.
 */
export function cleanAutoLogs(directory: string, identifier: string): readonly string[] {
  let names: readonly string[];
  try {
    names = namesIn(directory);
  } catch {
    return ["Could not clear childlog dir"];
  }
  const ours = new RegExp(
    `^.+-(?:stdout|stderr)---${escaped(component(identifier))}-[a-z0-9_]{8}\\.log(?:\\.\\d{1,4})?$`,
    "su",
  );
  const warnings: string[] = [];
  for (const name of names) {
    const path = `${directory}/${name}`;
    if (!ours.test(name) || !isPlainFile(path)) continue;
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
