/** Becoming another program, and watching processes that are not our children. */
import { addon } from "./addon.ts";
import { terminated, terminatedList } from "./bytes.ts";
import { errnoName } from "./errno.ts";
import { closeFd, setCloseOnExec } from "./pipes.ts";
import { checked } from "./sys-error.ts";
import { watchDescriptor } from "./watch.ts";

/**
 * Replaces this process by another program, keeping its pid and children and the descriptors 0, 1, 2 and `keep`. Returns
 * only when that fails, with the errno's name. The new image reaps what ended meanwhile by itself (reap.ts).
 */
export function execInPlace(
  file: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  keep: readonly number[],
): string {
  const lines = [...env].map(([name, value]) => `${name}=${value}`);
  const program = terminated(file, "program name");
  const args = terminatedList(argv, "argument");
  const variables = terminatedList(lines, "environment variable");
  for (const fd of keep) setCloseOnExec(fd, false);
  const error = errnoName(addon.execve(program, args, argv.length, variables, lines.length));
  for (const fd of keep) setCloseOnExec(fd, true);
  return error;
}

/**
 * Calls `onExit` once when a process that is not our child ends; the returned function calls it off. Throws SysError
 * (`ESRCH`: there is none; `ENOSYS`: a kernel before 5.3).
 */
export function watchProcess(pid: number, onExit: () => void): () => void {
  const fd = checked(addon.pidfdOpen(pid), "pidfd_open");
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    watch.stop();
    closeFd(fd);
  };
  const watch = watchDescriptor(fd, "event", () => {
    close();
    onExit();
  });
  return close;
}
