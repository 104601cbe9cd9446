/** From a file's name to its sections: the search path, the main file, and what [include] brings in. */
import { ConfigError } from "./errors.ts";
import { EnvironmentNames } from "./expand.ts";
import { glob } from "./glob.ts";
import type { ConfigHost } from "./host.ts";
import { Ini } from "./ini.ts";
import { LIMITS } from "./limits.ts";
import { absolutePath, directoryName, joinPath } from "./posixpath.ts";
import { compareText, splitWords } from "./pytext.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { INCLUDE } from "./table/daemon.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Where a configuration is looked for without -c, in this order (supervisor.md section 3.2). */
export function searchPath(host: ConfigHost): readonly string[] {
  const base = directoryName(directoryName(host.argv0));
  return [
    joinPath(base, "etc", "supervisord.conf"),
    joinPath(base, "supervisord.conf"),
    "supervisord.conf",
    "etc/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
  ];
}

/** The first of the search path that is there, as the search path writes it; null when none is. */
export function findOnSearchPath(host: ConfigHost): string | null {
  return searchPath(host).find((path) => host.exists(joinPath(host.cwd, path))) ?? null;
}

/**
 * A file's text into the sections.
 * @returns its size in bytes, or null when there is no reading it.
 * @throws {ConfigError} when it holds what is no configuration.
 */
function readInto(host: ConfigHost, ini: Ini, file: string): number | null {
  const found = host.readFile(joinPath(host.cwd, file), LIMITS.fileBytes);
  if (!found.ok) {
    if (found.reason !== "too-large") return null;
    throw new ConfigError(`config file ${file} is larger than ${LIMITS.fileBytes} bytes`, { file });
  }
  const { text, error } = decodeUtf8(found.bytes);
  ini.read(text, file, error);
  return found.bytes.length;
}

/**
 * The main file alone: what supervisorctl reads.
 * @throws {ConfigError} when it is missing, unreadable or malformed.
 */
export function readMainFile(host: ConfigHost, file: string): Source {
  if (file === "" || !host.exists(joinPath(host.cwd, file))) {
    throw new ConfigError(`could not find config file ${file}`);
  }
  const ini = new Ini();
  if (readInto(host, ini, file) === null) throw new ConfigError(`could not read config file ${file}`);
  const here = absolutePath(host, directoryName(file));
  return { host, ini, file, here, environment: new EnvironmentNames(host.environment) };
}

/** What reading the included files has to say. */
export interface IncludeMessages {
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** Reads the files that [include] names into the same sections; files and directories that cannot be read are passed over. */
export function readIncludes(source: Source): IncludeMessages {
  const { host, ini, here } = source;
  const warn: string[] = [];
  const info: string[] = [];
  if (!ini.has("include")) return { warn, info };
  ini.expandHere(here);
  let bytes = 0;
  for (const pattern of includePatterns(source)) {
    const files = glob(host, pattern).sort(compareText);
    if (files.length === 0) warn.push(`No file matches via include "${pattern}"`);
    for (const file of files) {
      info.push(`Included extra file "${file}" during parsing`);
      bytes += readInto(host, ini, file) ?? 0;
      ini.expandHere(absolutePath(host, directoryName(file)));
      if (info.length > LIMITS.includedFiles) throw tooMuch(`${LIMITS.includedFiles} files`);
      if (bytes > LIMITS.includedBytes) throw tooMuch(`${LIMITS.includedBytes} bytes`);
    }
  }
  return { warn, info };
}

function includePatterns(source: Source): string[] {
  const { host, here, environment } = source;
  const names = new Map([
    ["here", here],
    ["host_node_name", host.hostname],
  ]);
  const reader = new SectionReader(source, "include");
  const row = INCLUDE.files;
  return reader.located(row, () => {
    const raw = row.read(reader.raw(row), host, "include");
    const base = directoryName(absolutePath(host, source.file));
    return splitWords(environment.expand(raw, names, "include.files")).map((word) => joinPath(base, word));
  });
}

const tooMuch = (bound: string): ConfigError =>
  new ConfigError(`[include] brings in more than ${bound}`, { section: "include", option: "files" });
