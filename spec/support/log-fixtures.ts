/** Temporary folders, waiting for conditions, and what stands in a log with all its backups. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

/** A folder that is gone after the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "log-spec-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until `holds` says so; fails after the deadline with `what`. */
export async function until(what: string, holds: () => boolean, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await sleep(2);
  }
}

/** All files of a folder with their bytes as latin1 text. */
export function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

/** The bytes of a log in the order in which they were written: the oldest backup first. */
export function wholeLog(path: string): Buffer {
  const parts: Buffer[] = [];
  for (let i = 1; existsSync(`${path}.${i}`); i++) parts.unshift(readFileSync(`${path}.${i}`));
  return Buffer.concat([...parts, readFileSync(path)]);
}
