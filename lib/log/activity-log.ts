/**
 * The daemon's own log: `YYYY-MM-DD HH:MM:SS,mmm LVL message`, to a rotated file or syslog, and to standard output too in
 * the foreground (supervisor.md sections 4.6 and 5). Winston carries the lines; each is written before the call returns, or
 * with its like before `together` does: nobody hears of what a line tells and looks for it in vain.
 */
import { createLogger, format, type Logger } from "winston";
import Transport from "winston-transport";
import type { LogLevel } from "../model/spec.ts";
import { wall } from "../sys/clock.ts";
import { errorCode } from "../sys/error-code.ts";
import { openSyslog, type Syslog } from "../sys/syslog.ts";
import { LEVEL_NUMBERS, LEVEL_TAGS, type LevelTag, WINSTON_LEVELS } from "./levels.ts";
import { lineTime } from "./line-time.ts";
import { type ClearOutcome, type LogFile, openLogFile } from "./log-file.ts";
import { type SyslogSink, sendLines } from "./syslog-log.ts";

export interface ActivityLogOptions {
  readonly target: { readonly kind: "file"; readonly path: string } | { readonly kind: "syslog" };
  readonly maxbytes: number;
  readonly backups: number;
  readonly level: LogLevel;
  /** The lines go to standard output as well. */
  readonly stdout: boolean;
  /** The tag of syslog records. */
  readonly ident: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly now?: () => number;
  /** Where `kind: "syslog"` goes, unless it is the system's. */
  readonly syslog?: SyslogSink;
}

/** No call throws. A level that is not enabled costs one comparison. */
export interface ActivityLog {
  /** The file; null for syslog. */
  readonly path: string | null;
  enabled(level: LogLevel): boolean;
  log(level: LogLevel, text: string): void;
  critical(text: string): void;
  error(text: string): void;
  warn(text: string): void;
  info(text: string): void;
  debug(text: string): void;
  trace(text: string): void;
  blather(text: string): void;
  /** What is said in `work` is written at once when that returns or throws: for many lines that belong to one deed. */
  together<T>(work: () => T): T;
  /** Opens the file's path anew. Says nothing itself. */
  reopen(): void;
  /** Removes the file and begins a new one. Syslog is `missing`. Says nothing itself. */
  clear(): ClearOutcome;
  close(): void;
}

/** Throws an Error that names the file and the reason where it cannot be opened. */
export function openActivityLog(options: ActivityLogOptions): ActivityLog {
  return new Activity(options);
}

/** Winston's own key for the finished line. */
const MESSAGE = Symbol.for("message");
const LINES = Symbol("lines");

interface Line {
  /** The date and the level, with the blank before the message. */
  readonly stamp: string;
  readonly message: string;
}

const textOf = ({ stamp, message }: Line): string => `${stamp}${message}\n`;

/** What winston carries: one line, or all those that were said together. */
interface Entry {
  level: LevelTag;
  message: string;
  [LINES]: readonly Line[];
  [MESSAGE]: string;
}

/** So much may wait to be written together, in characters. */
const TOGETHER = 64 * 1024;

/** Hands each entry on before winston goes on. */
class EntryTransport extends Transport {
  readonly #take: (entry: Entry) => void;

  constructor(take: (entry: Entry) => void) {
    super();
    this.#take = take;
  }

  override log(entry: Entry, next: () => void): void {
    this.#take(entry);
    next();
  }
}

/** As in the original each record ends with the line's own newline, which those who receive them take off. */
function syslogTransport(sink: SyslogSink): EntryTransport {
  const lines: SyslogSink = { send: (line) => sink.send(`${line}\n`) };
  return new EntryTransport((entry) => {
    for (const { stamp, message } of entry[LINES]) sendLines(lines, stamp, message);
  });
}

class Activity implements ActivityLog {
  readonly path: string | null;
  #threshold: number;
  readonly #logger: Logger;
  readonly #file: LogFile | null;
  readonly #stdout: LogFile | null;
  #syslog: Syslog | null = null;
  readonly #stamp: (level: LogLevel) => string;
  readonly #mayHold: boolean;
  #depth = 0;
  #held: Line[] = [];
  #heldLength = 0;

