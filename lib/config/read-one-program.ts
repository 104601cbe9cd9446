/** A program that no file has: its options come from a client (twiddler.addProgramToGroup). */
import type { ProcessSpec } from "../model/spec.ts";
import { EnvironmentNames } from "./expand.ts";
import type { ConfigHost } from "./host.ts";
import { Ini, type IniOption, type Place } from "./ini.ts";
import { absolutePath, directoryName } from "./posixpath.ts";
import { readProgram } from "./read-program.ts";

export interface OneProgram {
  readonly group: string;
  readonly program: string;
  /** As a section would have them. */
  readonly options: ReadonlyMap<string, string>;
  /** The configuration's main file: what `%(here)s` and messages go by. */
  readonly file: string;
  readonly daemonEnvironment: ReadonlyMap<string, string>;
}

/** @throws {ConfigError} as for a section of a file. */
export function readOneProgram(host: ConfigHost, request: OneProgram): ProcessSpec[] {
  const { file, group, program, options, daemonEnvironment } = request;
  const section = `program:${program}`;
  const environment = new EnvironmentNames(host.environment);
  environment.add(daemonEnvironment);
  const here = absolutePath(host, directoryName(file));
  const ini = new OneSection(section, options, file);
  const source = { host, ini, file, here, environment };
  return readProgram(source, {
    section,
    groupName: group,
    fcgiSocket: null,
    daemonEnvironment,
    warn: () => {},
  });
}

/** A file that holds one section, with values that are taken as they are: no comments, no lines. */
class OneSection extends Ini {
  readonly #section: string;
  readonly #options: ReadonlyMap<string, IniOption>;
  readonly #place: Place;

  constructor(section: string, options: ReadonlyMap<string, string>, file: string) {
    super();
    this.#section = section;
    this.#place = { file, line: 0 };
    this.#options = new Map(
      [...options].map(([name, value]) => [name.toLowerCase(), { ...this.#place, value }]),
    );
  }

  override sections(): readonly string[] {
    return [this.#section];
  }

  override has(section: string): boolean {
    return section === this.#section;
  }

  override get(section: string, option: string): IniOption | undefined {
    return this.has(section) ? this.#options.get(option) : undefined;
  }

  override options(section: string): readonly string[] {
    return this.has(section) ? [...this.#options.keys()] : [];
  }

  override header(section: string): Place | undefined {
    return this.has(section) ? this.#place : undefined;
  }
}
