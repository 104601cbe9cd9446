/** What the original passes over in silence: what a check of a configuration has to say beyond its errors. */
import type { Config } from "../model/spec.ts";
import type { CommandLine } from "./command-line.ts";
import { differences } from "./differences.ts";
import { ConfigError, type Where } from "./errors.ts";
import { type Finding, placeOf } from "./finding.ts";
import type { ConfigHost } from "./host.ts";
import type { Ini } from "./ini.ts";
import { lintRepeats, lintSockets, lintValues } from "./lint-values.ts";
import { configOf, type Reading, readSections } from "./load.ts";
import { SECTIONS, type SectionFacts, sectionFacts } from "./table/sections.ts";

/** All that a check has to say. */
export interface Report {
  /** What supervisord refuses to start with. */
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** What the original takes otherwise. */
  readonly notes: readonly Finding[];
  /** What is left of the configuration without all that is wrong; null where nothing is. */
  readonly config: Config | null;
  /** The files that were read, in that order. */
  readonly files: readonly string[];
  /** Where an option is written, or its section. */
  place(section: string, option?: string): Where;
}

/** More than anybody reads; each takes another look at the whole configuration. */
const MAX_ERRORS = 100;

/**
 * Unknown sections and options with the nearest right name, what is written twice, variables lost in environment=, names that
 * are taken twice, programs that make no process, and places that cannot be reached.
 * @throws {ConfigError} when the configuration is wrong, as loadConfig.
 */
export function lintConfig(host: ConfigHost, commandLine: CommandLine): Finding[] {
  const reading = readSections(host, commandLine);
  const config = configOf(reading, commandLine);
  const { ini } = reading.source;
  return [...lintFile(ini), ...lintConfigured(host, ini, config)];
}

/**
 * Everything at once: each error, not the first alone, and what {@link lintConfig} finds. What is wrong is taken out and
 * the rest is read again.
 */
export function checkConfig(host: ConfigHost, commandLine: CommandLine): Report {
  let reading: Reading;
  try {
    reading = readSections(host, commandLine);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      errors: [findingOf(error)],
      warnings: [],
      notes: [],
      config: null,
      files: [],
      place: (section) => ({ section }),
    };
  }
  const { ini } = reading.source;
  const places = new Map(ini.sections().map((section) => [section, ini.header(section)]));
  const notes = differences(ini);
  const oversights = lintFile(ini);
  const { errors, config } = readAround(reading, commandLine);
  const missing = config?.messages.warn.map((message) => ({ message, where: {} })) ?? [];
  const more = config === null ? [] : lintConfigured(host, ini, config);
  return {
    errors,
    config,
    files: ini.files(),
    notes,
    warnings: [...missing, ...oversights, ...more],
    place: (section, option) => ({ ...places.get(section), ...placeOf(ini, section, option) }),
  };
}

function readAround(reading: Reading, commandLine: CommandLine): Pick<Report, "errors" | "config"> {
  const { ini } = reading.source;
  const errors: Finding[] = [];
  const gone: string[] = [];
  const taken = new Set<string>();
  while (errors.length < MAX_ERRORS) {
    try {
      return { errors, config: configOf(reading, commandLine) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const { section, option } = error.where ?? {};
      const isFollowUp = gone.some((name) =>
        error.message.endsWith(`names unknown program or fcgi-program ${name}`),
      );
      const key = `${section}\n${option}`;
      if (!isFollowUp && !taken.has(key)) errors.push(findingOf(error));
      if (section === undefined) break;
      taken.add(key);
      if (option !== undefined && ini.remove(section, option)) continue;
      if (section === "supervisord" || !ini.remove(section)) break;
      gone.push(section.slice(section.indexOf(":") + 1));
    }
  }
  return { errors, config: null };
}

const findingOf = ({ message, where = {} }: ConfigError): Finding => ({ message, where });

/** What can be told of a file's text, be it right or wrong. */
const lintFile = (ini: Ini): Finding[] => [
  ...lintRepeats(ini),
  ...ini.sections().flatMap((section) => lintSection(ini, section)),
];

/** What can be told where the configuration is read. */
const lintConfigured = (host: ConfigHost, ini: Ini, config: Config): Finding[] => [
  ...lintNames(ini, config),
  ...lintSockets(host, ini, config),
];

function lintSection(ini: Ini, section: string): Finding[] {
  const facts = sectionFacts(section);
  if (facts === null) {
    const [family = "", ...rest] = section.trim().split(":");
    const right = nearest(
      family.toLowerCase(),
      SECTIONS.map((known) => known.family),
    );
    const hint = right === null ? "" : `; did you mean [${[right, ...rest].join(":")}]?`;
    return [{ message: `unknown section${hint}`, where: placeOf(ini, section) }];
  }
  return [...lintOptions(ini, section, facts), ...lintValues(ini, section)];
}

function lintOptions(ini: Ini, section: string, facts: SectionFacts): Finding[] {
  if (facts.open) return [];
  const known = facts.rows.map((row) => row.name);
  const unknown = ini.ownOptions(section).filter((option) => !known.includes(option));
  return unknown.map((option) => ({
    message: unknownOption(option, known),
    where: placeOf(ini, section, option),
  }));
}

function unknownOption(option: string, known: readonly string[]): string {
  const right = nearest(option, known);
  if (right !== null) return `unknown option; did you mean ${right}?`;
  const homes = SECTIONS.filter((section) => section.rows.some((row) => row.name === option));
  if (homes.length === 0) return "unknown option";
  return `this option belongs in ${homes.map((section) => `[${section.title}]`).join(" or ")}`;
}

function lintNames(ini: Ini, config: Config): Finding[] {
  const findings: Finding[] = [];
  const groups = new Set<string>();
  for (const group of config.groups) {
    const origin = group.processes[0]?.section ?? `group:${group.name}`;
    if (groups.has(group.name)) {
      const message = `a group named ${group.name} exists already: this one is not used`;
      findings.push({ message, where: placeOf(ini, origin) });
    }
    groups.add(group.name);
    const names = new Set<string>();
    for (const { name, section } of group.processes) {
      if (names.has(name)) {
        const message = `a process named ${group.name}:${name} exists already: this one takes its place`;
        findings.push({ message, where: placeOf(ini, section, "process_name") });
      }
      names.add(name);
    }
  }
  return findings;
}

/** The known name that takes the fewest edits, if it takes few for its length. */
function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.min(4, Math.floor(name.length / 3) + 1);
  for (const candidate of known) {
    const distance = editDistance(name, candidate, least);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Levenshtein's, given up at `bound`: names far longer than any known one cost nothing. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? bound;
}
