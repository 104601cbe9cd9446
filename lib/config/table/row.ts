/** What one row of the option table says. Parser, sample file, reference, diff and completion are made from the rows. */
import type { Datatype } from "../datatypes.ts";
import { ConfigError } from "../errors.ts";
import type { ConfigHost } from "../host.ts";

/**
 * Which names besides ENV_x an option may use in `%(name)s` (supervisor.md section 3.3):
 * `none` no others; `here` the directory of the file; `node` here and host_node_name; `socket` here and program_name;
 * `program` here, program_name, group_name and host_node_name; `process` those, process_num and numprocs.
 */
export type Scope = "none" | "here" | "node" | "socket" | "program" | "process";

/** The names that stand for a scope, in the order in which the reference shows them. */
export const SCOPE_NAMES: Readonly<Record<Scope, readonly string[]>> = {
  none: [],
  here: ["here"],
  node: ["here", "host_node_name"],
  socket: ["here", "program_name"],
  program: ["here", "program_name", "group_name", "host_node_name"],
  process: ["here", "program_name", "group_name", "host_node_name", "process_num", "numprocs"],
};

export interface RowFacts {
  readonly scope: Scope;
  /** One line, without a full stop. */
  readonly doc: string;
  /** The version of the original that brought it; 3.0 unless said. */
  readonly since?: string;
  /** What the sample file shows; the default unless said. */
  readonly example?: string;
  /** What stands for the default in words, where no text does. */
  readonly defaultText?: string;
  /** The option's own complaint of a bad value, in place of the datatype's. */
  readonly complaint?: (value: string) => string;
}

/** T is what the option's value becomes, with null for an option that may be missing. */
export interface Row<T> extends RowFacts {
  readonly name: string;
  readonly datatype: Datatype<unknown>;
  /** As it would be written in the file; null: none. */
  readonly defaultValue: string | null;
  readonly required: boolean;
  /** The value of the expanded text, or of its absence. @throws {ConfigError} without a place. */
  read(value: string | null, host: ConfigHost, section: string): T;
}

export type AnyRow = Row<unknown>;

function convert<T>(datatype: Datatype<T>, facts: RowFacts, value: string, host: ConfigHost): T {
  if (facts.complaint === undefined) return datatype.read(value, host);
  try {
    return datatype.read(value, host);
  } catch {
    throw new ConfigError(facts.complaint(value));
  }
}

/** An option that need not be there and has no default. */
export function optional<T>(name: string, datatype: Datatype<T>, facts: RowFacts): Row<T | null> {
  return {
    ...facts,
    name,
    datatype,
    defaultValue: null,
    required: false,
    read: (value, host) => (value === null ? null : convert(datatype, facts, value, host)),
  };
}

/** An option with a default, written as in a file. */
export function defaulted<T>(name: string, datatype: Datatype<T>, value: string, facts: RowFacts): Row<T> {
  return {
    ...facts,
    name,
    datatype,
    defaultValue: value,
    required: false,
    read: (given, host) => convert(datatype, facts, given ?? value, host),
  };
}

/** An option that must be there; `missing` is the original's complaint, given the section. */
export function required<T>(
  name: string,
  datatype: Datatype<T>,
  missing: (section: string) => string,
  facts: RowFacts,
): Row<T> {
  return {
    ...facts,
    name,
    datatype,
    defaultValue: null,
    required: true,
    read(value, host, section) {
      if (value === null) throw new ConfigError(missing(section));
      return convert(datatype, facts, value, host);
    },
  };
}
