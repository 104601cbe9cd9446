/** The socket that the processes of a FastCGI program share as their descriptor 0 (supervisor.md section 7). */
import type { ActivityLog } from "../log/activity-log.ts";
import type { FcgiSocketSpec } from "../model/spec.ts";
import { removeFile } from "../sys/files.ts";
import { closeFd, setNonblocking } from "../sys/pipes.ts";
import { listenTcp, listenUnixInPlace } from "../sys/sockets.ts";
import { failureOf, SysError, strerror } from "../sys/sys-error.ts";

/** SOMAXCONN as Python on Linux has it. */
const DEFAULT_BACKLOG = 4096;

/** A descriptor, or why there is none: text for a spawnerr. */
export type Acquired =
  | { readonly ok: true; readonly fd: number }
  | { readonly ok: false; readonly reason: string };

/**
 * Opened when the first process starts, closed when the last has ended. The daemon never accepts on it. What is not closed
 * in between stays in the kernel's queue, so that a restart of one process of several loses no connection.
 */
export class FcgiSocket {
  readonly #spec: FcgiSocketSpec;
  readonly #log: ActivityLog;
  #fd: number | null = null;
  #users = 0;

  constructor(spec: FcgiSocketSpec, log: ActivityLog) {
    this.#spec = spec;
    this.#log = log;
  }

  get users(): number {
    return this.#users;
  }

  /** Opens it once and closes it again, so that a mistake is told when its group is added. */
  probe(): void {
    const acquired = this.acquire();
    if (acquired.ok) this.release();
    else this.#log.error(acquired.reason);
  }

  /** Counts one user more. Each success has to be released. */
  acquire(): Acquired {
    if (this.#fd === null) {
      this.#log.info(`Creating socket ${this.#spec.url}`);
      try {
        this.#fd = open(this.#spec);
        // The programs share the open file, and expect an accept that waits.
        setNonblocking(this.#fd, false);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        const why = `[Errno ${error.errno}] ${strerror(error.code)}`;
        return { ok: false, reason: `Could not create FastCGI socket ${this.#spec.url}: ${why}` };
      }
    }
    this.#users += 1;
    return { ok: true, fd: this.#fd };
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0 || this.#fd === null) return;
    this.#log.info(`Closing socket ${this.#spec.url}`);
    closeFd(this.#fd);
    this.#fd = null;
  }
}

/** The socket's file is replaced whoever holds it, and stays when the socket is closed, both as in the original. */
function open(spec: FcgiSocketSpec): number {
  const backlog = spec.backlog || DEFAULT_BACKLOG;
  if (spec.kind === "tcp") return listenTcp({ host: spec.host, port: spec.port, backlog });
  const { path, mode, owner } = spec;
  failureOf(() => removeFile(path));
  return listenUnixInPlace({ path, mode, uid: owner?.uid ?? -1, gid: owner?.gid ?? -1, backlog });
}
