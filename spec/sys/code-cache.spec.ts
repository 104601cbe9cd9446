/** Commands start from what was compiled before, and never fail over it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { build } from "esbuild";

const ROOT = new URL("../..", import.meta.url).pathname;
const NOBODY = 65534;

const PROGRAM = `
const late = () => globalThis[Symbol.for("supervisord.import")]("node:os").then((os) => os.EOL.length);
late().then((n) => console.log("ran", n, module === undefined, __filename.endsWith("tool.bundle.cjs")));
`;

describe("code cache", () => {
  let folder: string;
  let cache: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "cache-"));
    cache = join(folder, "cache");
    chmodSync(folder, 0o755);
    await stub("tool", "0123");
    await stub("newer", "4567");
    writeFileSync(join(folder, "tool.bundle.cjs"), PROGRAM);
  });

  const stub = (name: string, digest: string) =>
    build({
      absWorkingDir: ROOT,
      entryPoints: ["cli/start.ts"],
      outfile: join(folder, `${name}.cjs`),
      bundle: true,
      platform: "node",
      format: "cjs",
      define: { BUNDLE: JSON.stringify({ file: "tool.bundle.cjs", digest }) },
    });

  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => rmSync(cache, { recursive: true, force: true }));

  /** Runs the tool, which must do its work, and gives the names in the cache. */
  function run(name = "tool", who: { uid?: number; gid?: number } = {}): string[] {
    const result = spawnSync(process.execPath, [join(folder, `${name}.cjs`)], { encoding: "utf8", ...who });
    assert.deepEqual([result.stdout, result.stderr, result.status], ["ran 1 false true\n", "", 0]);
    try {
      return readdirSync(cache);
    } catch {
      return [];
    }
  }

  const path = (names: string[]) => join(cache, names[0] ?? "");
  const bytes = (names: string[]) => readFileSync(path(names));

  it("is made by the first run and taken by the next", () => {
    const names = run();
    assert.deepEqual(names, [`tool.bundle-0123-${process.version}-${process.arch}`]);
    const { ino, mode } = statSync(path(names));
    assert.equal(mode & 0o777, 0o644);
    assert.deepEqual(run(), names);
    // What is refused is written anew, under another inode.
    assert.equal(statSync(path(names)).ino, ino);
  });

  it("is made anew where it is broken", () => {
    const names = run();
    const good = bytes(names);
    for (const bad of [Buffer.alloc(0), Buffer.alloc(5000, 7), good.subarray(0, good.length - 9)]) {
      writeFileSync(path(names), bad);
      run();
      assert.equal(bytes(names).length, good.length);
    }
  });

  it("is not taken for a bundle of another content", () => {
    assert.equal(run().length, 1);
    assert.equal(run("newer").length, 2);
  });

  it("is not taken from a file that others may write or have written", () => {
    const names = run();
    const { ino } = statSync(path(names));
    chmodSync(path(names), 0o666);
    run();
    assert.notEqual(statSync(path(names)).ino, ino);
    assert.equal(statSync(path(names)).mode & 0o777, 0o644);

    chownSync(path(names), NOBODY, NOBODY);
    run();
    assert.equal(statSync(path(names)).uid, process.getuid?.());
  });

  it("is not written by whoever does not own the bundle, even where he could", () => {
    mkdirSync(cache);
    chmodSync(cache, 0o777);
    assert.deepEqual(run("tool", { uid: NOBODY, gid: NOBODY }), []);
  });

  it("is done without where it can't be written", () => {
    writeFileSync(cache, "in the way");
    assert.deepEqual(run(), []);
  });
});
