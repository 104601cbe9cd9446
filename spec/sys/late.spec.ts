/** Children that do not come to their program: the daemon must not wait for them. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { killProcess } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { holdBack } from "../support/hold-back.ts";
import { exitOf, inTemporaryDirectory, plain, run, until } from "../support/sys-child.ts";

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

  it("cannot be traced by its user, who would write into our memory (late-child)", async () => {
    await inTemporaryDirectory(async (directory) => {
      chmodSync(directory, 0o755);
      const program = join(directory, "program");
      copyFileSync("/bin/true", program);
      const { release } = await holdBack(program);
      const user = { uid: 1, gid: 1, groups: [] };
      const { pid } = spawnProcess(plain([program], { user }));
      const look = await run(["/usr/bin/python3", "-c", `open("/proc/${pid}/mem", "r+b")`], { user });
      assert.match(look.output, /PermissionError/);
      release();
      assert.deepEqual(await exitOf(pid), { kind: "exited", code: 0 });
      // Once nobody is in it any more, our memory is as it was.
      assert.equal((await run(["/bin/true"])).result.ok, true);
      assert.equal(
        (await run(["/bin/sh", "-c", `cat /proc/${process.pid}/maps | wc -l`])).status.kind,
        "exited",
      );
      assert.equal(statSync(`/proc/${process.pid}/maps`).uid, process.getuid?.());
    });
  });

  /** The fixture's lines under a wrapper. */
  const under = async (wrapper: readonly string[], ...args: string[]): Promise<unknown[]> => {
    const fixture = new URL("../../fixtures/sys-late.ts", import.meta.url).pathname;
    const { output } = await run([...wrapper, process.execPath, "--import", "tsx", fixture, ...args]);
    return (output.match(/^{.*$/gm) ?? [output]).map((line) => JSON.parse(line) as unknown);
  };
  const inject = (...faults: string[]): string[] => [
    ...["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=close_range,unshare"],
    ...faults.flatMap((fault) => ["-e", `inject=${fault}`]),
  ];
  const good = { kind: "exited", code: 0 };

  it("is known without the right to trace others, which a container's root lacks", async () => {
    await inTemporaryDirectory(async (directory) => {
      chmodSync(directory, 0o755);
      const program = join(directory, "program");
      copyFileSync("/bin/true", program);
      const { release } = await holdBack(program);
      const right = ["--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"];
      const mark = join(directory, "mark");
      const told = under(["/usr/bin/setpriv", ...right], program, "1", mark);
      await until("the result", () => existsSync(mark));
      release();
      assert.deepEqual(await told, [{ ok: true, pid: true, late: true }, good]);
    });
  });

  it("is ended after three seconds where it has not taken its first step", async () => {
    assert.deepEqual(await under(inject("close_range:delay_enter=8s")), [
      { ok: false, pid: true, step: "begin", errno: "ETIMEDOUT" },
      { kind: "signaled", signal: 9, core: false },
    ]);
  });

  it("is none where close_range is not known and unshare not allowed, as in a container on an older system", async () => {
    const faults = ["close_range:error=ENOSYS", "unshare:error=EPERM"];
    assert.deepEqual(await under(inject(...faults)), [{ ok: true, pid: true, late: false }, good]);
  });
});
