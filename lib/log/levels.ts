/** The levels of the activity log: the original's numbers and the names that stand in its lines (supervisor.md section 4.6). */
import type { LogLevel } from "../model/spec.ts";

export const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = {
  critical: 50,
  error: 40,
  warn: 30,
  info: 20,
  debug: 10,
  trace: 5,
  blather: 3,
};

export const LEVEL_TAGS = {
  critical: "CRIT",
  error: "ERRO",
  warn: "WARN",
  info: "INFO",
  debug: "DEBG",
  trace: "TRAC",
  blather: "BLAT",
} as const satisfies Readonly<Record<LogLevel, string>>;

export type LevelTag = (typeof LEVEL_TAGS)[LogLevel];

/** The tags as winston wants them: the most urgent is 0. */
export const WINSTON_LEVELS: Readonly<Record<LevelTag, number>> = {
  CRIT: 0,
  ERRO: 1,
  WARN: 2,
  INFO: 3,
  DEBG: 4,
  TRAC: 5,
  BLAT: 6,
};
