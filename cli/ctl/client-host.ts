/** The machine as reading [supervisorctl] sees it, without the native addon: a client must start fast, and anywhere. */
import { hostname, tmpdir, userInfo } from "node:os";
import type { ConfigHost, HostUser } from "../../lib/config/host.ts";
import { fileExists, readBytes, readTextIfAny } from "../../lib/sys/client-files.ts";

/** What the launcher adds to the environment for our own use: no configuration should see it. */
const LAUNCHER = /^SUPERVISORD_(?:ARGV0|NOFILE_SOFT|NODE|NODE_OPTIONS|NODE_EXTRA_CA_CERTS)$/;

function users(): HostUser[] {
  return (readTextIfAny("/etc/passwd") ?? "").split("\n").flatMap((row) => {
    const [name, , uid, gid, , home] = row.split(":");
    return name === undefined || home === undefined
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

function ownUser(): HostUser | null {
  try {
    const { username, uid, gid, homedir } = userInfo();
    return { name: username, uid, gid, home: homedir };
  } catch {
    return null;
  }
}

/** A folder that has been removed under us matters only to relative names. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

/**
 * The environment and the directory are those of now. Folders look empty and groups unknown, and users other than our
 * own are looked for in /etc/passwd alone.
 */
export function clientHost(argv0: string): ConfigHost {
  const environment = new Map<string, string>();
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !LAUNCHER.test(name)) environment.set(name, value);
  }
  const uid = process.getuid?.() ?? 0;
  return {
    argv0,
    cwd: workingDirectory(),
    environment,
    get hostname() {
      return hostname();
    },
    uid,
    tempDirectory: tmpdir(),
    readFile(path, maxBytes) {
      if (!fileExists(path)) return { ok: false, reason: "missing" };
      try {
        const bytes = readBytes(path);
        return bytes.length > maxBytes ? { ok: false, reason: "too-large" } : { ok: true, bytes };
      } catch {
        return { ok: false, reason: "unreadable" };
      }
    },
    exists: fileExists,
    linkExists: fileExists,
    isDirectory: () => false,
    listDirectory: () => [],
    userByName: (name) => users().find((user) => user.name === name) ?? null,
    userById: (id) => (id === uid ? ownUser() : (users().find((user) => user.uid === id) ?? null)),
    groupByName: () => null,
    groupById: () => null,
  };
}
