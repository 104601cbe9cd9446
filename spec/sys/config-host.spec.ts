import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { configHost } from "../../lib/sys/config-host.ts";

describe("the machine as a configuration sees it", () => {
  let root = "";
  const host = configHost("/opt/sv/bin/supervisord");
  before(() => {
    root = mkdtempSync(join(tmpdir(), "config-host-"));
    mkdirSync(join(root, "d"));
    writeFileSync(join(root, "f"), "0123456789");
    symlinkSync("d", join(root, "to-d"));
    symlinkSync("nosuch", join(root, "dangling"));
  });
  after(() => rmSync(root, { recursive: true }));

  it("reads a whole file up to the bytes allowed", () => {
    const read = (path: string, most: number) => {
      const file = host.readFile(path, most);
      return file.ok ? Buffer.from(file.bytes).toString() : file.reason;
    };
    assert.equal(read(join(root, "f"), 10), "0123456789");
    assert.equal(read(join(root, "f"), 9), "too-large");
    assert.equal(read(join(root, "none"), 9), "missing");
    assert.equal(read(join(root, "d"), 9), "unreadable");
    assert.equal(read(join(root, "f", "x"), 9), "unreadable");
    assert.equal(read("/dev/zero", 200_000), "too-large");
    assert.equal(read("/dev/null", 0), "");
    assert.equal(read("/proc/self/stat\0", 9), "missing");
  });

  it("tells files, links and directories apart", () => {
    const look = (name: string) => [
      host.exists(join(root, name)),
      host.linkExists(join(root, name)),
      host.isDirectory(join(root, name)),
    ];
    assert.deepEqual(["f", "d", "to-d", "dangling", "none", "f/x", "a\0"].map(look), [
      [true, true, false],
      [true, true, true],
      [true, true, true],
      [false, true, false],
      [false, false, false],
      [false, false, false],
      [false, false, false],
    ]);
  });

  it("lists a directory, links to directories as directories", () => {
    const listed = [...host.listDirectory(root)].sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(listed, [
      { name: "d", directory: true },
      { name: "dangling", directory: false },
      { name: "f", directory: false },
      { name: "to-d", directory: true },
    ]);
    assert.deepEqual(host.listDirectory(join(root, "none")), []);
    chmodSync(join(root, "d"), 0o755);
  });

  it("knows users and groups as the system does", () => {
    assert.equal(host.userByName("root")?.uid, 0);
    assert.equal(host.userById(0)?.home, "/root");
    assert.equal(host.groupByName("root")?.gid, 0);
    assert.equal(host.groupById(0)?.name, "root");
    for (const id of [-1, -2, 2 ** 32 - 1, 2 ** 40, 4_000_000])
      assert.deepEqual([host.userById(id), host.groupById(id)], [null, null]);
    assert.deepEqual([host.userByName("no such"), host.groupByName("no such")], [null, null]);
    assert.equal(host.uid, process.getuid?.());
  });

  it("takes its directory and environment once", () => {
    const { stdout } = spawnSync("hostname", { encoding: "utf8" });
    assert.equal(host.hostname, stdout.trim());
    assert.equal(host.cwd, process.cwd());
    assert.equal(host.environment.get("PATH"), process.env["PATH"]);
    assert.equal(host.argv0, "/opt/sv/bin/supervisord");
  });
});
