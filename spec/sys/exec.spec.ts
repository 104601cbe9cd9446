import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { watchProcess } from "../../lib/sys/exec.ts";
import { killProcess } from "../../lib/sys/signals.ts";
import { adoptOrphans, run, runFixture, until } from "../support/sys-child.ts";

describe("executing in place", () => {
  it("keeps pid, children and pipes, loses no byte and no exit code", async () => {
    const { output, status } = await runFixture("sys-exec.ts");
    assert.deepEqual(output.split("\n"), [
      "no such program ENOENT",
      'true true {"kind":"exited","code":44}',
      "",
    ]);
    assert.deepEqual(status, { kind: "exited", code: 0 });
  });
});

describe("watching a process that is not our child", () => {
  it("tells its end once, and nothing after it was called off", async () => {
    // The shell's child becomes an orphan; as we adopt it, nobody else's reaper is in play.
    adoptOrphans(true);
    const start = async (): Promise<number> =>
      Number((await run(["/bin/sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!"])).output);
    const [watched, ignored] = [await start(), await start()];
    let told = 0;
    let wrongly = 0;
    const off = watchProcess(watched, () => told++);
    watchProcess(ignored, () => wrongly++)();
    killProcess(ignored, 9);
    killProcess(watched, 9);
    await until("it is told", () => told === 1);
    off();
    await until(
      "both are reaped",
      () => killProcess(watched, 0) !== null && killProcess(ignored, 0) !== null,
    );
    adoptOrphans(false);
    assert.deepEqual([told, wrongly], [1, 0]);
    assert.throws(() => watchProcess(watched, () => {}), { name: "SysError", code: "ESRCH" });
  });
});