  constructor(options: ActivityLogOptions) {
    const { target, now = wall } = options;
    this.path = target.kind === "file" ? target.path : null;
    this.#threshold = LEVEL_NUMBERS[options.level];
    this.#stdout = options.stdout ? openStdout() : null;
    this.#file = this.path === null ? null : this.#openFile(this.path, options);
    const transports: EntryTransport[] = [];
    if (this.#stdout !== null) transports.push(new EntryTransport(entryWriter(this.#stdout)));
    if (this.#file !== null) transports.push(new EntryTransport(entryWriter(this.#file)));
    else transports.push(syslogTransport(options.syslog ?? this.#openSyslog(options.ident)));
    // Where others write to the same place, children to a container's log say, the order of all is to stay what it was.
    this.#mayHold = this.#stdout === null && this.#file?.regular === true;
    const time = lineTime();
    this.#stamp = (level) => `${time(now())} ${LEVEL_TAGS[level]} `;
    const finished = format((info) => {
      // Winston's own type has neither our level names nor our lines.
      const entry = info as unknown as Entry;
      entry[MESSAGE] = entry[LINES].map(textOf).join("");
      return info;
    });
    this.#logger = createLogger({ levels: WINSTON_LEVELS, level: "BLAT", format: finished(), transports });
  }

  enabled(level: LogLevel): boolean {
    return LEVEL_NUMBERS[level] >= this.#threshold;
  }

  log(level: LogLevel, text: string): void {
    if (LEVEL_NUMBERS[level] < this.#threshold) return;
    const line = { stamp: this.#stamp(level), message: text };
    this.#held.push(line);
    this.#heldLength += line.stamp.length + text.length;
    if (this.#depth === 0 || this.#heldLength > TOGETHER) this.#write();
  }

  together<T>(work: () => T): T {
    if (!this.#mayHold) return work();
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#write();
    }
  }

  #write(): void {
    if (this.#held.length === 0) return;
    const lines = this.#held;
    this.#held = [];
    this.#heldLength = 0;
    // The level is winston's own affair: each line has its own.
    this.#logger.log({ level: LEVEL_TAGS.critical, message: "", [LINES]: lines });
  }

  critical(text: string): void {
    this.log("critical", text);
  }

  error(text: string): void {
    this.log("error", text);
  }

  warn(text: string): void {
    this.log("warn", text);
  }

  info(text: string): void {
    this.log("info", text);
  }

  debug(text: string): void {
    this.log("debug", text);
  }

  trace(text: string): void {
    this.log("trace", text);
  }

  blather(text: string): void {
    this.log("blather", text);
  }

  reopen(): void {
    this.#write();
    this.#file?.reopen();
  }

  clear(): ClearOutcome {
    this.#write();
    return this.#file?.clear() ?? "missing";
  }

  close(): void {
    this.#write();
    this.#threshold = Number.POSITIVE_INFINITY;
    this.#logger.close();
    this.#file?.close();
    this.#stdout?.close();
    this.#syslog?.close();
  }

  #openSyslog(ident: string): Syslog {
    this.#syslog = openSyslog(ident);
    return this.#syslog;
  }

  #openFile(path: string, options: ActivityLogOptions): LogFile {
    const { maxbytes, backups, now = wall } = options;
    const time = lineTime();
    // Trouble with this file cannot be told in this file; the count of lost lines stands there once it is over.
    const onTrouble = (text: string): void => {
      this.#stdout?.write(Buffer.from(`${time(now())} WARN ${text}\n`));
    };
    try {
      return openLogFile({ path, maxbytes, backups, onTrouble });
    } catch (error) {
      this.#stdout?.close();
      throw new Error(`cannot open the activity log '${path}': ${errorCode(error)}`, { cause: error });
    }
  }
}

/** Standard output through its path, so that writing never blocks; null where it is closed. */
function openStdout(): LogFile | null {
  try {
    return openLogFile({ path: "/dev/stdout", maxbytes: 0, backups: 0, onTrouble: () => {} });
  } catch {
    return null;
  }
}

const NEWLINE = 0x0a;

/** How many of them the first so many bytes hold whole. */
function wholeLines(lines: readonly Line[], bytes: number): number {
  let end = 0;
  const cut = lines.findIndex((line) => {
    end += Buffer.byteLength(textOf(line));
    return end > bytes;
  });
  return cut < 0 ? lines.length : cut;
}

/**
 * Writes entries whole: after a line that was cut it begins anew, and then tells how many were lost. Lines that a rotation may
 * come between are written singly, so that it comes where it would.
 */
function entryWriter(file: LogFile): (entry: Entry) => void {
  let lost = 0;
  let cut = false;
  const write = (lines: readonly Line[], text: string): void => {
    const bytes = Buffer.from(cut ? `\n${text}` : text);
    const taken = file.write(bytes);
    if (taken < bytes.length) {
      lost += lines.length - wholeLines(lines, cut ? taken - 1 : taken);
      if (taken > 0) cut = bytes[taken - 1] !== NEWLINE;
      return;
    }
    cut = false;
    if (lost === 0) return;
    const stamp = lines.at(-1)?.stamp ?? "";
    const told = Buffer.from(
      `${stamp.slice(0, -5)}WARN ${lost} lines before this one could not be written\n`,
    );
    if (file.write(told) === told.length) lost = 0;
  };
  return (entry) => {
    const lines = entry[LINES];
    if (lines.length === 1 || file.fits(Buffer.byteLength(entry[MESSAGE]))) write(lines, entry[MESSAGE]);
    else for (const line of lines) write([line], textOf(line));
  };
}
