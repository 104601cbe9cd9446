/** `/dev/null`, which many images name where they want no log: to a reader it is an empty file. */
import { fstatSync, type Stats, statSync } from "node:fs";
import { pathOf } from "./bytes.ts";

/** Linux' number of it: major 1, minor 3. */
const NULL_DEVICE = (1 << 8) | 3;

const isNull = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === NULL_DEVICE;

/** Throws the system's error. */
export const isNullDevice = (fd: number): boolean => isNull(fstatSync(fd));

/** False also where there is nothing. */
export function isNullPath(path: string): boolean {
  const stats = statSync(pathOf(path), { throwIfNoEntry: false });
  return stats !== undefined && isNull(stats);
}
