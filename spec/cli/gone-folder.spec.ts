/** supervisorctl asks a daemon also from a folder that has been removed under it: health checks and hooks do. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { BASE_ENV, ORACLE, OURS } from "../support/daemon-subject.ts";

function ask(ctl: string): [status: number | null, stdout: string] {
  const folder = mkdtempSync(join(tmpdir(), "gone-"));
  const script = `cd "$1" && rmdir "$1" && exec "$2" -s unix:///no/such.sock status`;
  const { status, stdout } = spawnSync("sh", ["-c", script, "sh", folder, ctl], {
    env: BASE_ENV,
    encoding: "utf8",
  });
  return [status, stdout];
}

it("supervisorctl says the same as the original's in a folder that is gone", () => {
  const expected = ask(ORACLE.ctl);
  assert.deepEqual(expected, [4, "unix:///no/such.sock no such file\n"]);
  assert.deepEqual(ask(OURS.daemon.replace(/supervisord$/, "supervisorctl")), expected);
});
