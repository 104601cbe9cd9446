/** What the system calls an error that was caught, whoever threw it: node:fs or the addon (sys-error.ts). */

/** `ENOENT`; null where the system has not refused anything. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** The system's name of an error; anything else is a bug, and thrown again. */
export function codeOf(error: unknown): string {
  const code = systemCode(error);
  if (code === null) throw error;
  return code;
}

/** The system's name of an error, or its message where it has none: for those who say whatever went wrong. */
export const errorCode = (error: unknown): string =>
  systemCode(error) ?? (error instanceof Error ? error.message : String(error));
