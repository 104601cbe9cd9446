import { constants } from "node:fs";
import { addon } from "./addon.ts";
import { terminated } from "./bytes.ts";

export type ExecutableCheck = "ok" | "missing" | "directory" | "no-mode" | "no-permission";

/** Beside the mode, as the C file has it. */
const MAY_RUN = 1 << 20;

/** Whether this process could execute a file, judged as the original does: stat first, then mode, then access(2). */
export function checkExecutable(path: string): ExecutableCheck {
  // EACCES, ENOTDIR, ELOOP, a NUL in the name: the original's stat fails, and so there is no such command.
  if (path.includes("\0")) return "missing";
  const found = addon.executable(terminated(path, "program name"));
  if (found < 0) return "missing";
  if ((found & constants.S_IFMT) === constants.S_IFDIR) return "directory";
  if ((found & 0o111) === 0) return "no-mode";
  return (found & MAY_RUN) === 0 ? "no-permission" : "ok";
}
