import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { parseStat, processUsage, sampleUsage, sumTrees } from "../../lib/sys/proc-usage.ts";

describe("processUsage", () => {
  it("tells what this process uses", () => {
    const before = processUsage([process.pid]).get(process.pid);
    assert.ok(before);
    // By the CPU's clock: on a busy machine the wall's runs on while we wait for our turn.
    const begun = process.cpuUsage();
    const used = () => process.cpuUsage(begun).user + process.cpuUsage(begun).system;
    while (used() < 80_000);
    const after = processUsage([process.pid]).get(process.pid);
    assert.ok(after);
    assert.ok(after.cpuSeconds >= before.cpuSeconds + 0.03, `${before.cpuSeconds} -> ${after.cpuSeconds}`);
    const rss = process.memoryUsage.rss();
    assert.ok(Math.abs(after.rssBytes - rss) < rss / 2, `${after.rssBytes} for ${rss}`);
  });

  it("counts descendants, and leaves out what is gone", async () => {
    const child = spawn("/bin/sh", ["-c", "sleep 60 & sleep 60 & echo up; wait"], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    await once(child.stdout, "data");
    const pid = child.pid ?? 0;
    assert.equal(processUsage([pid]).get(pid)?.children, 2);
    assert.ok((processUsage([process.pid]).get(process.pid)?.children ?? 0) >= 3);
    process.kill(-pid, "SIGKILL");
    await once(child, "exit");
    assert.equal(processUsage([pid]).has(pid), false);
  });

  it("reads nothing for nobody", () => {
    assert.equal(processUsage([]).size, 0);
  });
});

describe("sampleUsage", () => {
  it("answers later with the same, unless it is ended", async () => {
    const usage = await new Promise<ReturnType<typeof processUsage>>((resolve) => {
      sampleUsage([process.pid], resolve);
    });
    assert.ok((usage.get(process.pid)?.rssBytes ?? 0) > 0);
    let called = false;
    sampleUsage([process.pid], () => {
      called = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(called, false);
  });
});

describe("parseStat", () => {
  const rest = "S 7 8 9 0 -1 0 0 0 0 0 11 12 13 14 20 0 1 0 5 6 99 1";

  it("is not misled by a name", () => {
    assert.deepEqual(parseStat(`42 (a) S 1 (b c) ${rest}`), { parent: 7, ticks: 50, pages: 99 });
  });

  it("refuses what is cut", () => {
    assert.equal(parseStat("42 (a) S 7 8"), null);
    assert.equal(parseStat(""), null);
  });
});

describe("sumTrees", () => {
  it("survives a circle of parents", () => {
    const rows = new Map([
      [1, { parent: 2, ticks: 100, pages: 1 }],
      [2, { parent: 1, ticks: 50, pages: 2 }],
    ]);
    assert.deepEqual(sumTrees([1], rows, 10).get(1), { cpuSeconds: 1.5, rssBytes: 30, children: 1 });
  });
});
