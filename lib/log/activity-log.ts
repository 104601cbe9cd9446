/**
 * The daemon's own log: `YYYY-MM-DD HH:MM:SS,mmm LVL message`, to a rotated file or syslog, and to standard output too in
 * the foreground (supervisor.md sections 4.6 and 5). Winston carries the lines; each is written before the call returns, so
 * that none is lost whatever becomes of the daemon.
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
const STAMP = Symbol("stamp");

interface Line {
  level: LevelTag;
  message: string;
  [STAMP]: string;
  [MESSAGE]: string;
}

/** Hands each line on before winston goes on. */
class LineTransport extends Transport {
  readonly #take: (line: Line) => void;

  constructor(take: (line: Line) => void) {
    super();
    this.#take = take;
  }

  override log(line: Line, next: () => void): void {
    this.#take(line);
    next();
  }
}

/** As in the original each record ends with the line's own newline, which those who receive them take off. */
function syslogTransport(sink: SyslogSink): LineTransport {
  const lines: SyslogSink = { send: (line) => sink.send(`${line}\n`) };
  return new LineTransport((line) => sendLines(lines, line[STAMP], line.message));
}

class Activity implements ActivityLog {
  readonly path: string | null;
  #threshold: number;
  readonly #logger: Logger;
  readonly #file: LogFile | null;
  readonly #stdout: LogFile | null;
  #syslog: Syslog | null = null;

  constructor(options: ActivityLogOptions) {
    const { target, now = wall } = options;
    this.path = target.kind === "file" ? target.path : null;
    this.#threshold = LEVEL_NUMBERS[options.level];
    this.#stdout = options.stdout ? openStdout() : null;
    this.#file = this.path === null ? null : this.#openFile(this.path, options);
    const transports: LineTransport[] = [];
    if (this.#stdout !== null) transports.push(new LineTransport(lineWriter(this.#stdout)));
    if (this.#file !== null) transports.push(new LineTransport(lineWriter(this.#file)));
    else transports.push(syslogTransport(options.syslog ?? this.#openSyslog(options.ident)));
    const time = lineTime();
    const stamped = format((info) => {
      // Winston's own type of a line has neither our level names nor our stamp.
      const line = info as unknown as Line;
      line[STAMP] = `${time(now())} ${line.level} `;
      line[MESSAGE] = `${line[STAMP]}${line.message}\n`;
      return info;
    });
    this.#logger = createLogger({ levels: WINSTON_LEVELS, level: "BLAT", format: stamped(), transports });
  }

  enabled(level: LogLevel): boolean {
    return LEVEL_NUMBERS[level] >= this.#threshold;
  }

  log(level: LogLevel, text: string): void {
    if (LEVEL_NUMBERS[level] < this.#threshold) return;
    this.#logger.log({ level: LEVEL_TAGS[level], message: text });
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
    this.#file?.reopen();
  }

  clear(): ClearOutcome {
    return this.#file?.clear() ?? "missing";
  }

  close(): void {
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

/** Writes lines whole: after one that was cut it begins anew, and then tells how many were lost. */
function lineWriter(file: LogFile): (line: Line) => void {
  let lost = 0;
  let cut = false;
  return (line) => {
    const bytes = Buffer.from(cut ? `\n${line[MESSAGE]}` : line[MESSAGE]);
    const taken = file.write(bytes);
    if (taken < bytes.length) {
      lost++;
      cut = taken > 0 || cut;
      return;
    }
    cut = false;
    if (lost === 0) return;
    const told = Buffer.from(
      `${line[STAMP].slice(0, -5)}WARN ${lost} lines before this one could not be written\n`,
    );
    if (file.write(told) === told.length) lost = 0;
  };
}
