/** What the system refused: one error class with the errno's name, so that callers word their own messages. */
import { addon } from "./addon.ts";
import { errnoName, errnoNumber } from "./errno.ts";
import { codeOf } from "./error-code.ts";

export { errnoName } from "./errno.ts";

/** getaddrinfo's errors come from the addon as this base plus their number. */
const GAI_BASE = 100000;

const GAI_NAMES: Readonly<Record<number, string>> = {
  1: "EAI_BADFLAGS",
  2: "EAI_NONAME",
  3: "EAI_AGAIN",
  4: "EAI_FAIL",
  5: "EAI_NODATA",
  6: "EAI_FAMILY",
  7: "EAI_SOCKTYPE",
  8: "EAI_SERVICE",
  9: "EAI_ADDRFAMILY",
  10: "EAI_MEMORY",
  12: "EAI_OVERFLOW",
};

/** A failed system call. `code` is `ENOENT` (or `EAI_NONAME` from a name look-up), `errno` its positive number. */
export class SysError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;

  constructor(errno: number, syscall: string, path?: string) {
    const number = Math.abs(errno);
    const code = number > GAI_BASE ? (GAI_NAMES[number - GAI_BASE] ?? "EAI_SYSTEM") : errnoName(number);
    super(`${code}: ${strerror(number)}, ${syscall}${path === undefined ? "" : ` '${path}'`}`);
    this.name = "SysError";
    this.code = code;
    this.errno = number > GAI_BASE ? GAI_BASE - number : number;
    this.syscall = syscall;
    this.path = path;
  }
}

/** libc's words for an error, given by number (of either sign) or name: `No such file or directory`. */
export function strerror(error: number | string): string {
  return addon.strerror(typeof error === "number" ? Math.abs(error) : errnoNumber(error));
}

/** The result of an addon call, or the SysError that its negative errno means. */
export function checked(result: number, syscall: string, path?: string): number {
  if (result < 0) throw new SysError(result, syscall, path);
  return result;
}

/** Null for success, else the errno's name: for callers that do not want exceptions. */
export const failure = (result: number): string | null => (result < 0 ? errnoName(result) : null);

/** Runs a call of node:fs; its error becomes a SysError. */
export function asSysError<T>(syscall: string, path: string | undefined, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const errno = errnoNumber(codeOf(error));
    if (errno === 0) throw error;
    throw new SysError(errno, syscall, path);
  }
}

/** Runs a call of node:fs; gives null, or the name of its error. */
export function failureOf(call: () => void): string | null {
  try {
    call();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}
