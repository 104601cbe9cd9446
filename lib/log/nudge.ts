/**
 * Tells the followers of a file, in this process, that it has just been written or emptied: no inotify event is
 * needed for logs that the daemon writes itself, and an emptied file that has grown again is not missed.
 */

export interface Nudged {
  written(): void;
  emptied(): void;
}

/** Who writes a file without a word here while nobody follows it. */
export interface QuietWriter {
  readonly path: string;
  /** Somebody does from now on. */
  disturb(): void;
}

const followers = new Map<string, Set<Nudged>>();
const quiet = new Set<QuietWriter>();

/** Registers a follower of `path`; the returned function removes it. */
export function onNudge(path: string, follower: Nudged): () => void {
  const set = followers.get(path) ?? new Set();
  followers.set(path, set.add(follower));
  for (const writer of quiet) if (writer.path === path) writer.disturb();
  return () => {
    set.delete(follower);
    if (set.size === 0 && followers.get(path) === set) followers.delete(path);
  };
}

/** True where somebody follows just this path: another name of the same file is another path. */
export const isFollowed = (path: string): boolean => followers.size > 0 && followers.has(path);

/** `disturb` is called for every follower that comes, until {@link endQuiet}. */
export const beginQuiet = (writer: QuietWriter): void => void quiet.add(writer);
/** From now on the writer tells of its writes again. Nothing happens where it was not quiet. */
export const endQuiet = (writer: QuietWriter): void => void quiet.delete(writer);

/** Called for every chunk that a log takes: costs one comparison when nobody follows anything. */
export function notifyWritten(path: string): void {
  if (followers.size === 0) return;
  for (const follower of followers.get(path) ?? []) follower.written();
}

/** Called before a file is emptied in place. */
export function notifyEmptied(path: string): void {
  if (followers.size === 0) return;
  for (const follower of followers.get(path) ?? []) follower.emptied();
}
