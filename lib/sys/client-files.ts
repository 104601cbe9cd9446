/** The few files of a command-line client: its configuration, its shell's history, its contexts. */
import {
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** True if something is there (a dangling link is not). */
export const fileExists = (path: string): boolean => existsSync(path);

/** The bytes of a file; throws the system's error. */
export const readBytes = (path: string): Uint8Array => readFileSync(path);

/** Names in a folder, those of folders with a slash behind them; none where it cannot be read. */
export function folderNames(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) => {
      const isFolder =
        entry.isDirectory() ||
        (entry.isSymbolicLink() &&
          statSync(`${path}/${entry.name}`, { throwIfNoEntry: false })?.isDirectory() === true);
      return isFolder ? `${entry.name}/` : entry.name;
    });
  } catch {
    return [];
  }
}

/** The file as UTF-8 text, or null where it cannot be read. */
export function readTextIfAny(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/**
 * Replaces a file as a whole, readable by its owner only, making its directory (mode 0700) if need be. A reader sees the
 * old text or the new one. Throws the system's error.
 */
export function replacePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  try {
    writeWhole(fresh, text, true);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Writes a file in place, keeping its mode and what it links to; a new one is for its owner only. Throws the system's error. */
export const writePrivateText = (path: string, text: string): void => writeWhole(path, text, false);

/** Through a descriptor, node:fs goes on where a write takes only a part. `chmod`: also where the file was there before. */
function writeWhole(path: string, text: string, chmod: boolean): void {
  const fd = openSync(path, "w", 0o600);
  try {
    if (chmod) fchmodSync(fd, 0o600);
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
