import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { getLimit, setLimit } from "../../lib/sys/limits.ts";
import { PATH_ONLY, run, runFixture } from "../support/sys-child.ts";

const FIXTURE = new URL("../../fixtures/sys-nofile-soft.ts", import.meta.url).pathname;

describe("limits", () => {
  it("are what the kernel says", () => {
    const table = readFileSync("/proc/self/limits", "utf8");
    for (const [resource, title] of [
      ["nofile", "Max open files"],
      ["nproc", "Max processes"],
    ] as const) {
      const [, soft, hard] = new RegExp(`^${title}\\s+(\\S+)\\s+(\\S+)`, "m").exec(table) ?? [];
      const number = (text: string | undefined) =>
        text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text);
      assert.deepEqual(getLimit(resource), { soft: number(soft), hard: number(hard) });
    }
  });

  it("can be set and put back, infinite ones too", () => {
    for (const resource of ["nofile", "nproc"] as const) {
      const before = getLimit(resource);
      setLimit(resource, { soft: Math.min(before.hard, 4000), hard: before.hard });
      assert.deepEqual(getLimit(resource), { soft: Math.min(before.hard, 4000), hard: before.hard });
      setLimit(resource, before);
      assert.deepEqual(getLimit(resource), before);
    }
    assert.throws(() => setLimit("nofile", { soft: 10, hard: 5 }), { name: "SysError", code: "EINVAL" });
  });
});

describe("the soft limit that we were started with", () => {
  it("is the launcher's word", async () => {
    const told = await runFixture("sys-nofile-soft.ts", [], { SUPERVISORD_NOFILE_SOFT: "777" });
    assert.equal(told.output, "777\n");
    const unlimited = await runFixture("sys-nofile-soft.ts", [], { SUPERVISORD_NOFILE_SOFT: "unlimited" });
    assert.equal(unlimited.output, "Infinity\n");
  });

  it("is the parent's where nobody has told, whatever Node has made of ours", async () => {
    // The shell stays the parent: it has another command to run.
    const script = `ulimit -Sn 345; "${process.execPath}" --import tsx "${FIXTURE}"; true`;
    assert.equal((await run(["/bin/sh", "-c", script])).output, "345\n");
    const env = new Map([...PATH_ONLY, ["SUPERVISORD_NOFILE_SOFT", "garbled"]]);
    assert.equal((await run(["/bin/sh", "-c", script], { env })).output, "345\n");
  });
});
