/** What the original passes over in silence: what a check of a configuration has to say beyond its errors. */
import type { Config } from "../model/spec.ts";
import type { CommandLine } from "./command-line.ts";
import { lostEnvironmentTokens } from "./environment.ts";
import { describePlace, type Where } from "./errors.ts";
import type { ConfigHost } from "./host.ts";
import type { Ini } from "./ini.ts";
import { loadConfig, readSections } from "./load.ts";
import { parseInteger } from "./pyint.ts";
import { SECTIONS, type SectionFacts, sectionFacts } from "./table/sections.ts";

export interface Finding {
  readonly message: string;
  readonly where: Where;
}

/** `file:line: [section] option: message`, as far as the place is known. */
export const describeFinding = ({ message, where }: Finding): string => `${describePlace(where)}: ${message}`;

/**
 * Unknown sections and options with the nearest right name, variables lost in environment=, names that are taken twice, and
 * programs that make no process.
 * @throws {ConfigError} when the configuration is wrong, as loadConfig.
 */
export function lintConfig(host: ConfigHost, commandLine: CommandLine): Finding[] {
  const { ini } = readSections(host, commandLine).source;
  const config = loadConfig(host, commandLine);
  return [...ini.sections().flatMap((section) => lintSection(ini, section)), ...lintNames(ini, config)];
}

function place(ini: Ini, section: string, option?: string): Where {
  const at = (option === undefined ? undefined : ini.get(section, option)) ?? ini.header(section);
  const where = at === undefined ? { section } : { file: at.file, line: at.line, section };
  return option === undefined ? where : { ...where, option };
}

function lintSection(ini: Ini, section: string): Finding[] {
  const facts = sectionFacts(section);
  if (facts === null) {
    const [family = "", ...rest] = section.trim().split(":");
    const right = nearest(
      family,
      SECTIONS.map((known) => known.family),
    );
    const hint = right === null ? "" : `; did you mean [${[right, ...rest].join(":")}]?`;
    return [{ message: `unknown section${hint}`, where: place(ini, section) }];
  }
  return [...lintOptions(ini, section, facts), ...lintValues(ini, section)];
}

function lintOptions(ini: Ini, section: string, facts: SectionFacts): Finding[] {
  if (facts.open) return [];
  const known = facts.rows.map((row) => row.name);
  const unknown = ini.ownOptions(section).filter((option) => !known.includes(option));
  return unknown.map((option) => ({
    message: unknownOption(option, known),
    where: place(ini, section, option),
  }));
}

function unknownOption(option: string, known: readonly string[]): string {
  const right = nearest(option, known);
  if (right !== null) return `unknown option; did you mean ${right}?`;
  const homes = SECTIONS.filter((section) => section.rows.some((row) => row.name === option));
  if (homes.length === 0) return "unknown option";
  return `this option belongs in ${homes.map((section) => `[${section.title}]`).join(" or ")}`;
}

function lintValues(ini: Ini, section: string): Finding[] {
  const findings: Finding[] = [];
  const lost = lostEnvironmentTokens(ini.get(section, "environment")?.value ?? "");
  if (lost.length > 0) {
    const where = place(ini, section, "environment");
    findings.push({ message: `lost, for want of a comma: ${lost.join(" ")}`, where });
  }
  const numprocs = parseInteger(ini.get(section, "numprocs")?.value ?? "1");
  if (typeof numprocs === "number" && numprocs < 1) {
    findings.push({ message: "makes no process", where: place(ini, section, "numprocs") });
  }
  return findings;
}

function lintNames(ini: Ini, config: Config): Finding[] {
  const findings: Finding[] = [];
  const groups = new Set<string>();
  for (const group of config.groups) {
    const origin = group.processes[0]?.section ?? `group:${group.name}`;
    if (groups.has(group.name)) {
      const message = `a group named ${group.name} exists already: this one is not used`;
      findings.push({ message, where: place(ini, origin) });
    }
    groups.add(group.name);
    const names = new Set<string>();
    for (const { name, section } of group.processes) {
      if (names.has(name)) {
        const message = `a process named ${group.name}:${name} exists already: this one takes its place`;
        findings.push({ message, where: place(ini, section, "process_name") });
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
