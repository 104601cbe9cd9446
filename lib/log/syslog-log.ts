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
    if (end > 0) {
      const lines = rest.toString("utf8", 0, end);
      this.#send(end === rest.length ? withoutEnd(lines) : lines.slice(0, -1));
    }
    rest = rest.subarray(end);
    while (rest.length > RECORD_BYTES) {
      const cut = characterStart(rest, RECORD_BYTES);
      this.#send(rest.toString("utf8", 0, cut));
      rest = rest.subarray(cut);
    }
    this.#partial = rest.length === 0 ? NOTHING : Buffer.from(rest);
  }

  /** The output is over: sends the line that has no end. */
  end(): void {
    if (this.#partial.length > 0) this.#send(this.#partial.toString());
    this.#partial = NOTHING;
  }

  #send(lines: string): void {
    for (const line of lines.split("\n")) {
      const parts = line.length <= RECORD_BYTES ? [line] : (line.match(PARTS) ?? []);
      for (const part of parts) this.#sink.send(this.#prefix + part);
    }
  }
}

/** `at`, or where that is within a UTF-8 character, the character's beginning. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

/** A whole line is measured in characters: the limit need not be exact, and no character may be cut. */
const PARTS = new RegExp(`.{1,${RECORD_BYTES}}`, "gsu");
