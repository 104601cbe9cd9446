/** Limits of this process (getrlimit), and the one that Node has changed before we came. */
import { readFileSync } from "node:fs";
import { addon } from "./addon.ts";
import { checked } from "./sys-error.ts";

const RESOURCES = { nproc: 6, nofile: 7 } as const;

/** No limit is Infinity. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

const softAndHard = new Float64Array(2);

/** Throws SysError. */
export function getLimit(resource: keyof typeof RESOURCES): Limit {
  checked(addon.getLimit(RESOURCES[resource], softAndHard), "getrlimit");
  return { soft: softAndHard[0] ?? 0, hard: softAndHard[1] ?? 0 };
}

/** Throws SysError (`EPERM`: only root raises a hard limit; `EINVAL`: soft above hard). */
export function setLimit(resource: keyof typeof RESOURCES, { hard, soft }: Limit): void {
  softAndHard.set([soft, hard]);
  checked(addon.setLimit(RESOURCES[resource], softAndHard), "setrlimit");
}

/** Set by the launcher: `ulimit -Sn` of the shell that started us, a number or `unlimited`. */
export const NOFILE_SOFT = "SUPERVISORD_NOFILE_SOFT";

let original: number | undefined;

/**
 * The soft limit on open files that we were started with, which is what children should get: Node raises its own to the hard
 * one at boot. Without the launcher's word the parent's limit is taken, if its hard limit is ours; else our own.
 */
export function originalNofileSoft(): number {
  original ??= parseLimit(process.env[NOFILE_SOFT]) ?? parentNofileSoft() ?? getLimit("nofile").soft;
  return original;
}

function parentNofileSoft(): number | null {
  try {
    const table = readFileSync(`/proc/${process.ppid}/limits`, "utf8");
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(table) ?? [];
    return parseLimit(hard) === getLimit("nofile").hard ? parseLimit(soft) : null;
  } catch {
    return null;
  }
}

function parseLimit(text: string | undefined): number | null {
  if (text === "unlimited") return Number.POSITIVE_INFINITY;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
