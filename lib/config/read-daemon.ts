/** [supervisord], before the command line is laid on top (supervisor.md section 3.5). */
import type { LogLevel } from "../model/spec.ts";
import { parseEnvironment } from "./environment.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { DAEMON } from "./table/daemon.ts";

/** As the file says: paths not yet absolute, the user not yet looked up. */
export interface DaemonSection {
  readonly minfds: number;
  readonly minprocs: number;
  readonly directory: string | null;
  readonly user: string | null;
  readonly umask: number;
  readonly logfile: string;
  readonly logfileMaxbytes: number;
  readonly logfileBackups: number;
  readonly loglevel: LogLevel;
  readonly pidfile: string;
  readonly identifier: string;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly childlogdir: string | null;
  readonly nocleanup: boolean;
  readonly stripAnsi: boolean;
  readonly environment: ReadonlyMap<string, string>;
}

/** Reads in the original's order, so that of two mistakes the same one is reported. */
export function readDaemonSection(source: Source): DaemonSection {
  const here = new Map([["here", source.here]]);
  const node = new Map([...here, ["host_node_name", source.host.hostname]]);
  const reader = new SectionReader(source, "supervisord", { here, node });
  return {
    minfds: reader.get(DAEMON.minfds),
    minprocs: reader.get(DAEMON.minprocs),
    directory: reader.get(DAEMON.directory),
    user: reader.get(DAEMON.user),
    umask: reader.get(DAEMON.umask),
    logfile: reader.get(DAEMON.logfile),
    logfileMaxbytes: reader.get(DAEMON.logfile_maxbytes),
    logfileBackups: reader.get(DAEMON.logfile_backups),
    loglevel: reader.get(DAEMON.loglevel),
    pidfile: reader.get(DAEMON.pidfile),
    identifier: reader.get(DAEMON.identifier),
    nodaemon: reader.get(DAEMON.nodaemon),
    silent: reader.get(DAEMON.silent),
    childlogdir: reader.get(DAEMON.childlogdir),
    nocleanup: reader.get(DAEMON.nocleanup),
    stripAnsi: reader.get(DAEMON.strip_ansi),
    environment: readEnvironment(reader),
  };
}

/** Expanded once, under the bare label `environment`. */
function readEnvironment(reader: SectionReader): ReadonlyMap<string, string> {
  const row = DAEMON.environment;
  const raw = reader.raw(row) ?? row.defaultValue ?? "";
  return reader.located(row, () => {
    return parseEnvironment(reader.source.environment.expand(raw, reader.names("node"), row.name));
  });
}
