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
      const { output, status } = await runFixture("sys-flat.ts", [program, "17000", "6000"], {}, 120_000);
      assert.deepEqual(status, { kind: "exited", code: 0 }, output);
      const grown = JSON.parse(output);
      assert.equal(grown.descriptors, 0);
      // It takes some thousand starts until Node 26 has compiled all and set its heap. The collector may hold a page or two more; 17,000 leaks of 200 bytes would be more than this.
      assert.ok(grown.memory < 3_000_000, `${grown.memory} bytes more`);
    });
  });
});
