/** Reads the options of one section by their rows: looks up, expands, converts, and tells the place of what is wrong. */
import { ConfigError, type Where } from "./errors.ts";
import type { EnvironmentNames } from "./expand.ts";
import type { ConfigHost } from "./host.ts";
import type { Ini } from "./ini.ts";
import type { FormatMapping } from "./pyformat.ts";
import type { Row, Scope } from "./table/row.ts";

/** All that reading a configuration carries along. */
export interface Source {
  readonly host: ConfigHost;
  readonly ini: Ini;
  /** The main file as it was named, and its directory. */
  readonly file: string;
  readonly here: string;
  readonly environment: EnvironmentNames;
}

/** The values of the names that a scope allows; a scope that is left out allows none. */
export type Names = Partial<Record<Scope, FormatMapping>>;

const NONE: FormatMapping = new Map();

/**
 * Nothing is kept: each call looks up, expands and converts anew. A ConfigError leaves it with the place that `where`
 * tells.
 */
export class SectionReader {
  readonly source: Source;
  readonly section: string;
  readonly #names: Names;

  constructor(source: Source, section: string, names: Names = {}) {
    this.source = source;
    this.section = section;
    this.#names = names;
  }

  /** Where the option is written, or the section when it is not. */
  where(option: string): Where {
    const { ini } = this.source;
    const place = ini.get(this.section, option) ?? ini.header(this.section);
    const at = place === undefined ? {} : { file: place.file, line: place.line };
    return { ...at, section: this.section, option };
  }

  /** As written. */
  raw(row: Row<unknown>): string | null {
    return this.source.ini.get(this.section, row.name)?.value ?? null;
  }

  /** As written, expanded under the label `section.option`. */
  expanded(row: Row<unknown>, scope: Scope = row.scope): string | null {
    const raw = this.raw(row);
    if (raw === null) return null;
    const label = `${this.section}.${row.name}`;
    return this.located(row, () => this.source.environment.expand(raw, this.names(scope), label));
  }

  /** @param scope where the option is read with other names than the table says. @throws {ConfigError} with its place. */
  get<T>(row: Row<T>, scope: Scope = row.scope): T {
    const value = this.expanded(row, scope);
    return this.located(row, () => row.read(value, this.source.host, this.section));
  }

  names(scope: Scope): FormatMapping {
    return this.#names[scope] ?? NONE;
  }

  /** Runs `work`, adding the option's place to its error. */
  located<T>(row: Row<unknown>, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof ConfigError ? error.at(this.where(row.name)) : error;
    }
  }

  fail(row: Row<unknown>, message: string): ConfigError {
    return new ConfigError(message, this.where(row.name));
  }
}
