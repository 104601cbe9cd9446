/** The file of named contexts: `$XDG_CONFIG_HOME/supervisorctl/contexts.ini`, for its owner only, read by npm's `ini`. */
import { fileExists, readTextIfAny, replacePrivateFile } from "../../lib/sys/client-files.ts";
import type { ServerTarget } from "./rpc.ts";

export interface Contexts {
  /** The one that is talked to where a command line names no server. */
  current: string | null;
  readonly byName: Map<string, ServerTarget>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the file is, by the XDG rules; a relative XDG_CONFIG_HOME does not count. */
export function contextsFile(environment: Environment): string {
  const given = environment["XDG_CONFIG_HOME"] ?? "";
  const base = given.startsWith("/") ? given : `${environment["HOME"] ?? ""}/.config`;
  return `${base}/supervisorctl/contexts.ini`;
}

/** True also where the file cannot be read, or names none. */
export const hasContexts = (path: string): boolean => fileExists(path);

/** All values of this file are text: `ini` takes `true`, `false` and `null` for something else. */
function textOrNull(value: unknown): string | null {
  if (value === undefined || typeof value === "object") return value === null ? "null" : null;
  const text = String(value);
  if (!text.startsWith('"')) return text;
  try {
    const decoded: unknown = JSON.parse(text);
    return typeof decoded === "string" ? decoded : text;
  } catch {
    return text;
  }
}

/** `ini` ends a line at characters that JSON leaves as they are. */
const asciiJson = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * What `ini` is given to write for a value, so that {@link textOrNull} has it back from what `ini` reads. It loses blanks of
 * all kinds at the ends, backslashes and quotes; a JSON text survives, as it comes to stand between a second pair of quotes.
 */
function written(
  value: string,
  ini: { encode(value: object): string; decode(text: string): Record<string, unknown> },
): string {
  const back = ini.decode(ini.encode({ value }))["value"];
  return !value.startsWith('"') && textOrNull(back) === value ? value : asciiJson(value);
}

/** No file: no contexts. A section without a serverurl is passed over. */
export async function readContexts(path: string): Promise<Contexts> {
  const contexts: Contexts = { current: null, byName: new Map() };
  const text = readTextIfAny(path);
  if (text === null) return contexts;
  const ini = await import("ini");
  const document: Readonly<Record<string, unknown>> = ini.parse(text);
  contexts.current = textOrNull(document["current"]);
  const named: unknown = document["context"];
  if (typeof named !== "object" || named === null) return contexts;
  for (const [name, section] of Object.entries(named)) {
    if (typeof section !== "object" || section === null) continue;
    const values = section as Readonly<Record<string, unknown>>;
    const serverurl = textOrNull(values["serverurl"]);
    if (serverurl === null || serverurl === "") continue;
    contexts.byName.set(name, {
      serverurl,
      username: textOrNull(values["username"]),
      password: textOrNull(values["password"]),
    });
  }
  return contexts;
}

/** Throws the system's error. */
export async function writeContexts(path: string, contexts: Contexts): Promise<void> {
  const ini = await import("ini");
  const named: Record<string, Record<string, string>> = {};
  for (const [name, { serverurl, username, password }] of contexts.byName) {
    named[name] = {
      serverurl: written(serverurl, ini),
      ...(username === null ? {} : { username: written(username, ini) }),
      ...(password === null ? {} : { password: written(password, ini) }),
    };
  }
  const document = { ...(contexts.current === null ? {} : { current: contexts.current }), context: named };
  replacePrivateFile(path, ini.stringify(document, { platform: "linux" }));
}
