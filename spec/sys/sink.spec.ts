import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { watchReadable } from "../../lib/sys/reader.ts";
import { inTemporaryDirectory, until } from "../support/sys-child.ts";

/** A reader whose pipe we write, and what has come to it. */
function watched() {
  const pipe = makePipe();
  const chunks: Buffer[] = [];
  let ended = false;
  const reader = watchReadable(
    pipe.read,
    (chunk) => chunks.push(Buffer.from(chunk)),
    () => {
      ended = true;
    },
  );
  const heard = () => Buffer.concat(chunks);
  const end = async () => {
    closeFd(pipe.write);
    await until("the end of the pipe", () => ended);
  };
  return { reader, write: (bytes: Uint8Array) => writeSync(pipe.write, bytes), chunks, heard, end };
}

describe("a reader's sink", () => {
  it("takes all in order up to its room, and leaves the rest to the reader", async () => {
    await inTemporaryDirectory(async (folder) => {
      const path = join(folder, "sink");
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { minLength: 1, maxLength: 12 }),
          fc.nat(30_000),
          async (pieces, room) => {
            const fd = openSync(path, "a");
            const { reader, write, heard, end } = watched();
            reader.sink(fd, room);
            for (const piece of pieces) write(piece);
            await end();
            const all = Buffer.concat(pieces);
            const sunk = readFileSync(path);
            assert.ok(sunk.length <= room);
            // Nothing that would have fitted is left: pieces are read together, so only the whole is sure to.
            if (all.length <= room) assert.equal(sunk.length, all.length);
            assert.ok(Buffer.concat([sunk, heard()]).equals(all));
            closeSync(fd);
            rmSync(path);
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  it("is gone once the reader has heard of anything, until it is given again", async () => {
    await inTemporaryDirectory(async (folder) => {
      const path = join(folder, "sink");
      const fd = openSync(path, "a");
      const { reader, write, chunks, heard, end } = watched();
      reader.sink(fd, 10);
      write(Buffer.from("0123456789"));
      await until("it is sunk", () => readFileSync(path).length === 10);
      write(Buffer.from("too much"));
      await until("it is heard", () => chunks.length === 1);
      write(Buffer.from(", and more"));
      await until("that too", () => chunks.length === 2);
      reader.sink(fd, 100);
      write(Buffer.from("again"));
      await until("it is sunk", () => readFileSync(path).length === 15);
      reader.unsink();
      write(Buffer.from("."));
      await end();
      assert.equal(readFileSync(path, "utf8"), "0123456789again");
      assert.equal(heard().toString(), "too much, and more.");
      closeSync(fd);
    });
  });

  it("hears of what a full disk leaves, whole or in part", async () => {
    await inTemporaryDirectory(async (folder) => {
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
      assert.equal(mounted.status, 0, mounted.stderr.toString());
      try {
        const path = join(folder, "sink");
        const fd = openSync(path, "a");
        const { reader, write, heard, end } = watched();
        reader.sink(fd, 1 << 30);
        const all = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
        write(all.subarray(0, 60_000));
        await until("it is sunk", () => readFileSync(path).length === 60_000);
        write(all.subarray(60_000));
        await end();
        assert.equal(readFileSync(path).length, 65_536);
        assert.ok(Buffer.concat([readFileSync(path), heard()]).equals(all));
        closeSync(fd);
      } finally {
        spawnSync("umount", ["-l", folder]);
      }
    });
  });

  it("hears of it when the file has lost its name", async () => {
    await inTemporaryDirectory(async (folder) => {
      const path = join(folder, "sink");
      const fd = openSync(path, "a");
      const { reader, write, chunks, end } = watched();
      reader.sink(fd, 1 << 30);
      rmSync(path);
      await until("it is heard", () => {
        write(Buffer.from("x"));
        return chunks.length > 0;
      });
      await end();
      closeSync(fd);
    });
  });
});
