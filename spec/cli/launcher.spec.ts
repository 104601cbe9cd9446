/** The commands where there is no Node.js to run them, or one that is too old. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { OURS } from "../support/daemon-subject.ts";

const dir = mkdtempSync(join(tmpdir(), "launcher-"));
after(() => rmSync(dir, { recursive: true }));
symlinkSync("/usr/bin/readlink", join(dir, "readlink"));

const run = (name: string, env: Readonly<Record<string, string>>) =>
  spawnSync(join(dirname(OURS.daemon), name), ["-v"], { env: { PATH: dir, ...env }, encoding: "utf8" });

describe("a launcher", () => {
  it("says what is needed where there is no Node.js, and what to do", () => {
    for (const [env, missing] of [
      [{}, "node"],
      [{ SUPERVISORD_NODE: "/nowhere/node" }, "/nowhere/node"],
    ] as const) {
      const { status, stdout, stderr } = run("supervisorctl", env);
      assert.deepEqual([status, stdout], [127, ""]);
      assert.equal(
        stderr,
        `supervisorctl needs Node.js 20 or newer, and ${missing} is not there: install it, or name one in SUPERVISORD_NODE\n`,
      );
    }
  });

  it("runs the Node.js that is named", () => {
    const { status, stdout } = run("supervisord", { SUPERVISORD_NODE: process.execPath });
    assert.deepEqual([status, stdout], [0, "4.3.0\n"]);
  });

  it("says so where the Node.js is too old", () => {
    const old = join(dir, "old.cjs");
    writeFileSync(
      old,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });" +
        "Object.defineProperty(process, 'version', { value: 'v18.20.4' });",
    );
    const words = ["--require", old, `${OURS.daemon}.cjs`, "-v"];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      `this needs Node.js 20 or newer, and ${process.execPath} is v18.20.4: name another in SUPERVISORD_NODE\n`,
    );
  });
});
