import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { factsOfOpen, factsOfPath, modifiedAt } from "../../lib/sys/file-facts.ts";
import { makeTempFile, namesIn, removeFile, renameFile } from "../../lib/sys/files.ts";
import { closeFile, openForReading, openLog, readSlice } from "../../lib/sys/log-files.ts";
import { closeFd, makePipe, setNonblocking } from "../../lib/sys/pipes.ts";
import { failureOf } from "../../lib/sys/sys-error.ts";
import { readTextFile, writeTextFile } from "../../lib/sys/text-files.ts";
import { writeAll } from "../../lib/sys/write-all.ts";
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
      const { dev, ino, mtimeMs } = statSync(path);
      const facts = { regular: true, size: 12, dev, ino, links: 1 };
      assert.deepEqual(factsOfPath(path), facts);
      const open = openForReading(path);
      assert.deepEqual(factsOfOpen(open), facts);
      assert.equal(readSlice(open, 4, 100).toString(), "o xworld");
      closeFile(open);
      assert.equal(modifiedAt(path), mtimeMs);
      writeTextFile(`${path}.pid`, "42\n", 0o640);
      assert.equal(readTextFile(`${path}.pid`), "42\n");
      assert.equal(statSync(`${path}.pid`).mode & 0o777, 0o640 & ~process.umask());
    });
  });

  it("say the name of what went wrong", async () => {
    await inTemporaryDirectory((directory) => {
      const missing = join(directory, "missing");
      const none = { name: "SysError", code: "ENOENT", path: missing };
      assert.throws(() => removeFile(missing), { ...none, syscall: "unlink" });
      assert.throws(() => renameFile(missing, missing), { ...none, syscall: "rename" });
      assert.throws(() => namesIn(missing), none);
      assert.throws(() => openForReading(missing), none);
      assert.throws(() => makeTempFile(missing, "a", 8, "b"), { name: "SysError", code: "ENOENT" });
      assert.deepEqual([factsOfPath(missing), modifiedAt(missing)], [null, null]);
      mkdirSync(missing);
      assert.notEqual(
        failureOf(() => removeFile(missing)),
        null,
      );
      assert.throws(() => openLog(missing, false), { name: "SysError", code: "EISDIR", path: missing });
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
      assert.deepEqual(namesIn(directory), ["a\udcff"]);
      renameFile(path, `${directory}/b`);
      assert.deepEqual(namesIn(directory), ["b"]);
      removeFile(`${directory}/b`);
      assert.deepEqual(namesIn(directory), []);
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
