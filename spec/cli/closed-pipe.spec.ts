/** A reader that goes away ends a command that only prints, quietly. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { BASE_ENV, OURS } from "../support/daemon-subject.ts";

const dir = mkdtempSync(join(tmpdir(), "pipe-"));
after(() => rmSync(dir, { recursive: true }));
writeFileSync(join(dir, "good.conf"), "[supervisord]\nlogfile=log\npidfile=pid\nchildlogdir=.\n");
writeFileSync(join(dir, "bad.conf"), "[supervisord]\nloglevel=loud\n");

/** Its reader has ended before the command begins. */
const SCRIPT = 'exec 3> >(exec true); wait $!; "$@" >&3 3>&-';

const CASES: readonly [status: number, command: string, ...words: string[]][] = [
  [0, "echo_supervisord_conf"],
  [0, "supervisord", "--help"],
  [0, "supervisord", "-v"],
  [0, "supervisord", "--check", "-c", "good.conf"],
  [2, "supervisord", "--check", "-c", "bad.conf"],
];

describe("with nobody reading", () => {
  for (const [status, command, ...words] of CASES) {
    it([command, ...words].join(" "), () => {
      const path = join(OURS.daemon, "..", command);
      const done = spawnSync("/bin/bash", ["-c", SCRIPT, "bash", path, ...words], {
        cwd: dir,
        env: BASE_ENV,
        encoding: "utf8",
      });
      assert.deepEqual([done.status, done.stdout, done.stderr], [status, "", ""]);
    });
  }
});
