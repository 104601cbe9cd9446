import { schedule } from "./deadline.ts";
import { watchDescriptor } from "./watch.ts";

/** How long to wait before the next try where readiness cannot be waited for. */
const RETRY_MS = 50;

/** Calls `ready` once, when a full pipe, socket or terminal may take bytes again; the returned function forgets it. */
export function whenWritable(fd: number, ready: () => void): () => void {
  try {
    const descriptor = watchDescriptor(fd, "write", () => {
      descriptor.stop();
      ready();
    });
    descriptor.interest(true);
    return () => descriptor.stop();
  } catch {
    // Somebody else in this process watches the very same descriptor.
    const timer = schedule(RETRY_MS, ready);
    return () => timer.cancel();
  }
}
