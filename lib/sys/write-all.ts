/** Writing what can be written now, for who must not wait. */
import { addon } from "./addon.ts";
import { errnoName } from "./errno.ts";

/** How far a write came. `error` is an errno's name: EAGAIN where the rest would have to wait. */
export interface WriteOutcome {
  readonly written: number;
  readonly error: string | null;
}

/** Descriptors that others share, and that therefore stay blocking: they are asked before each write. */
const SHARED_BELOW = 3;

/** Writes as much as goes without waiting; no exceptions. */
export function writeAll(fd: number, bytes: Uint8Array): WriteOutcome {
  let written = 0;
  while (written < bytes.length) {
    const put =
      fd < SHARED_BELOW
        ? addon.writeReady(fd, bytes, written, bytes.length - written)
        : addon.write(fd, bytes, written, bytes.length - written);
    if (put < 0) return { written, error: errnoName(put) };
    written += put;
  }
  return { written, error: null };
}
