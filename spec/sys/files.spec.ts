import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  fstat,
  isSeekable,
  openAppend,
  openTruncate,
  readAt,
  readDirectory,
  readTextFile,
  renamePath,
  statPath,
  truncateFile,
  truncateOpen,
  unlinkPath,
  writeAll,
  writeTextFile,
} from "../../lib/sys/files.ts";
import { closeFd, makePipe, setNonblocking } from "../../lib/sys/pipes.ts";
import { inTemporaryDirectory } from "../support/sys-child.ts";

describe("files", () => {
  it("append, truncate, read at a place, and know what they are", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const fd = openAppend(path, 0o640);
      assert.deepEqual(writeAll(fd, Buffer.from("hello ")), { written: 6, error: null });
      writeFileSync(path, "x", { flag: "a" });
      assert.deepEqual(writeAll(fd, Buffer.from("world")), { written: 5, error: null });
      assert.equal(readFileSync(path, "utf8"), "hello xworld");
      const { kind, mode, size } = fstat(fd);
      assert.deepEqual([kind, mode, size], ["file", 0o640 & ~process.umask(), 12]);
      assert.equal(isSeekable(fd), true);
      assert.equal(truncateOpen(fd), null);
      writeAll(fd, Buffer.from("end"));
      closeFd(fd);
      assert.equal(readFileSync(path, "utf8"), "end");
      const again = openTruncate(path, 0o640);
      assert.equal(statSync(path).size, 0);
      closeFd(again);
      writeTextFile(path, "42\n", 0o644);
      assert.equal(readTextFile(path), "42\n");
      const reader = openAppend(path, 0o644);
      assert.throws(() => readAt(reader, Buffer.alloc(2), 0), { name: "SysError", code: "EBADF" });
      closeFd(reader);
    });
  });

  it("say the name of what went wrong", async () => {
    await inTemporaryDirectory((directory) => {
      const missing = join(directory, "missing");
      assert.equal(statPath(missing), "ENOENT");
      assert.equal(statPath(join("/etc/passwd", "x")), "ENOTDIR");
      assert.equal(unlinkPath(missing), "ENOENT");
      assert.equal(renamePath(missing, missing), "ENOENT");
      assert.equal(truncateFile(missing), "ENOENT");
      mkdirSync(missing);
      assert.equal(unlinkPath(missing) === null, false);
      assert.throws(() => openAppend(missing, 0o600), { name: "SysError", code: "EISDIR", path: missing });
      assert.throws(() => readDirectory("/etc/passwd"), { name: "SysError", code: "ENOTDIR" });
      assert.throws(() => readTextFile(join(missing, "x")), { name: "SysError", code: "ENOENT" });
      assert.throws(() => writeTextFile("/dev/full", "x", 0o600), { name: "SysError", code: "ENOSPC" });
      assert.deepEqual(writeAll(12_345, Buffer.from("x")), { written: 0, error: "EBADF" });
    });
  });

  it("may have names that are not UTF-8", async () => {
    await inTemporaryDirectory((directory) => {
      const path = `${directory}/a\udcff`;
      writeTextFile(path, "x\udcfe", 0o600);
      assert.deepEqual(readDirectory(directory), ["a\udcff"]);
      assert.equal(readTextFile(path), "x\udcfe");
      const raw = Buffer.concat([Buffer.from(`${directory}/a`), Buffer.from([0xff])]);
      assert.deepEqual([...readFileSync(raw)], [0x78, 0xfe]);
      assert.equal(renamePath(path, `${directory}/b`), null);
      assert.equal(unlinkPath(`${directory}/b`), null);
      assert.deepEqual(readDirectory(directory), []);
    });
  });

  it("never wait: a full pipe takes what it can, a FIFO without a reader is refused", async () => {
    await inTemporaryDirectory((directory) => {
      const fifo = join(directory, "fifo");
      execFileSync("mkfifo", [fifo]);
      assert.throws(() => openAppend(fifo, 0o600), { code: "ENXIO" });
      const pipe = makePipe();
      setNonblocking(pipe.write, true);
      assert.deepEqual(writeAll(pipe.write, Buffer.alloc(100_000)), { written: 65_536, error: "EAGAIN" });
      closeFd(pipe.read);
      assert.deepEqual(writeAll(pipe.write, Buffer.alloc(1)), { written: 0, error: "EPIPE" });
      assert.equal(isSeekable(pipe.write), false);
      assert.equal(fstat(pipe.write).kind, "fifo");
      closeFd(pipe.write);
    });
  });
});
