/**
 * One output channel of a running process: what its bytes bring about (supervisor.md section 5). For each piece of
 * output, in the original's order: the tags of capture mode, strip_ansi, the log and syslog or the capture buffer, the echo
 * in the activity log, the PROCESS_LOG event; and at an END tag the PROCESS_COMMUNICATION event.
 */
import { pyrepr } from "../config/pyrepr.ts";
import type { ChannelSpec } from "../model/spec.ts";
import type { OutputSource } from "../sys/reader.ts";
import { CaptureBuffer, CaptureSplitter } from "../wire/capture.ts";
import { decodeOrRepr } from "../wire/python-repr.ts";
import { AnsiStripper } from "../wire/strip-ansi.ts";
import { type ClearOutcome, type LogFile, openLogFile } from "./log-file.ts";
import { SyslogLines, type SyslogSink } from "./syslog-log.ts";

export interface ChannelLogOptions {
  readonly spec: Pick<ChannelSpec, "maxbytes" | "backups" | "captureMaxbytes">;
  /** The file, AUTO resolved; null: none. */
  readonly path: string | null;
  /** The process's name, for the echo and for syslog. */
  readonly name: string;
  readonly channel: "stdout" | "stderr";
  readonly stripAnsi: boolean;
  /** Null unless the channel has `syslog=true`. */
  readonly syslog: SyslogSink | null;
  /** Takes a message for the activity log at debug level; null when that is not logged. */
  readonly debugEcho: ((text: string) => void) | null;
  /** Takes the data of a PROCESS_LOG event, valid during the call only; null when the events are off. */
  readonly onLogEvent: ((bytes: Uint8Array) => void) | null;
  /** Takes the data of a PROCESS_COMMUNICATION event. */
  readonly onCommunication: ((bytes: Uint8Array) => void) | null;
  /** Takes one sentence about trouble with the log, or its end. */
  readonly onTrouble: (text: string) => void;
}

/** Nothing here throws, whatever happens to the log: the reader of the pipe must go on. */
export interface ChannelLog {
  readonly path: string | null;
  /** The chunk is the reader's own buffer: nothing of it is kept. */
  write(chunk: Uint8Array): void;
  /** Whose chunks these are, if nobody else is to see them: they may go into the file without coming here, and be held up. */
  readFrom(reader: OutputSource): void;
  /** End of output: what was held back for a tag, a sequence or a line goes out. */
  end(): void;
  reopen(): void;
  clear(): ClearOutcome;
  /** `end`, then the file is closed. */
  close(): void;
}

/** Opens the channel's log. Throws the system's error (`code` ENOENT, EISDIR, EACCES): the process's spawn error. */
export function openChannelLog(options: ChannelLogOptions): ChannelLog {
  const { path, spec, onTrouble } = options;
  const { maxbytes, backups } = spec;
  const file = path === null ? null : openLogFile({ path, maxbytes, backups, onTrouble });
  return new Channel(options, file);
}

class Channel implements ChannelLog {
  readonly path: string | null;
  readonly #file: LogFile | null;
  readonly #lines: SyslogLines | null;
  readonly #splitter: CaptureSplitter | null;
  readonly #captured: CaptureBuffer | null;
  readonly #stripper: AnsiStripper | null;
  readonly #options: ChannelLogOptions;
  /** Nothing but the file wants the output. */
  readonly #plain: boolean;
  #capturing = false;

  constructor(options: ChannelLogOptions, file: LogFile | null) {
    const { name, spec, syslog, debugEcho, onLogEvent, stripAnsi } = options;
    this.path = options.path;
    this.#options = options;
    this.#file = file;
    this.#lines = syslog === null ? null : new SyslogLines(syslog, name);
    this.#stripper = stripAnsi ? new AnsiStripper() : null;
    const captures = spec.captureMaxbytes !== 0;
    this.#captured = captures ? new CaptureBuffer(spec.captureMaxbytes) : null;
    this.#splitter = !captures
      ? null
      : new CaptureSplitter({
          text: (bytes) => this.#piece(bytes, false),
          captured: (bytes) => this.#piece(bytes, true),
          complete: () => this.#complete(),
        });
    const others = [this.#lines, this.#stripper, this.#splitter, debugEcho, onLogEvent];
    this.#plain = others.every((other) => other === null);
  }

  write(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.#plain) this.#file?.write(chunk);
    else if (this.#splitter === null) this.#piece(chunk, false);
    else this.#splitter.push(chunk);
  }

  readFrom(reader: OutputSource): void {
    this.#file?.readFrom(reader, this.#plain);
  }

  end(): void {
    this.#splitter?.flush();
    this.#flushStripper();
    this.#lines?.end();
  }

  reopen(): void {
    this.#file?.reopen();
  }

  clear(): ClearOutcome {
    return this.#file?.clear() ?? "ok";
  }

  close(): void {
    this.end();
    this.#file?.close();
  }

  #piece(bytes: Uint8Array, capturing: boolean): void {
    if (capturing !== this.#capturing) this.#turn(capturing);
    this.#deliver(this.#stripper === null ? bytes : this.#stripper.push(bytes));
  }

  #complete(): void {
    this.#turn(true);
    if (this.#captured !== null) this.#options.onCommunication?.(this.#captured.take());
    this.#capturing = false;
  }

  /** A sequence does not reach across a tag. */
  #turn(capturing: boolean): void {
    this.#flushStripper();
    this.#capturing = capturing;
  }

  #flushStripper(): void {
    if (this.#stripper !== null) this.#deliver(this.#stripper.flush());
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#capturing) {
      this.#captured?.write(bytes);
    } else {
      this.#file?.write(bytes);
      this.#lines?.push(bytes);
    }
    const { name, channel, debugEcho, onLogEvent } = this.#options;
    debugEcho?.(`${pyrepr(name)} ${channel} output:\n${decodeOrRepr(bytes)}`);
    onLogEvent?.(bytes);
  }
}
