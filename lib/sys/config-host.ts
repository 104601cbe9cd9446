/** Answers what reading a configuration asks of the machine (config/host.ts). */
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import type { ConfigHost, HostEntry, HostFile } from "../config/host.ts";
import { fromBytes, pathOf } from "./bytes.ts";
import { codeOf } from "./error-code.ts";
import { currentDirectory, environment, hostName, rawEnvironment, temporaryDirectory } from "./host.ts";
import { currentUid, groupById, groupByName, userById, userByName } from "./users.ts";

/** The name that the command was called by; our launcher passes it on, as it runs us under a name of its own. */
const calledAs = (): string => rawEnvironment().get("SUPERVISORD_ARGV0") ?? process.argv[1] ?? "";

/** The working directory, the environment and the rest are taken now, and do not follow what the daemon does later. */
export function configHost(argv0: string = calledAs()): ConfigHost {
  return {
    argv0,
    cwd: currentDirectory(),
    environment: environment(),
    hostname: hostName(),
    uid: currentUid(),
    tempDirectory: temporaryDirectory(),
    readFile,
    exists: (path) => usable(path) && existsSync(pathOf(path)),
    linkExists,
    isDirectory,
    listDirectory,
    userByName,
    userById: (uid) => (isId(uid) ? userById(uid) : null),
    groupByName,
    groupById: (gid) => (isId(gid) ? groupById(gid) : null),
  };
}

/** A path with a NUL in it names nothing. */
const usable = (path: string): boolean => !path.includes("\0");

const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1;

function isDirectory(path: string): boolean {
  if (!usable(path)) return false;
  try {
    return statSync(pathOf(path)).isDirectory();
  } catch {
    return false;
  }
}

function linkExists(path: string): boolean {
  if (!usable(path)) return false;
  try {
    lstatSync(pathOf(path));
    return true;
  } catch {
    return false;
  }
}

/** Not readFileSync: a device or a pipe has no size to check beforehand, and no end that is sure to come. */
function readFile(path: string, maxBytes: number): HostFile {
  if (!usable(path)) return { ok: false, reason: "missing" };
  let descriptor: number;
  try {
    descriptor = openSync(pathOf(path), "r");
  } catch (error) {
    return { ok: false, reason: codeOf(error) === "ENOENT" ? "missing" : "unreadable" };
  }
  try {
    if (fstatSync(descriptor).isDirectory()) return { ok: false, reason: "unreadable" };
    return readAll(descriptor, maxBytes);
  } catch {
    return { ok: false, reason: "unreadable" };
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, maxBytes: number): HostFile {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= maxBytes; ) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSync(descriptor, chunk);
    if (count === 0) return { ok: true, bytes: Buffer.concat(chunks) };
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return { ok: false, reason: "too-large" };
}

function listDirectory(path: string): readonly HostEntry[] {
  try {
    return readdirSync(pathOf(path), { withFileTypes: true, encoding: "buffer" }).map((entry) => {
      const name = fromBytes(entry.name);
      return {
        name,
        directory: entry.isSymbolicLink() ? isDirectory(`${path}/${name}`) : entry.isDirectory(),
      };
    });
  } catch {
    return [];
  }
}
