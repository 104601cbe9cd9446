/** The documents of `--json`: one for each command line, also where it fails. */
import { FAULTS } from "../../../lib/model/faults.ts";
import { ClientError, Fault, ProtocolError } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { makeNamespec } from "../namespec.ts";
import type { Session } from "../session.ts";
import type { ProcessInfo } from "../values.ts";

const UNAUTHORIZED = 401;

/** Indented by two blanks. Members that are undefined are left out. */
export const printJson = (session: Session, document: unknown): void =>
  session.output(JSON.stringify(document, null, 2));

/** Exit statuses where there is no daemon, or one that does not know the method; any other error has 1. */
export interface JsonExits {
  readonly refused: number;
  readonly missing: number;
  readonly unknownMethod: number;
}

/** Those of commands that begin with an upcheck. */
const CHECKED: JsonExits = {
  refused: EXIT.INSUFFICIENT_PRIVILEGES,
  missing: EXIT.NOT_RUNNING,
  unknownMethod: EXIT.UNIMPLEMENTED_FEATURE,
};

/** Those of commands that call right away and tell an `error:`. */
export const UNCHECKED: JsonExits = {
  refused: EXIT.GENERIC,
  missing: EXIT.GENERIC,
  unknownMethod: EXIT.GENERIC,
};

function statusOf(error: ClientError, exits: JsonExits): number {
  if (error instanceof Fault) {
    return error.faultCode === FAULTS.UNKNOWN_METHOD ? exits.unknownMethod : EXIT.GENERIC;
  }
  if (error.code === "ECONNREFUSED") return exits.refused;
  return error.code === "ENOENT" ? exits.missing : EXIT.GENERIC;
}

/**
 * Prints what `make` gives. An error becomes `{"error": {"type", "message", "serverurl"}}` on the same output, with a
 * `fault` code where the daemon answered one, and the exit status that the command has without `--json`.
 */
export async function answerJson(
  session: Session,
  make: () => Promise<unknown>,
  exits: JsonExits = CHECKED,
): Promise<void> {
  try {
    printJson(session, await make());
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const refused = error instanceof ProtocolError && error.status === UNAUTHORIZED;
    if (refused && session.options.interactive) throw error;
    session.exitStatus = statusOf(error, exits);
    printJson(session, {
      error: {
        type: error.pythonClass,
        message: error.message,
        serverurl: session.options.serverurl,
        ...(error instanceof Fault ? { fault: error.faultCode } : {}),
      },
    });
  }
}

const orNull = (time: number): number | null => (time === 0 ? null : time);

/** One process. Times are epoch seconds, `uptime` seconds; what there is none of is null. */
export function processDocument(info: ProcessInfo): Readonly<Record<string, unknown>> {
  const running = info.pid !== 0;
  return {
    name: makeNamespec(info.group, info.name),
    group: info.group,
    process: info.name,
    state: info.statename,
    statecode: info.state,
    description: info.description,
    pid: running ? info.pid : null,
    start: orNull(info.start),
    stop: orNull(info.stop),
    now: info.now,
    uptime: running && info.start !== 0 ? Math.max(0, info.now - info.start) : null,
    exitstatus: running || info.stop === 0 ? null : info.exitstatus,
    spawnerr: info.spawnerr === "" ? null : info.spawnerr,
    stdout_logfile: info.stdoutLogfile === "" ? null : info.stdoutLogfile,
    stderr_logfile: info.stderrLogfile === "" ? null : info.stderrLogfile,
  };
}
