import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  readTextFile,
  renamePath,
  statPath,
  unlinkPath,
  writeAll,
  writeTextFile,
} from "../../lib/sys/files.ts";
import { closeFd, makePipe, setNonblocking } from "../../lib/sys/pipes.ts";
import { inTemporaryDirectory } from "../support/sys-child.ts";

describe("files", () => {
  it("are written as a whole, and know what they are", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const fd = openSync(path, "a", 0o640);
      assert.deepEqual(writeAll(fd, Buffer.from("hello ")), { written: 6, error: null });
      writeFileSync(path, "x", { flag: "a" });
      assert.deepEqual(writeAll(fd, Buffer.from("world")), { written: 5, error: null });
      assert.equal(readFileSync(path, "utf8"), "hello xworld");
      closeSync(fd);
      const found = statPath(path);
      assert.ok(typeof found !== "string");
      const { kind, mode, size } = found;
      assert.deepEqual([kind, mode, size], ["file", 0o640 & ~process.umask(), 12]);
      writeTextFile(path, "42\n", 0o644);
      assert.equal(readTextFile(path), "42\n");
    });
  });

  it("say the name of what went wrong", async () => {
    await inTemporaryDirectory((directory) => {
      const missing = join(directory, "missing");
      assert.equal(statPath(missing), "ENOENT");
      assert.equal(statPath(join("/etc/passwd", "x")), "ENOTDIR");
      assert.equal(unlinkPath(missing), "ENOENT");
      assert.equal(renamePath(missing, missing), "ENOENT");
      mkdirSync(missing);
      assert.equal(unlinkPath(missing) === null, false);
      const directoryInstead = { name: "SysError", code: "EISDIR", path: missing };
      assert.throws(() => writeTextFile(missing, "x", 0o600), directoryInstead);
      assert.throws(() => readTextFile(join(missing, "x")), { name: "SysError", code: "ENOENT" });
      assert.throws(() => writeTextFile("/dev/full", "x", 0o600), { name: "SysError", code: "ENOSPC" });
      assert.deepEqual(writeAll(12_345, Buffer.from("x")), { written: 0, error: "EBADF" });
    });
  });

  it("may have names that are not UTF-8", async () => {
    await inTemporaryDirectory((directory) => {
      const path = `${directory}/a\udcff`;
      writeTextFile(path, "x\udcfe", 0o600);
      assert.equal(readTextFile(path), "x\udcfe");
      const raw = Buffer.concat([Buffer.from(`${directory}/a`), Buffer.from([0xff])]);
      assert.deepEqual([...readFileSync(raw)], [0x78, 0xfe]);
      assert.equal(renamePath(path, `${directory}/b`), null);
      assert.equal(unlinkPath(`${directory}/b`), null);
      assert.equal(statPath(`${directory}/b`), "ENOENT");
    });
  });

  it("never wait: a full pipe takes what it can, a FIFO without a reader is refused", async () => {
    await inTemporaryDirectory((directory) => {
      const fifo = join(directory, "fifo");
      execFileSync("mkfifo", [fifo]);
      assert.throws(() => writeTextFile(fifo, "x", 0o600), { code: "ENXIO" });
      const pipe = makePipe();
      setNonblocking(pipe.write, true);
      assert.deepEqual(writeAll(pipe.write, Buffer.alloc(100_000)), { written: 65_536, error: "EAGAIN" });
      closeFd(pipe.read);
      assert.deepEqual(writeAll(pipe.write, Buffer.alloc(1)), { written: 0, error: "EPIPE" });
      closeFd(pipe.write);
    });
  });
});
