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

export const hasContexts = (path: string): boolean => fileExists(path);

/** `ini` takes the words true, false and null for more than words. */
const textOrNull = (value: unknown): string | null => {
  const text = typeof value === "boolean" || value === null ? String(value) : value;
  return typeof text === "string" && text !== "" ? text : null;
};

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
    if (serverurl === null) continue;
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
      serverurl,
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
    };
  }
  const document = { ...(contexts.current === null ? {} : { current: contexts.current }), context: named };
  replacePrivateFile(path, ini.stringify(document, { platform: "linux" }));
}
