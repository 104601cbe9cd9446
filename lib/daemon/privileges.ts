/** What the daemon does about its own user and limits before it has a log (supervisor.md section 3.7). */
import type { DaemonSpec } from "../model/spec.ts";
import { getLimit, originalNofileSoft, setLimit } from "../sys/limits.ts";
import { currentUid, dropPrivileges } from "../sys/users.ts";

/** The daemon cannot start: told as a usage error, exit code 2. */
export class StartupError extends Error {}

export interface Prepared {
  readonly critical: readonly string[];
  readonly info: readonly string[];
  /** Soft RLIMIT_NOFILE for children: as it was before Node raised it, but at least minfds. */
  readonly nofileSoft: number;
}

const ROOT_WARNING =
  "Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  If you " +
  "intend to run as root, you can set user=root in the config file to avoid this message.";

/**
 * Raises the limits, then becomes the configured user: in that order, so that a user's daemon gets them too (the
 * original drops first and then fails). `first` is false on a reload, where limits stay as they are.
 */
export function prepare(daemon: DaemonSpec, first: boolean): Prepared {
  const limits: string[] = [];
  const nofileSoft = Math.max(originalNofileSoft(), daemon.minfds);
  if (first) {
    if (originalNofileSoft() < daemon.minfds) {
      raise(
        "nofile",
        daemon.minfds,
        "file descriptors required to run this process",
        "minfds",
        "file descriptors",
      );
      limits.push(`Increased RLIMIT_NOFILE limit to ${daemon.minfds}`);
    }
    if (
      raise(
        "nproc",
        daemon.minprocs,
        "available processes required to run this program",
        "minprocs",
        "processes",
      )
    ) {
      limits.push(`Increased RLIMIT_NPROC limit to ${daemon.minprocs}`);
    }
  }
  if (daemon.uid === null) {
    return { critical: currentUid() === 0 ? [ROOT_WARNING] : [], info: limits, nofileSoft };
  }
  const failure = dropPrivileges(daemon.uid);
  if (failure !== null) throw new StartupError(failure);
  return { critical: [], info: [`Set uid to user ${daemon.uid} succeeded`, ...limits], nofileSoft };
}

/** Raises a soft limit to at least `least`, the hard one too where that is needed. True where it had to. */
function raise(
  resource: "nofile" | "nproc",
  least: number,
  what: string,
  option: string,
  things: string,
): boolean {
  const { soft, hard } = getLimit(resource);
  if (soft >= least) return false;
  try {
    setLimit(resource, { soft: least, hard: Math.max(hard, least) });
    return true;
  } catch {
    throw new StartupError(
      `The minimum number of ${what} is ${least} as per the "${option}" command-line argument or config file setting. ` +
        `The current environment will only allow you to open ${hard} ${things}.  Either raise the number of usable ` +
        `${things} in your environment (see README.rst) or lower the ${option} setting in the config file to allow the ` +
        `${resource === "nofile" ? "process" : "program"} to start.`,
    );
  }
}
