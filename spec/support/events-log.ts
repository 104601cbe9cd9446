/** An activity log that only remembers. */
import type { ActivityLog } from "../../lib/log/activity-log.ts";
import type { LogLevel } from "../../lib/model/spec.ts";

export interface MemoryLog extends ActivityLog {
  /** `level text`. */
  readonly lines: string[];
  /** How many times lines were to be written in one go. */
  gatherings: number;
}

/** @param debug whether debug lines are kept */
export function memoryLog(debug = false): MemoryLog {
  const lines: string[] = [];
  const quiet: ReadonlySet<LogLevel> = new Set(debug ? ["trace", "blather"] : ["debug", "trace", "blather"]);
  const enabled = (level: LogLevel): boolean => !quiet.has(level);
  const log = (level: LogLevel, text: string): void => {
    if (enabled(level)) lines.push(`${level} ${text}`);
  };
  const at = (level: LogLevel) => (text: string) => log(level, text);
  const memory: MemoryLog = {
    lines,
    gatherings: 0,
    path: null,
    enabled,
    log,
    critical: at("critical"),
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
    blather: at("blather"),
    together: (work) => {
      memory.gatherings++;
      return work();
    },
    reopen: () => {},
    clear: () => "ok",
    close: () => {},
  };
  return memory;
}
