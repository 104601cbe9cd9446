/** Listening on a unix socket: supervisor.md section 2.6, without its endless loops and unbounded waits. */
import { chmodSync, chownSync, closeSync, constants, linkSync, lstatSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { addon } from "./addon.ts";
import { pathOf, terminated, toBytes } from "./bytes.ts";
import { errnoNumber } from "./errno.ts";
import { renamePath, unlinkPath } from "./files.ts";
import { closeFd } from "./pipes.ts";
import { asSysError, checked, failure, failureOf, SysError } from "./sys-error.ts";

export interface UnixListenOptions {
  readonly path: string;
  readonly mode: number;
  /** -1 leaves the owner, or the group, as it is. */
  readonly uid: number;
  readonly gid: number;
  readonly backlog: number;
  /** A socket that nobody listens on is about to be replaced. */
  readonly onStale?: () => void;
}

/** The kernel's room for a socket's path, less its NUL. */
const MAX_SOCKET_PATH = 107;

/** Two daemons that race for one path settle it in a few rounds. */
const MAX_ROUNDS = 10;

/**
 * Listens at a path and gives the descriptor. The socket is made under a name of its own and comes to its path only when it
 * has its owner, group and mode and listens: nobody ever sees it half-done. A dead socket in the way is replaced, a live one
 * is SysError EADDRINUSE. Any other SysError says in `syscall` which step failed (`bind`, `chown`, `chmod`, `listen`, `link`,
 * `unlink`, `rename`).
 */
export function listenUnix(options: UnixListenOptions): number {
  const { backlog, gid, mode, path, uid } = options;
  if (toBytes(path).length > MAX_SOCKET_PATH) throw new SysError(errnoNumber("ENAMETOOLONG"), "bind", path);
  const own = `${path}.${process.pid}`;
  unlinkPath(own);
  const fd = bindAt(own, path);
  try {
    if (uid !== -1 || gid !== -1) asSysError("chown", path, () => chownSync(pathOf(own), uid, gid));
    asSysError("chmod", path, () => chmodSync(pathOf(own), mode));
    checked(addon.listen(fd, backlog), "listen", path);
    publish(own, options);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  } finally {
    unlinkPath(own);
  }
}

/** Our own name is longer than the path's and may be too long for the kernel: then the way to it is shortened. */
function bindAt(own: string, path: string): number {
  if (toBytes(own).length <= MAX_SOCKET_PATH)
    return checked(addon.unixBind(terminated(own, "path")), "bind", path);
  const directory = asSysError("open", dirname(own), () =>
    openSync(pathOf(dirname(own)), constants.O_RDONLY | constants.O_DIRECTORY),
  );
  try {
    const short = `/proc/self/fd/${directory}/${basename(own)}`;
    return checked(addon.unixBind(terminated(short, "path")), "bind", path);
  } finally {
    closeSync(directory);
  }
}

/** Gives the finished socket its path. */
function publish(own: string, options: UnixListenOptions): void {
  const { path } = options;
  const identity = identityOf(own);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const linked = failureOf(() => linkSync(pathOf(own), pathOf(path)));
    if (linked === null) {
      confirm(identity, path);
      return;
    }
    const occupant = failure(addon.unixProbe(terminated(path, "path")));
    if (occupant === null || IN_USE.has(occupant))
      throw new SysError(errnoNumber("EADDRINUSE"), "bind", path);
    if (linked === "EEXIST" && occupant === "ENOENT") continue;
    if (occupant !== "ENOENT") options.onStale?.();
    if (linked === "EEXIST") {
      const unlinked = unlinkPath(path);
      if (unlinked !== null && unlinked !== "ENOENT")
        throw new SysError(errnoNumber(unlinked), "unlink", path);
    } else {
      // A file system without hard links: the rename replaces what is dead, if anything.
      const renamed = renamePath(own, path);
      if (renamed !== null) throw new SysError(errnoNumber(renamed), "rename", path);
      confirm(identity, path);
      return;
    }
  }
  throw new SysError(errnoNumber("EADDRINUSE"), "bind", path);
}

/** What a connection attempt says of a socket that is alive: its queue is full, or it is of another kind. */
const IN_USE: ReadonlySet<string> = new Set(["EAGAIN", "EPROTOTYPE", "EINPROGRESS"]);

/** Another daemon that took the same dead socket for its own may have won. */
function confirm(identity: string, path: string): void {
  if (identityOf(path) !== identity) throw new SysError(errnoNumber("EADDRINUSE"), "bind", path);
}

const identityOf = (path: string): string =>
  asSysError("lstat", path, () => {
    const { dev, ino } = lstatSync(pathOf(path), { bigint: true });
    return `${dev}:${ino}`;
  });
