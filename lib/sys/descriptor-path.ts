/** Paths that stand for a descriptor. */
import { readlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fromBytes, pathOf } from "./bytes.ts";

const LINK_HOPS = 40;

/** The descriptor that a path like `/dev/stdout`, `/proc/self/fd/1` or a link to one stands for, else null. */
export function descriptorBehind(path: string): number | null {
  let at = path;
  for (let hop = 0; hop < LINK_HOPS; hop++) {
    const found = /^\/(?:dev|proc\/(?:self|(?<pid>\d+)))\/fd\/(?<fd>\d+)$/.exec(at)?.groups;
    if (found?.["fd"] !== undefined) {
      const own = found["pid"] === undefined || Number(found["pid"]) === process.pid;
      return own ? Number(found["fd"]) : FOREIGN_DESCRIPTOR;
    }
    try {
      at = resolve(dirname(at), fromBytes(readlinkSync(pathOf(at), "buffer")));
    } catch {
      return null;
    }
  }
  return null;
}

/** What {@link descriptorBehind} says of another process's descriptor (`/proc/1/fd/1`). */
const FOREIGN_DESCRIPTOR = -1;
