/** A living child: its pid, its pipes, and where its output goes. */

import type { OutputChannel } from "../events/event.ts";
import type { ChannelLog } from "../log/child-log.ts";
import { type Reader, watchReadable } from "../sys/reader.ts";
import type { PipeWriter } from "../sys/writer.ts";

/** What a child leaves in its pipes is read to the end, up to this much: a grandchild may write for ever. */
const MAX_DRAIN = 4 * 1024 * 1024;

interface Output {
  readonly channel: OutputChannel;
  readonly log: ChannelLog;
  readonly reader: Reader;
}

/**
 * Made as soon as there is a pid, also where its exec failed. `stdin` null: the child reads a FastCGI socket, and
 * `send` says "closed".
 */
export class Child {
  readonly pid: number;
  #outputs: readonly Output[] = [];
  readonly #stdin: PipeWriter | null;

  constructor(pid: number, stdin: PipeWriter | null) {
    this.pid = pid;
    this.#stdin = stdin;
  }

  /**
   * Reads a descriptor, which the child owns from now on, into a log until its end. `onEnd` hears of the end of the
   * pipe only, not of `finish`. `tap` sees each chunk after the log has it.
   */
  read(
    channel: OutputChannel,
    fd: number,
    log: ChannelLog,
    onEnd: () => void,
    tap: ((chunk: Uint8Array) => void) | null,
  ): void {
    const consume =
      tap === null
        ? (chunk: Uint8Array) => log.write(chunk)
        : (chunk: Uint8Array) => {
            log.write(chunk);
            tap(chunk);
          };
    const reader = watchReadable(fd, consume, onEnd);
    if (tap === null) log.readFrom(reader);
    this.#outputs = this.#outputs.concat({ channel, log, reader });
  }

  /** Queues bytes for the child's stdin. */
  send(bytes: Uint8Array): "ok" | "closed" | "full" {
    return this.#stdin === null ? "closed" : this.#stdin.write(bytes);
  }

  /** The child is dead: takes what is left in its pipes, then closes them and the logs. */
  finish(): void {
    for (const output of this.#outputs) output.reader.drain(MAX_DRAIN);
    for (const output of this.#outputs) {
      output.reader.close();
      output.log.close();
    }
    this.#stdin?.close();
  }

  reopenLogs(): void {
    for (const { log } of this.#outputs) log.reopen();
  }

  /** Empties both logs, or the one of a channel. False where one can't be. */
  clearLogs(only?: OutputChannel): boolean {
    return this.#outputs
      .filter(({ channel }) => only === undefined || channel === only)
      .map(({ log }) => log.clear())
      .every((outcome) => outcome === "ok" || outcome === "missing");
  }
}
