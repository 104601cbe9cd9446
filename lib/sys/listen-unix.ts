/** Listening on a unix socket: supervisor.md section 2.6, without its endless loops and unbounded waits. */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { addon } from "./addon.ts";
import { pathOf, terminated, toBytes } from "./bytes.ts";
import { errnoNumber } from "./errno.ts";
import { removeFile, renameFile } from "./files.ts";
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
  const { backlog, path } = options;
  if (toBytes(path).length > MAX_SOCKET_PATH) throw new SysError(errnoNumber("ENAMETOOLONG"), "bind", path);
  const own = ownName(path);
  failureOf(() => removeFile(own));
  const fd = bindAt(own, path);
  try {
    dress(own, options);
    checked(addon.listen(fd, backlog), "listen", path);
    publish(own, options);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  } finally {
    failureOf(() => removeFile(own));
  }
}

/**
 * Listens at a path where nothing is, under no other name: whoever gets the socket and asks for its address is told the path.
 * Until it has its owner, group and mode, nobody may connect. Throws SysError as {@link listenUnix}.
 */
export function listenUnixInPlace({ backlog, gid, mode, path, uid }: UnixListenOptions): number {
  if (toBytes(path).length > MAX_SOCKET_PATH) throw new SysError(errnoNumber("ENAMETOOLONG"), "bind", path);
  const fd = checked(addon.unixBind(terminated(path, "path")), "bind", path);
  try {
    dress(path, { path, uid, gid, mode, backlog });
    checked(addon.listen(fd, backlog), "listen", path);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** Node names no such flag; the number is the same on x64 and arm64. */
const O_PATH = 0o10000000;

/**
 * Owner and mode for the socket itself: who may write in its folder may put a link in its place meanwhile, and what that leads to
 * is not to be given away.
 */
function dress(own: string, { gid, mode, path, uid }: UnixListenOptions): void {
  const fd = asSysError("open", path, () => openSync(pathOf(own), O_PATH | constants.O_NOFOLLOW));
  try {
    if (!fstatSync(fd).isSocket()) throw inUse(path);
    const itself = `/proc/self/fd/${fd}`;
    if (uid !== -1 || gid !== -1) asSysError("chown", path, () => chownSync(itself, uid, gid));
    asSysError("chmod", path, () => chmodSync(itself, mode));
  } finally {
    closeSync(fd);
  }
}

/** A name beside the path, the original's unless the kernel has no room for it. */
function ownName(path: string): string {
  const name = `${path}.${process.pid}`;
  return toBytes(name).length <= MAX_SOCKET_PATH ? name : `${dirname(path)}/.${process.pid}`;
}

/** Where even that is too long for the kernel, the way to it is shortened. */
function bindAt(own: string, path: string): number {
  if (toBytes(own).length <= MAX_SOCKET_PATH) {
    return checked(addon.unixBind(terminated(own, "path")), "bind", path);
  }
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
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const linked = failureOf(() => linkSync(pathOf(own), pathOf(path)));
    if (linked === null) return;
    const there = identityOf(path);
    const occupant = failure(addon.unixProbe(terminated(path, "path")));
    if (occupant === null || IN_USE.has(occupant)) throw inUse(path);
    if (there !== null) options.onStale?.();
    if (linked !== "EEXIST") {
      replace(own, path);
      return;
    }
    if (there !== null) removeDead(there, path);
  }
  throw inUse(path);
}

/** What a connection attempt says of a socket that is alive: its queue is full, or it is of another kind. */
const IN_USE: ReadonlySet<string> = new Set(["EAGAIN", "EPROTOTYPE", "EINPROGRESS"]);

const inUse = (path: string): SysError => new SysError(errnoNumber("EADDRINUSE"), "bind", path);

/**
 * Clears the path of what was found dead there. Another daemon may have done so already and listen there now: what is taken
 * away is looked at again, and put back if it is not what we found.
 */
function removeDead(identity: string, path: string): void {
  const aside = `${ownName(path)}.dead`;
  const moved = failureOf(() => renameFile(path, aside));
  if (moved === "ENOENT") return;
  if (moved !== null) throw new SysError(errnoNumber(moved), "rename", path);
  const ours = identityOf(aside) === identity;
  if (!ours) failureOf(() => linkSync(pathOf(aside), pathOf(path)));
  const unlinked = failureOf(() => removeFile(aside));
  if (!ours) throw inUse(path);
  if (unlinked === null) return;
  failureOf(() => renameFile(aside, path));
  throw new SysError(errnoNumber(unlinked), "unlink", path);
}

/** On a file system without hard links: what is dead there, if anything, is replaced in one step. The last one wins. */
function replace(own: string, path: string): void {
  const identity = identityOf(own);
  const renamed = failureOf(() => renameFile(own, path));
  if (renamed !== null) throw new SysError(errnoNumber(renamed), "rename", path);
  if (identityOf(path) !== identity) throw inUse(path);
}

/** Null where there is nothing. */
function identityOf(path: string): string | null {
  const stats = asSysError("lstat", path, () =>
    lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false }),
  );
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
