/** Children that do not come to their program: the daemon must not wait for them. */
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { killProcess } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { holdBack } from "../support/hold-back.ts";
import { exitOf, inTemporaryDirectory, plain, run } from "../support/sys-child.ts";

describe("a child that does not come to its program", () => {
  it("is left to itself after a second, and runs it when it can (late-child)", async () => {
    await inTemporaryDirectory(async (directory) => {
      const program = join(directory, "program");
      copyFileSync("/bin/echo", program);
      const holder = await holdBack(program);
      const began = performance.now();
      const argv = [program, ...Array.from({ length: 200 }, (_, at) => `argument ${at}`)];
      const env = new Map(Array.from({ length: 200 }, (_, at) => [`NAME_${at}`, "x".repeat(500)]));
      const waiting = run(argv, { env, cwd: directory });
      const took = performance.now() - began;
      assert.ok(took >= 900 && took < 20_000, `${took} ms`);
      // Meanwhile others start, on another stack, and what the first was given is not collected.
      for (let at = 0; at < 20; at++) {
        global.gc?.();
        assert.equal((await run(["/bin/echo", "another"])).output, "another\n");
      }
      holder.release();
      const { output, result, status } = await waiting;
      assert.deepEqual([result.ok && result.late, status], [true, { kind: "exited", code: 0 }]);
      assert.equal(output, `${argv.slice(1).join(" ")}\n`);
      const next = await run(["/bin/echo", "next"]);
      assert.deepEqual([next.result.ok && next.result.late, next.output], [false, "next\n"]);
    });
  });

  it("can be killed meanwhile", async () => {
    await inTemporaryDirectory(async (directory) => {
      const program = join(directory, "program");
      copyFileSync(process.execPath, program);
      const holder = await holdBack(program);
      const { pid } = spawnProcess(plain([program]));
      assert.equal(killProcess(pid, 9), null);
      assert.deepEqual(await exitOf(pid), { kind: "signaled", signal: 9, core: false });
      holder.release();
    });
  });

  it("exits with 127 where its program cannot be run after all", async () => {
    await inTemporaryDirectory(async (directory) => {
      const program = join(directory, "program");
      writeFileSync(program, "no program", { mode: 0o755 });
      const holder = await holdBack(program);
      const waiting = run([program]);
      holder.release();
      const { result, status } = await waiting;
      assert.deepEqual([result.ok && result.late, status], [true, { kind: "exited", code: 127 }]);
    });
  });

  it("is ended after three seconds where it has not taken its first step", async () => {
    const fixture = new URL("../../fixtures/sys-late.ts", import.meta.url).pathname;
    const delay = ["-e", "trace=close_range", "-e", "inject=close_range:delay_enter=8s"];
    const argv = ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", ...delay, process.execPath];
    const { output } = await run([...argv, "--import", "tsx", fixture]);
    assert.deepEqual(JSON.parse(/^{.*$/m.exec(output)?.[0] ?? output), {
      result: { ok: false, pid: true, step: "begin", errno: "ETIMEDOUT" },
      status: { kind: "signaled", signal: 9, core: false },
    });
  });
});
