/**
 * Lines for syslog (supervisor.md section 5): one record for each line, `NAME LINE` for a child's output and the whole
 * dated line for the activity log.
 */

/** Where records go: `openSyslog` of lib/sys gives one. False where a record could not be delivered. */
export interface SyslogSink {
  send(line: string): boolean;
}

/** A record longer than this is cut: relays drop or cut what is longer. Bytes. */
const RECORD_BYTES = 8192;
const NEWLINE = 0x0a;
const NOTHING: Buffer = Buffer.alloc(0);

/** Sends each line of a message with `prefix` before it; newlines at its end count for nothing. */
export function sendLines(sink: SyslogSink, prefix: string, message: string): void {
  for (const line of withoutEnd(message).split("\n")) sink.send(prefix + line);
}

const withoutEnd = (message: string): string => message.replace(/\n+$/, "");

/**
 * Makes records of a child's output. A line that is not finished waits for its end (the original sends the parts of a line
 * as records of their own), up to the length of a record.
 */
export class SyslogLines {
  readonly #sink: SyslogSink;
  readonly #prefix: string;
  #partial = NOTHING;

  constructor(sink: SyslogSink, processName: string) {
    this.#sink = sink;
    this.#prefix = `${processName} `;
  }

  /** Bytes are not kept beyond the call. */
  push(chunk: Uint8Array): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#partial.length > 0) rest = Buffer.concat([this.#partial, rest]);
    const end = rest.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#send(rest.subarray(0, end));
    rest = rest.subarray(end);
    while (rest.length > RECORD_BYTES) {
      this.#send(rest.subarray(0, RECORD_BYTES));
      rest = rest.subarray(RECORD_BYTES);
    }
    this.#partial = rest.length === 0 ? NOTHING : Buffer.from(rest);
  }

  /** The output is over: sends the line that has no end. */
  end(): void {
    if (this.#partial.length > 0) this.#send(this.#partial);
    this.#partial = NOTHING;
  }

  #send(lines: Buffer): void {
    for (const line of withoutEnd(lines.toString()).split("\n")) {
      const parts = line.length <= RECORD_BYTES ? [line] : (line.match(PARTS) ?? []);
      for (const part of parts) this.#sink.send(this.#prefix + part);
    }
  }
}

/** In code units, for want of a cheap measure in bytes, but never through the middle of a character. */
const PARTS = new RegExp(`.{1,${RECORD_BYTES}}`, "gsu");
