import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inTemporaryDirectory, run, runFixture } from "../support/sys-child.ts";

const BUILD = new URL("../../native/build.mjs", import.meta.url).pathname;

const build = (variables: Record<string, string>) =>
  spawnSync(process.execPath, [BUILD], { env: { ...process.env, ...variables }, encoding: "utf8" });

describe("building the addon", () => {
  it("makes one small file, and makes it again only when the source is newer", async () => {
    await inTemporaryDirectory((directory) => {
      const output = join(directory, "x", "addon.node");
      assert.equal(build({ SUPERVISORD_NATIVE_OUT: output }).status, 0);
      const first = statSync(output);
      assert.ok(first.size < 100_000);
      assert.equal(build({ SUPERVISORD_NATIVE_OUT: output }).status, 0);
      assert.equal(statSync(output).ino, first.ino);
      utimesSync(output, 0, 0);
      assert.equal(build({ SUPERVISORD_NATIVE_OUT: output }).status, 0);
      assert.notEqual(statSync(output).ino, first.ino);
    });
  });

  it("says what to install where there is no compiler", async () => {
    await inTemporaryDirectory((directory) => {
      const { status, stderr } = build({
        CC: "no-such-compiler",
        SUPERVISORD_NATIVE_OUT: join(directory, "a.node"),
      });
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^native: no C compiler: `no-such-compiler` is not there\. Install one .*or set CC$/m,
      );
    });
  });

  it("for every platform says in one sentence what is not there, and builds nothing", () => {
    const script = new URL("../../scripts/prebuild.mjs", import.meta.url).pathname;
    const env = { PATH: "/nowhere" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(
      stderr,
      /^prebuild: .* is not all there: cc, musl-gcc, \S+-linux-gnu-gcc.* \(Debian: .*apt-get install gcc .*\)\n$/,
    );
  });

  it("needs no libc newer than Debian 10's, no C++ and no other library", async () => {
    const name = `linux-${process.arch}-glibc.node`;
    const path = new URL(`../../dist/native/${name}`, import.meta.url).pathname;
    const versions = [...readFileSync(path, "latin1").matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) =>
      Number(minor),
    );
    assert.ok(versions.length > 0 && Math.max(...versions) <= 28);
    const { output } = await run(["/usr/bin/objdump", "-p", path]);
    assert.deepEqual(
      [...output.matchAll(/NEEDED\s+(\S+)/g)].map(([, library]) => library),
      ["libc.so.6"],
    );
  });
});

describe("a platform without the addon", () => {
  it("is told what is missing, where, and how to get it", async () => {
    const { output, status } = await runFixture("sys-nofile-soft.ts", [], {
      SUPERVISORD_NATIVE: "/no/such/file.node",
    });
    assert.match(
      output,
      /no native part for this platform: .* is not at \/no\/such\/file\.node; build it with/,
    );
    assert.deepEqual(status, { kind: "exited", code: 1 });
  });
});
