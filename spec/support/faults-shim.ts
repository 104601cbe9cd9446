/** The shim that makes writes fail and moves the wall clock (fixtures/faults/shim.c), and small disks. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launch } from "./daemon-process.ts";
import { FAULTS } from "./faults-daemon.ts";

type After = { after(fn: () => void): void };

export interface Shim {
  readonly env: NonNullable<Launch["env"]>;
  /** Sets the wall clock off by so many seconds, from now on. */
  clock(seconds: number): void;
  /** Writes to the file at `path` fail with this errno from now on; null: no more. */
  failWrites(failure: { readonly errno: number; readonly path: string } | null): void;
  /** Starting a child fails with this errno from now on; null: no more. */
  failSpawns(errno: number | null): void;
  /** Watching pipes fails with this errno, after so many that are watched as ever; null: no more. */
  failWatches(failure: { readonly errno: number; readonly after: number } | null): void;
}

/** Compiles the shim for a daemon of this test. */
export function makeShim(test: After): Shim {
  const folder = mkdtempSync(join(tmpdir(), "shim-"));
  test.after(() => rmSync(folder, { recursive: true }));
  const library = join(folder, "shim.so");
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, join(FAULTS, "shim.c"), "-ldl"]);
  assert.equal(built.status, 0, String(built.stderr));
  const clock = join(folder, "clock");
  const write = join(folder, "write");
  const clone = join(folder, "clone");
  const watch = join(folder, "watch");
  return {
    env: { LD_PRELOAD: library, SHIM_CLOCK: clock, SHIM_WRITE: write, SHIM_CLONE: clone, SHIM_WATCH: watch },
    clock: (seconds) => writeFileSync(clock, `${seconds}\n`),
    failWrites: (failure) =>
      writeFileSync(write, failure === null ? "" : `${failure.errno} ${failure.path}\n`),
    failWatches: (failure) =>
      writeFileSync(watch, failure === null ? "" : `${failure.errno} ${failure.after}\n`),
    failSpawns: (errno) => writeFileSync(clone, errno === null ? "" : `${errno}\n`),
  };
}

/** A file system of so many KiB, for as long as the test; wants root. */
export function smallDisk(test: After, kib: number): string {
  const folder = mkdtempSync(join(tmpdir(), "disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder]);
  assert.equal(mounted.status, 0, String(mounted.stderr));
  test.after(() => {
    spawnSync("umount", ["-l", folder]);
    rmdirSync(folder);
  });
  return folder;
}
