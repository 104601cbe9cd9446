/**
 * What is done to files by their names. Paths may hold escaped bytes (bytes.ts). Here and in all that touches files an error is
 * thrown, a SysError; who wants its name instead, or none, asks `failureOf`.
 */
import { closeSync, constants, openSync, readdirSync, realpathSync, renameSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fromBytes, pathOf } from "./bytes.ts";
import { errorCode } from "./error-code.ts";
import { asSysError } from "./sys-error.ts";

const { O_CREAT, O_EXCL, O_RDWR } = constants;

/** Throws SysError. */
export const removeFile = (path: string): void => asSysError("unlink", path, () => unlinkSync(pathOf(path)));

/** Replaces `to`. Throws SysError. */
export const renameFile = (from: string, to: string): void =>
  asSysError("rename", from, () => renameSync(pathOf(from), pathOf(to)));

/** The names in a directory, in no order. Throws SysError. */
export const namesIn = (directory: string): readonly string[] =>
  asSysError("scandir", directory, () =>
    readdirSync(pathOf(directory), { encoding: "buffer" }).map(fromBytes),
  );

/** The path with the links on the way to its folder followed; as it is where there is no such folder. */
export function canonicalPath(path: string): string {
  try {
    return join(fromBytes(realpathSync(pathOf(dirname(path)), { encoding: "buffer" })), basename(path));
  } catch {
    return path;
  }
}

const TEMP_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_";
const tempChar = () => TEMP_CHARS[Math.floor(Math.random() * TEMP_CHARS.length)];
const TEMP_TRIES = 1000;

/** Creates an empty file for its owner only, with so many random characters in its name, and gives its path. Throws SysError. */
export function makeTempFile(directory: string, prefix: string, characters: number, suffix: string): string {
  for (let tries = 0; ; tries++) {
    // Guessing the name gains nobody anything: what is there already is never opened.
    const random = Array.from({ length: characters }, tempChar).join("");
    const path = `${directory}/${prefix}${random}${suffix}`;
    try {
      asSysError("open", path, () => closeSync(openSync(pathOf(path), O_RDWR | O_CREAT | O_EXCL, 0o600)));
      return path;
    } catch (error) {
      if (errorCode(error) !== "EEXIST" || tries >= TEMP_TRIES) throw error;
    }
  }
}
