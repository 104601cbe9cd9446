import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { addon } from "../../lib/sys/addon.ts";
import { inTemporaryDirectory, runFixture } from "../support/sys-child.ts";

const SOURCE = new URL("../../native/supervisord.c", import.meta.url).pathname;
const BUILD = new URL("../../native/build.mjs", import.meta.url).pathname;
const CHECKS = "-fsanitize=address,undefined -fno-omit-frame-pointer -g -O1";
/** The frame below the allocator's own is ours. */
const LEAK = /#1 \S+ in \w+ \S*supervisord\.c/;
const CC = process.env["CC"] ?? "cc";

/** What runs under sanitizers is slow by itself, and slower on a busy machine. */
const PATIENCE_MS = 180_000;

/** Runs the fixture that uses every part of the addon under the address, undefined and leak sanitizers. */
const check = (addon: string) =>
  runFixture(
    "sys-memory.ts",
    ["no-trim"],
    {
      SUPERVISORD_NATIVE: addon,
      LD_PRELOAD: execFileSync(CC, ["-print-file-name=libasan.so"], { encoding: "utf8" }).trim(),
      ASAN_OPTIONS: "detect_leaks=1",
    },
    PATIENCE_MS,
  );

describe("the addon under sanitizers", () => {
  it("touches nothing it should not and leaks nothing, with and without close_range", async () => {
    await inTemporaryDirectory(async (directory) => {
      for (const more of ["", " -DNO_CLOSE_RANGE"]) {
        const addon = join(directory, `checked${more.length}.node`);
        const env = {
          ...process.env,
          SUPERVISORD_NATIVE_CFLAGS: CHECKS + more,
          SUPERVISORD_NATIVE_OUT: addon,
        };
        execFileSync(process.execPath, [BUILD], { env });
        const { output } = await check(addon);
        assert.match(output, /^done$/m);
        assert.doesNotMatch(output, /runtime error|AddressSanitizer: [a-z]/);
        // V8 leaves memory behind at exit: only what our file has allocated counts.
        assert.doesNotMatch(output, LEAK);
        assert.match(output, /LeakSanitizer/);
      }
    });
  });

  it("would be found leaking", async () => {
    await inTemporaryDirectory(async (directory) => {
      const source = readFileSync(SOURCE, "utf8");
      const leaky = source.replace("  free(s->argv);\n", "");
      assert.notEqual(leaky, source);
      const [file, addon] = [join(directory, "supervisord.c"), join(directory, "leaky.node")];
      writeFileSync(file, leaky);
      const headers: string = createRequire(import.meta.url)("node-api-headers").include_dir;
      execFileSync(CC, [
        "-std=gnu11",
        "-shared",
        "-fPIC",
        ...CHECKS.split(" "),
        "-I",
        headers,
        file,
        "-o",
        addon,
      ]);
      assert.match((await check(addon)).output, LEAK);
    });
  });
});

describe("releasing clean pages", () => {
  it("lowers what is accounted to us, and everything still works", () => {
    const resident = (): number =>
      Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
    const before = resident();
    const released = addon.trim();
    const after = resident();
    assert.ok(released > 5_000_000, `${released} bytes`);
    assert.ok(after < before - 3000, `${before} to ${after} kB`);
    assert.equal(JSON.parse(JSON.stringify({ a: [1, 2, { b: /x/.test("x") }] })).a.length, 3);
    assert.ok(addon.trim() >= 0);
  });
});
