/** What stands at a path, or behind a descriptor. */
import { constants, fstatSync, lstatSync, type Stats, statSync } from "node:fs";
import { addon } from "./addon.ts";
import { pathOf } from "./bytes.ts";
import { checked } from "./sys-error.ts";

/** What a log needs to know about a file; `dev` and `ino` tell whether it is still the same. */
export interface FileFacts {
  readonly regular: boolean;
  readonly size: number;
  readonly dev: number;
  readonly ino: number;
  readonly links: number;
}

const factsOf = (stats: Stats): FileFacts => ({
  regular: stats.isFile(),
  size: stats.size,
  dev: stats.dev,
  ino: stats.ino,
  links: stats.nlink,
});

const facts = new Float64Array(5);

/** Throws SysError. Asked for every log once a second: Node's own way costs as much as taking a line. */
export function factsOfOpen(fd: number): FileFacts {
  checked(addon.facts(fd, facts), "fstat");
  const [mode = 0, size = 0, dev = 0, ino = 0, links = 0] = facts;
  return { regular: (mode & constants.S_IFMT) === constants.S_IFREG, size, dev, ino, links };
}

/** True for a descriptor that is open. */
export function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

function statusOf(path: string): Stats | null {
  try {
    return statSync(pathOf(path));
  } catch {
    return null;
  }
}

/** Links followed. Null where nothing can be found at the path, for whatever reason. */
export function factsOfPath(path: string): FileFacts | null {
  const stats = statusOf(path);
  return stats === null ? null : factsOf(stats);
}

/** When a file was written last, in milliseconds since the epoch. Null where nothing can be found at the path. */
export const modifiedAt = (path: string): number | null => statusOf(path)?.mtimeMs ?? null;

/** True for a regular file that is no symbolic link. */
export function isPlainFile(path: string): boolean {
  try {
    return lstatSync(pathOf(path)).isFile();
  } catch {
    return false;
  }
}
