/**
 * What processes and their descendants use, from /proc/PID/stat. One pass over /proc tells everything: the tree is made
 * from the parents' pids. It costs about 10 microseconds per process of the machine, so it is only done while somebody looks.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { type Deadline, schedule } from "./deadline.ts";

export interface ProcessUsage {
  /** User and system time of all of them, children that were waited for included: never falls while the root lives. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Descendants alive. */
  readonly children: number;
}

/** USER_HZ: what the kernel shows times in, 100 on every Linux that Node runs on. */
const TICKS = 100;
/** AT_PAGESZ in the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6n;
const STAT_BYTES = 1024;
/** How long a pass may hold the event loop at a time, in milliseconds. */
const SLICE = 4;

const buffer = Buffer.alloc(STAT_BYTES);
let pageSize: number | null = null;

/** 4 KiB nearly everywhere, up to 64 KiB on arm64. */
function bytesPerPage(): number {
  if (pageSize !== null) return pageSize;
  pageSize = 4096;
  try {
    const auxv = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= auxv.length; at += 16) {
      if (auxv.readBigUInt64LE(at) === AT_PAGESZ) pageSize = Number(auxv.readBigUInt64LE(at + 8));
    }
  } catch {
    // Not readable: the usual size.
  }
  return pageSize;
}

interface Row {
  readonly parent: number;
  readonly ticks: number;
  readonly pages: number;
}

/** The fields of one `stat` line (proc(5)); null for what is no such line. The name may hold blanks and brackets. */
export function parseStat(line: string): Row | null {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const number = (index: number) => Number(fields[index]);
  const ticks = number(11) + number(12) + number(13) + number(14);
  const row = { parent: number(1), ticks, pages: number(21) };
  return Number.isFinite(row.parent + row.ticks + row.pages) && fields.length > 21 ? row : null;
}

/** Null where the process is gone meanwhile. */
function readStat(pid: string): Row | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/stat`, "r");
  } catch {
    return null;
  }
  try {
    return parseStat(buffer.toString("latin1", 0, readSync(fd, buffer, 0, STAT_BYTES, 0)));
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

const allPids = (): string[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

/** Sums each root and what descends from it. Roots that are not there are left out. */
export function sumTrees(
  pids: readonly number[],
  rows: ReadonlyMap<number, Row>,
  pageBytes: number,
): Map<number, ProcessUsage> {
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of rows) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const usage = new Map<number, ProcessUsage>();
  for (const pid of pids) {
    if (!rows.has(pid)) continue;
    const members = new Set([pid]);
    let ticks = 0;
    let pages = 0;
    // A set grows while it is walked: each member adds its children, and none comes twice.
    for (const member of members) {
      const row = rows.get(member);
      ticks += row?.ticks ?? 0;
      pages += row?.pages ?? 0;
      for (const child of children.get(member) ?? []) members.add(child);
    }
    usage.set(pid, { cpuSeconds: ticks / TICKS, rssBytes: pages * pageBytes, children: members.size - 1 });
  }
  return usage;
}

/** What each of the processes and its descendants use now; those that are gone are left out. Reads /proc at once. */
export function processUsage(pids: readonly number[]): Map<number, ProcessUsage> {
  if (pids.length === 0) return new Map();
  const rows = new Map<number, Row>();
  for (const pid of allPids()) {
    const row = readStat(pid);
    if (row !== null) rows.set(Number(pid), row);
  }
  return sumTrees(pids, rows, bytesPerPage());
}

/** As {@link processUsage}, a few milliseconds at a time. The returned function ends it, and `done` is not called then. */
export function sampleUsage(
  pids: readonly number[],
  done: (usage: Map<number, ProcessUsage>) => void,
): () => void {
  const rows = new Map<number, Row>();
  let left: string[] | null = null;
  let due: Deadline;
  const slice = () => {
    left ??= pids.length === 0 ? [] : allPids();
    const begun = performance.now();
    while (left.length > 0 && performance.now() - begun < SLICE) {
      const pid = left.pop() ?? "";
      const row = readStat(pid);
      if (row !== null) rows.set(Number(pid), row);
    }
    if (left.length > 0) due = schedule(0, slice);
    else done(sumTrees(pids, rows, bytesPerPage()));
  };
  due = schedule(0, slice);
  return () => due.cancel();
}
