/**
 * What reading a configuration needs to know of the machine. The reader itself performs no I/O: `lib/sys/config-host.ts`
 * answers these questions from the operating system, specs answer them from a table. Every path is absolute.
 */

/** A row of the user database. */
export interface HostUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A row of the group database. */
export interface HostGroup {
  readonly name: string;
  readonly gid: number;
}

/** One name in a directory; a link to a directory counts as a directory. */
export interface HostEntry {
  readonly name: string;
  readonly directory: boolean;
}

/** A whole file, or why there is none: `too-large` when it holds more than the bytes asked for. */
export type HostFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: "missing" | "unreadable" | "too-large" };

export interface ConfigHost {
  /** The name the command was called by: part of the search path and of usage messages. */
  readonly argv0: string;
  /** Taken once, at start: a daemon that changes directory later still finds its own relative paths. */
  readonly cwd: string;
  /** The environment that `%(ENV_x)s` expands from. */
  readonly environment: ReadonlyMap<string, string>;
  readonly hostname: string;
  /** The real uid of the daemon. */
  readonly uid: number;
  /** Where AUTO logs go unless `childlogdir` says otherwise. */
  readonly tempDirectory: string;
  readFile(path: string, maxBytes: number): HostFile;
  /** Follows links; false also when the path may not be looked at. */
  exists(path: string): boolean;
  /** True also for a dangling link. */
  linkExists(path: string): boolean;
  isDirectory(path: string): boolean;
  /** In any order; empty when the directory cannot be read. */
  listDirectory(path: string): readonly HostEntry[];
  userByName(name: string): HostUser | null;
  userById(uid: number): HostUser | null;
  groupByName(name: string): HostGroup | null;
  groupById(gid: number): HostGroup | null;
  /**
   * Why `module:attribute` cannot be loaded as an RPC interface, a controller plug-in or a result handler; null when it
   * can. Without this method every name is taken as it is written.
   */
  resolvePlugin?(spec: string): string | null;
}
