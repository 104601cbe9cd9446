/** Finding and loading Node modules that a configuration names. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importUrl } from "./code-cache.ts";

export type FoundModule =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly reason: string };

const isPath = (name: string): boolean => /^(?:\.{0,2}\/)/.test(name);

/**
 * Where a module is: a path (`./file.mjs`, `/file.js`) is taken from `folder`, a package is looked for in `node_modules` of
 * `folder` and those above it. The file's time is part of the URL, so that a changed file is loaded anew.
 */
export function findModule(name: string, folder: string): FoundModule {
  if (isPath(name)) {
    const path = resolve(folder, name);
    if (!existsSync(path)) return { ok: false, reason: `there is no file ${path}` };
    return { ok: true, url: fileUrl(path) };
  }
  const path = findPackage(name, folder);
  if (path === null) return { ok: false, reason: `there is no Node package ${name} in or above ${folder}` };
  return { ok: true, url: fileUrl(path) };
}

/** Runs the module and gives its exports. Rejects with whatever it throws. */
export const importModule = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  const loaded: Record<string, unknown> = await importUrl(url);
  const whole = loaded["default"];
  // What a CommonJS module exports late is only on its default.
  return typeof whole === "object" && whole !== null ? { ...whole, ...loaded } : loaded;
};

const fileUrl = (path: string): string => `${pathToFileURL(path)}?v=${statSync(path).mtimeMs}`;

function findPackage(name: string, folder: string): string | null {
  const require = createRequire(join(folder, "package.json"));
  try {
    const path = require.resolve(name);
    return path.includes("/") ? path : null;
  } catch {
    return findImportOnly(name, folder);
  }
}

/** The entry of a package that `require` may not load. */
function findImportOnly(name: string, folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const root = join(at, "node_modules", name);
    const entry = entryOf(join(root, "package.json"));
    if (entry !== null) return existsSync(join(root, entry)) ? join(root, entry) : null;
    if (at === dirname(at)) return null;
  }
}

function entryOf(manifest: string): string | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(manifest, "utf8"));
    const exports = member(parsed, "exports");
    const root = member(exports, ".") ?? exports;
    for (let at = root, depth = 0; depth < 4; depth++) {
      if (typeof at === "string") return at;
      at = member(at, "node") ?? member(at, "import") ?? member(at, "default");
    }
    return null;
  } catch {
    return null;
  }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
