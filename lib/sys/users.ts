/** The user and group databases (libc's: files, LDAP, whatever nsswitch says), and becoming another user. */
import { addon } from "./addon.ts";
import { fromBytes, terminated } from "./bytes.ts";
import { codeOf } from "./error-code.ts";
import { SysError } from "./sys-error.ts";

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

type UserRow = ReturnType<typeof addon.userByName>;
type GroupRow = ReturnType<typeof addon.groupByName>;

/** Null where there is none; throws SysError where the database cannot be asked. */
export const userByName = (name: string): User | null =>
  name.includes("\0") ? null : asUser(addon.userByName(terminated(name, "user name")), name);

/** Null where there is none; throws SysError where the database cannot be asked. */
export const userById = (uid: number): User | null => asUser(addon.userById(uid), String(uid));

/** Null where there is none; throws SysError where the database cannot be asked. */
export const groupByName = (name: string): Group | null =>
  name.includes("\0") ? null : asGroup(addon.groupByName(terminated(name, "group name")), name);

/** Null where there is none; throws SysError where the database cannot be asked. */
export const groupById = (gid: number): Group | null => asGroup(addon.groupById(gid), String(gid));

function asUser(row: UserRow, wanted: string): User | null {
  if (row === null) return null;
  if (typeof row === "number") throw new SysError(row, "getpwnam", wanted);
  const [name, uid, gid, home, shell] = row;
  return { name: fromBytes(name), uid, gid, home: fromBytes(home), shell: fromBytes(shell) };
}

function asGroup(row: GroupRow, wanted: string): Group | null {
  if (row === null) return null;
  if (typeof row === "number") throw new SysError(row, "getgrnam", wanted);
  return { name: fromBytes(row[0]), gid: row[1] };
}

/** The groups of a user as setgroups wants them: the given one first, then those that list the user as a member. */
export function supplementaryGroups(name: string, gid: number): number[] {
  const groups = addon.groupList(terminated(name, "user name"), gid);
  if (typeof groups === "number") throw new SysError(groups, "getgrouplist", name);
  return [...groups];
}

/** The real uid of this process. */
export const currentUid = (): number => process.getuid?.() ?? 0;

/** What becoming a user takes; `user` null: we are that user already, nothing to do. */
export type Credentials =
  | { readonly ok: true; readonly user: { uid: number; gid: number; groups: number[] } | null }
  | { readonly ok: false; readonly error: string };

/** What it takes to run as a uid, or the original's words for why it cannot be (supervisor.md section 3.7). */
export function credentialsFor(uid: number): Credentials {
  const user = userById(uid);
  if (user === null) return { ok: false, error: `Can't find uid ${uid}` };
  const current = currentUid();
  if (current === uid) return { ok: true, user: null };
  if (current !== 0) return { ok: false, error: "Can't drop privilege as nonroot user" };
  return { ok: true, user: { uid, gid: user.gid, groups: supplementaryGroups(user.name, user.gid) } };
}

/**
 * Makes this process the user's for good: groups, then group, then user, on all threads. Null, or the original's words for
 * what failed. Becoming who we are already is a success that changes nothing.
 */
export function dropPrivileges(uid: number): string | null {
  const credentials = credentialsFor(uid);
  if (!credentials.ok) return credentials.error;
  const { user } = credentials;
  if (user === null) return null;
  return (
    attempt(() => process.setgroups?.(user.groups), "Could not set groups of effective user") ??
    attempt(() => process.setgid?.(user.gid), "Could not set group id of effective user") ??
    attempt(() => process.setuid?.(user.uid), "Could not set user id of effective user")
  );
}

function attempt(call: () => void, words: string): string | null {
  try {
    call();
    return null;
  } catch (error) {
    codeOf(error);
    return words;
  }
}
