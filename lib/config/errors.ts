/** The one error that reading a configuration or a command line raises. */

/** Where in which file the trouble is; what is not known is left out. Lines count from 1. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly section?: string;
  readonly option?: string;
}

/** `message` is the original's exact text wherever the original has one: it is what reread answers after CANT_REREAD. */
export class ConfigError extends Error {
  readonly where: Where | undefined;

  constructor(message: string, where?: Where) {
    super(message);
    this.name = "ConfigError";
    this.where = where;
  }

  /** The same error told from further out: what is already known of the place stays. */
  at(outer: Where, message: string = this.message): ConfigError {
    return new ConfigError(message, { ...outer, ...this.where });
  }
}

/** What a command writes to its standard error before it exits with status 2 (supervisor.md section 3.6). */
export function usageText(message: string, argv0: string): string {
  return `Error: ${message}\nFor help, use ${argv0} -h\n`;
}

/** `file:line: [section] option`, as far as it is known; empty when nothing is. */
export function describePlace(where: Where | undefined): string {
  if (where === undefined) return "";
  const place = where.line === undefined ? where.file : `${where.file ?? ""}:${where.line}`;
  const section = where.section === undefined ? undefined : `[${where.section}]`;
  const inside = [section, where.option].filter(Boolean).join(" ");
  if (inside === "") return place ?? "";
  return place === undefined ? inside : `${place}: ${inside}`;
}
