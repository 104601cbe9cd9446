import { type FSWatcher, watch } from "node:fs";
import { pathOf } from "./bytes.ts";

/** Calls `onChange` whenever a file or the names in a directory change. Null where the system has no watch to give. */
export function watchPath(path: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher: FSWatcher = watch(pathOf(path), { persistent: false }, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
