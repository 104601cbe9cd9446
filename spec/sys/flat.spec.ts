import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inTemporaryDirectory, runFixture } from "../support/sys-child.ts";

const PROGRAM = new URL("../../fixtures/sys-true.c", import.meta.url).pathname;

describe("twenty thousand starts", () => {
  it("leave memory and descriptors as they were", async () => {
    await inTemporaryDirectory(async (directory) => {
      const program = join(directory, "true");
      execFileSync(process.env["CC"] ?? "cc", ["-static", "-Os", PROGRAM, "-o", program]);
      const { output, status } = await runFixture("sys-flat.ts", [program, "6000", "3000"], {}, 300_000);
      assert.deepEqual(status, { kind: "exited", code: 0 }, output);
      const { memory, descriptors } = JSON.parse(output) as Record<"memory" | "descriptors", number[]>;
      assert.deepEqual(descriptors, [0, 0, 0]);
      // The collector and the compiler take some megabytes once, at a time of their own; 6,000 leaks of 250 bytes would show every time.
      assert.ok(Math.min(...memory) < 1_500_000, `${memory.join(", ")} bytes more`);
    });
  });
});
