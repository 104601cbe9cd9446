/** Pipes and descriptors. */
import { addon } from "./addon.ts";
import { checked } from "./sys-error.ts";

export interface Pipe {
  readonly read: number;
  readonly write: number;
}

const ends = new Int32Array(2);

/** A real pipe (a child can open `/dev/stdout` on it), both ends closed on exec. Throws SysError (`EMFILE`). */
export function makePipe(): Pipe {
  checked(addon.pipe(ends), "pipe2");
  return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
}

/** What a process has before it has any program: below this the table of descriptors need not grow. */
const FEW = 256;

/**
 * Makes room for so many descriptors at once, where growing little by little would hold everything up again and again. Not
 * more than a favour: what cannot be had is done without.
 */
export function reserveDescriptors(count: number): void {
  if (count > FEW) addon.reserve(count);
}

/** Throws SysError (`EBADF`). */
export const closeFd = (fd: number): void => void checked(addon.close(fd), "close");

/** Reads and writes of everyone who shares the open file no longer wait, or wait again. Throws SysError. */
export const setNonblocking = (fd: number, on: boolean): void =>
  void checked(addon.flags(fd, on ? 1 : 0, -1), "fcntl");

/** Whether a descriptor is closed on exec. Throws SysError. */
export const setCloseOnExec = (fd: number, on: boolean): void =>
  void checked(addon.flags(fd, -1, on ? 1 : 0), "fcntl");
