/** Python's posixpath on plain text. Node's own `path` is not used: its `resolve` asks the process where it stands. */

import type { ConfigHost } from "./host.ts";

/** os.path.isabs: with a slash in front; a `~` is yet to be expanded. */
export const isAbsolute = (path: string): boolean => path.startsWith("/");

/** os.path.split: everything before the last slash (less trailing slashes, unless it is all slashes), and the rest. */
export function splitPath(path: string): { readonly head: string; readonly tail: string } {
  const cut = path.lastIndexOf("/") + 1;
  const head = path.slice(0, cut);
  const trimmed = trimSlashes(head);
  return { head: trimmed === "" ? head : trimmed, tail: path.slice(cut) };
}

/** os.path.dirname: empty for a path without a slash. */
export const directoryName = (path: string): string => splitPath(path).head;

function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === "/") end -= 1;
  return path.slice(0, end);
}

/** os.path.join: an absolute part drops all that stands before it. */
export function joinPath(base: string, ...parts: readonly string[]): string {
  let path = base;
  for (const part of parts) {
    if (isAbsolute(part)) path = part;
    else path += path === "" || path.endsWith("/") ? part : `/${part}`;
  }
  return path;
}

/** os.path.normpath: no `.`, `..` nor double slash; exactly two leading slashes stay two, as POSIX allows. */
export function normalPath(path: string): string {
  if (path === "") return ".";
  const lead = path.startsWith("//") && !path.startsWith("///") ? "//" : path.startsWith("/") ? "/" : "";
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (lead === "" && kept.length === 0) || kept.at(-1) === "..") kept.push(part);
    else kept.pop();
  }
  return `${lead}${kept.join("/")}` || ".";
}

/** os.path.abspath. */
export const absolutePath = (host: ConfigHost, path: string): string => normalPath(joinPath(host.cwd, path));

/** os.path.expanduser: a leading `~` or `~name`, left alone when there is no such user. */
export function expandUser(host: ConfigHost, path: string): string {
  if (!path.startsWith("~")) return path;
  const slash = path.indexOf("/", 1);
  const end = slash === -1 ? path.length : slash;
  const home =
    end === 1
      ? (host.environment.get("HOME") ?? host.userById(host.uid)?.home)
      : host.userByName(path.slice(1, end))?.home;
  if (home === undefined) return path;
  return trimSlashes(home) + path.slice(end) || "/";
}

/** The original's normalize_path: `~` expanded, absolute, without detours. */
export const normalizePath = (host: ConfigHost, path: string): string =>
  absolutePath(host, expandUser(host, path));
