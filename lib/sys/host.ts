/** The machine and this process as a configuration sees them. */
import { closeSync, constants, openSync, unlinkSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { addon } from "./addon.ts";
import { fromBytes, pathOf } from "./bytes.ts";

/** As gethostname gives it. */
export const hostName = (): string => hostname();

/** Throws when it no longer exists. */
export const currentDirectory = (): string => process.cwd();

/** Stays the same: what goes to the background is another process from its beginning (daemonise.ts). */
export const processId = (): number => process.pid;

/** Ends the process now. */
export const exit = (code: number): never => process.exit(code);

/** Node reads these two at boot: the launcher carries the user's own past it under other names. */
const PARKED: ReadonlyMap<string, string> = new Map([
  ["SUPERVISORD_NODE_OPTIONS", "NODE_OPTIONS"],
  ["SUPERVISORD_NODE_EXTRA_CA_CERTS", "NODE_EXTRA_CA_CERTS"],
]);

/** Between our launcher, our processes and ourselves: no configuration and no child sees them. */
const INTERNAL = /^SUPERVISORD_(?:ARENA_MAX|ARGV0|NODE|NATIVE|NOFILE_SOFT|STATUS_FD)$/;

/** The environment as the user made it, byte for byte (bytes.ts): what configurations expand from and children inherit. */
export function environment(): Map<string, string> {
  const own = new Map<string, string>();
  const all = rawEnvironment();
  for (const [name, value] of all) {
    // The launcher sets it for the daemon where the user has not, and leaves a mark.
    if (name === "MALLOC_ARENA_MAX" && all.has("SUPERVISORD_ARENA_MAX")) continue;
    if (!INTERNAL.test(name)) own.set(PARKED.get(name) ?? name, value);
  }
  return own;
}

/** What the launcher has set for our own C library is not for what a plug-in may start with `process.env`. */
export function dropOwnVariables(): void {
  if (process.env["SUPERVISORD_ARENA_MAX"] === undefined) return;
  delete process.env["MALLOC_ARENA_MAX"];
  delete process.env["SUPERVISORD_ARENA_MAX"];
}

/** The environment with our own variables in it, for a process that is to take our place. */
export function rawEnvironment(): Map<string, string> {
  const all = new Map<string, string>();
  for (const line of fromBytes(addon.environment()).split("\0")) {
    const at = line.indexOf("=", 1);
    if (at > 0) all.set(line.slice(0, at), line.slice(at + 1));
  }
  return all;
}

/**
 * The directory for temporary files by Python's rules: the first of $TMPDIR, $TEMP, $TMP, /tmp, /var/tmp, /usr/tmp and the
 * current directory in which a file can be written. Throws where there is none.
 */
export function temporaryDirectory(): string {
  const env = rawEnvironment();
  const named = ["TMPDIR", "TEMP", "TMP"].map((name) => env.get(name) ?? "").filter((path) => path !== "");
  const candidates = [...named, "/tmp", "/var/tmp", "/usr/tmp", currentDirectory()].map((path) =>
    resolve(path),
  );
  const usable = candidates.find(isWritableDirectory);
  if (usable === undefined)
    throw new Error(`No usable temporary directory found in ${candidates.join(", ")}`);
  return usable;
}

function isWritableDirectory(directory: string): boolean {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
  const path = pathOf(`${directory}/supervisord-${process.pid}-${Date.now().toString(36)}`);
  try {
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      return writeSync(fd, "blat") === 4;
    } finally {
      closeSync(fd);
      unlinkSync(path);
    }
  } catch {
    return false;
  }
}
