/**
 * A log that is no regular file: `/dev/stdout`, a FIFO, a terminal, a socket. It is never rotated, emptied or removed, and
 * it never blocks the daemon (supervisor.md section 10, 8; the original answers ESPIPE, unlinks the device, and waits). What
 * its reader does not take at once waits in the queue of its outlet. While that is full, the program is held up, as it would
 * be by the pipe itself; but where the reader takes nothing for seconds, or nobody can be held up, what comes is dropped and
 * counted.
 */
import { monotonic } from "../sys/clock.ts";
import { errorCode } from "../sys/error-code.ts";
import { openLog } from "../sys/log-files.ts";
import type { OutputSource } from "../sys/reader.ts";
import type { ClearOutcome, LogFile, LogFileOptions } from "./log-file.ts";
import { LossAccount } from "./loss.ts";
import { type Outlet, outletAt, type Sender } from "./outlet.ts";

/** `clear` says "ok" and does nothing; `reopen` does something only where the descriptor is `owned`. */
export class StreamTarget implements LogFile, Sender {
  readonly path: string;
  readonly regular = false;
  readonly loss: LossAccount;
  pending = 0;
  readonly #owned: boolean;
  readonly #outlet: Outlet;
  #source: OutputSource | null = null;
  #closed = false;

  /** `owned`: the descriptor is ours to close and to open again. `stuckMs`: see {@link outletAt}. */
  constructor(
    options: Pick<LogFileOptions, "path" | "onTrouble">,
    fd: number,
    owned: boolean,
    stuckMs?: number,
  ) {
    this.path = options.path;
    this.loss = new LossAccount(`log '${options.path}'`, options.onTrouble);
    this.#owned = owned;
    this.#outlet = outletAt(options.path, fd, owned, stuckMs);
    this.#outlet.attach(this);
  }

  get patient(): boolean {
    return this.#source !== null;
  }

  hold(): void {
    this.#source?.pause();
  }

  release(): void {
    this.#source?.resume();
  }

  /** Bytes that wait for the reader, of all who write to the same. */
  get queued(): number {
    return this.#outlet.queued;
  }

  fits(): boolean {
    return true;
  }

  write(bytes: Uint8Array): number {
    return this.#closed ? 0 : this.#outlet.write(this, bytes);
  }

  readFrom(source: OutputSource): void {
    this.#source = source;
    this.#outlet.holdIfFull(this);
  }

  reopen(): void {
    if (!this.#owned || this.#closed) return;
    try {
      this.#outlet.replace(openLog(this.path, false));
    } catch (error) {
      this.loss.failed(errorCode(error), 0, monotonic());
    }
  }

  clear(): ClearOutcome {
    return "ok";
  }

  /** What waits is still written, as long as somebody reads. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source = null;
    this.#outlet.detach(this);
  }
}
