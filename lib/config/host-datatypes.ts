/** The types of option values that ask the machine: users, groups, directories and log files. */
import { type Datatype, text } from "./datatypes.ts";
import { ConfigError } from "./errors.ts";
import type { ConfigHost } from "./host.ts";
import { directoryName, expandUser, joinPath } from "./posixpath.ts";
import { parseInteger } from "./pyint.ts";

/** The uid of a user's name or number, who must exist. */
function uidOf(value: string, host: ConfigHost): number {
  const number = parseInteger(value);
  if (typeof number === "number") {
    if (host.userById(number) !== null) return number;
    throw new ConfigError(`Invalid user id ${value}`);
  }
  const user = host.userByName(value);
  if (user === null) throw new ConfigError(`Invalid user name ${value}`);
  return user.uid;
}

function gidOf(value: string, host: ConfigHost): number {
  const number = parseInteger(value);
  const group = typeof number === "number" ? host.groupById(number) : host.groupByName(value);
  if (group === null) throw new ConfigError(`Invalid group ${value}`);
  return group.gid;
}

export const user: Datatype<number> = { name: "user", accepts: "a user's name or uid", read: uidOf };

export interface Owner {
  readonly uid: number;
  /** -1: the group is left as it is. */
  readonly gid: number;
}

export const owner: Datatype<Owner> = {
  name: "owner",
  accepts: "user or user:group, by name or number",
  read(value, host) {
    const colon = value.indexOf(":");
    try {
      if (colon === -1) return { uid: uidOf(value, host), gid: -1 };
      return { uid: uidOf(value.slice(0, colon), host), gid: gidOf(value.slice(colon + 1), host) };
    } catch {
      throw new ConfigError(`Invalid user:group definition ${value}`);
    }
  },
};

/** Paths in options may be relative to where the daemon was started. */
const isDirectory = (host: ConfigHost, path: string): boolean =>
  path !== "" && host.isDirectory(joinPath(host.cwd, path));

/** A directory that is there; `~` is expanded, nothing else is changed. */
export const existingDirectory: Datatype<string> = {
  name: "directory",
  accepts: "an existing directory",
  read(value, host) {
    const path = expandUser(host, value);
    if (isDirectory(host, path)) return path;
    throw new ConfigError(`${value} is not an existing directory`);
  },
};

/** A file, there or not, in a directory that is there; `~` is expanded, nothing else is changed. */
export const existingDirpath: Datatype<string> = {
  name: "file",
  accepts: "a file in an existing directory",
  read(value, host) {
    const path = expandUser(host, value);
    const directory = directoryName(path);
    if (directory === "" || isDirectory(host, directory)) return path;
    throw new ConfigError(`The directory named as part of the path ${value} does not exist`);
  },
};

/** A child's log as written; `syslog` is the old spelling of stdout_syslog=true. */
export type LogfileChoice =
  | { readonly kind: "none" | "auto" | "syslog" }
  | { readonly kind: "file"; readonly path: string };

export const logfile: Datatype<LogfileChoice> = {
  name: "log file",
  accepts: "a file in an existing directory, AUTO, or NONE",
  read(value, host) {
    const word = value.toLowerCase();
    if (word === "none" || word === "off") return { kind: "none" };
    if (word === "auto" || word === "syslog") return { kind: word };
    return { kind: "file", path: existingDirpath.read(value, host) };
  },
};

/** A socket's or history's file; it is made absolute where it is used. */
export const path: Datatype<string> = { ...text, name: "file", accepts: "a path" };
