/** Python's getopt.getopt: options stop at the first word that is none, long ones may be abbreviated. */
import { ConfigError } from "./errors.ts";

/** `name` ends in `:` (short) or `=` (long) when it takes a value, as Python writes them. */
export interface GetoptSpec {
  readonly short: readonly string[];
  readonly long: readonly string[];
  /** Long options of ours, which may not be abbreviated, so that every abbreviation goes on meaning what it did. */
  readonly exact?: readonly string[];
}

export interface GetoptResult {
  /** Each option with its dashes, in full, and its value (empty when it takes none). */
  readonly options: readonly (readonly [option: string, value: string])[];
  /** All words behind the options. */
  readonly rest: readonly string[];
}

function longOption(spec: GetoptSpec, name: string): { readonly full: string; readonly takesValue: boolean } {
  const candidates = spec.long.filter((known) => known.startsWith(name));
  if (candidates.length === 0) throw new ConfigError(`option --${name} not recognized`);
  const exact = candidates.find((known) => known === name || known === `${name}=`);
  if (exact === undefined && candidates.length > 1) {
    throw new ConfigError(`option --${name} not a unique prefix`);
  }
  const known = exact ?? candidates[0] ?? "";
  return known.endsWith("=")
    ? { full: known.slice(0, -1), takesValue: true }
    : { full: known, takesValue: false };
}

/** @throws {ConfigError} with Python's text: `option -x not recognized` and its like. */
export function getopt(argv: readonly string[], spec: GetoptSpec): GetoptResult {
  const options: [string, string][] = [];
  let at = 0;
  const valueFor = (option: string): string => {
    const value = argv[at++];
    if (value === undefined) throw new ConfigError(`option ${option} requires argument`);
    return value;
  };
  for (let word = argv[at]; word?.startsWith("-") && word !== "-"; word = argv[at]) {
    at += 1;
    if (word === "--") break;
    if (word.startsWith("--")) {
      if (spec.exact?.includes(word.slice(2)) === true) {
        options.push([word, ""]);
        continue;
      }
      const equals = word.indexOf("=");
      const { full, takesValue } = longOption(spec, equals === -1 ? word.slice(2) : word.slice(2, equals));
      if (!takesValue && equals !== -1) throw new ConfigError(`option --${full} must not have an argument`);
      const value = !takesValue ? "" : equals === -1 ? valueFor(`--${full}`) : word.slice(equals + 1);
      options.push([`--${full}`, value]);
      continue;
    }
    const letters = Array.from(word.slice(1));
    while (letters.length > 0) {
      const letter = letters.shift() ?? "";
      const takesValue = spec.short.includes(`${letter}:`);
      if (!takesValue && !spec.short.includes(letter))
        throw new ConfigError(`option -${letter} not recognized`);
      const value = takesValue ? letters.splice(0).join("") || valueFor(`-${letter}`) : "";
      options.push([`-${letter}`, value]);
    }
  }
  return { options, rest: argv.slice(at) };
}
