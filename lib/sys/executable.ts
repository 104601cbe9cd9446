import { accessSync, constants, statSync } from "node:fs";

export type ExecutableCheck = "ok" | "missing" | "directory" | "no-mode" | "no-permission";

/** Whether this process could execute a file, judged as the original does: stat first, then mode, then access(2). */
export function checkExecutable(path: string): ExecutableCheck {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return "missing";
    if (status.isDirectory()) return "directory";
    if ((status.mode & 0o111) === 0) return "no-mode";
  } catch {
    // EACCES, ENOTDIR, ELOOP, a NUL in the name: the original's stat fails, and so there is no such command.
    return "missing";
  }
  try {
    accessSync(path, constants.X_OK);
    return "ok";
  } catch {
    return "no-permission";
  }
}
