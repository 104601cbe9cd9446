/**
 * Keeps a unix socket where its clients look for it. Cleaners of /tmp remove what looks old; the original is then out of
 * reach until it is restarted (#261, #1249).
 */
import type { ActivityLog } from "../log/activity-log.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { factsOfPath } from "../sys/file-facts.ts";
import { removeFile } from "../sys/files.ts";
import { failureOf } from "../sys/sys-error.ts";
import { watchPath } from "../sys/watch-path.ts";

export interface SocketGuard {
  /** Ends the watch and removes the file, unless it is no longer ours. */
  close(): void;
}

export interface SocketGuardOptions {
  readonly path: string;
  readonly log: ActivityLog;
  /** Listens at the path anew; throws where that cannot be done. */
  readonly relisten: () => void;
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/** Watches the file at `path`, which must be there and ours. It is the file that is watched: nothing else wakes us. */
export function guardSocket(options: SocketGuardOptions): SocketGuard {
  return new Guard(options);
}

class Guard implements SocketGuard {
  readonly #options: SocketGuardOptions;
  #identity: string | null = null;
  #watch: { close(): void } | null = null;
  #retry: Deadline | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: SocketGuardOptions) {
    this.#options = options;
    this.#begin();
  }

  close(): void {
    this.#rest();
    const { path } = this.#options;
    if (this.#identity !== null && identityOf(path) === this.#identity) failureOf(() => removeFile(path));
    this.#identity = null;
  }

  #rest(): void {
    this.#watch?.close();
    this.#watch = null;
    this.#retry?.cancel();
    this.#retry = null;
  }

  #begin(): void {
    const { path } = this.#options;
    this.#identity = identityOf(path);
    this.#retryMs = FIRST_RETRY_MS;
    this.#watch = watchPath(path, () => this.#look());
  }

  #look(): void {
    const { path, log } = this.#options;
    if (this.#identity === null) return;
    const there = identityOf(path);
    if (there === this.#identity) return;
    this.#rest();
    if (there === null) {
      this.#restore();
      return;
    }
    this.#identity = null;
    log.error(`the socket ${path} has been replaced by another's: it is left alone`);
  }

  #restore(): void {
    const { path, log, relisten } = this.#options;
    this.#retry = null;
    try {
      relisten();
    } catch (error) {
      if (this.#retryMs === FIRST_RETRY_MS) {
        const reason = error instanceof Error ? error.message : String(error);
        log.error(`the socket ${path} has been removed and cannot be made anew yet: ${reason}`);
      }
      this.#retry = schedule(this.#retryMs, () => this.#restore());
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      return;
    }
    log.warn(`the socket ${path} has been removed: made anew`);
    this.#begin();
  }
}

/** Null where there is nothing at the path. */
function identityOf(path: string): string | null {
  const facts = factsOfPath(path);
  return facts === null ? null : `${facts.dev}:${facts.ino}`;
}
