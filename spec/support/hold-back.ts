/** A file that does not open, as on a file server that is down. */
import { spawn } from "node:child_process";
import { once } from "node:events";

const LEASE = `
import fcntl, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = open(sys.argv[1], "rb")
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
sys.stdin.read()
`;

/**
 * Whoever opens (or executes) this file waits until it is released: somebody holds a write lease on it. The system takes a
 * lease away after /proc/sys/fs/lease-break-time, 45 seconds.
 */
export async function holdBack(path: string): Promise<{ release(): void }> {
  const holder = spawn("python3", ["-c", LEASE, path], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  // A spec that reaps children itself may take this one's end away from Node, which would wait for it for ever.
  holder.unref();
  return { release: () => void holder.stdin.end() };
}
