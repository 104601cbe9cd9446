import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { watchReadable } from "../../lib/sys/reader.ts";
import { killProcess } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { openWriter } from "../../lib/sys/writer.ts";
import { behind, exitOf, plain, until } from "../support/sys-child.ts";

describe("openWriter", () => {
  it("queues what a slow reader does not take, in order, many small pieces or few large", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(90_000), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(40), { maxLength: 3000 }),
        async (large, small) => {
          const pipe = makePipe();
          const writer = openWriter(pipe.write, { maxQueue: 1 << 24 });
          let stamp = 0;
          const pieces = [...large, ...small].map((length) => Buffer.alloc(length, stamp++ % 251));
          for (const piece of pieces) assert.equal(writer.write(piece), "ok");
          const got: Buffer[] = [];
          const end = new Promise<void>((resolve) => {
            watchReadable(
              pipe.read,
              (chunk) => got.push(Buffer.from(chunk)),
              () => resolve(),
            );
          });
          await until("the queue is empty", () => writer.queued === 0);
          writer.close();
          await end;
          assert.ok(Buffer.concat(got).equals(Buffer.concat(pieces)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("copies what it queues: the caller may use its buffer again", async () => {
    const pipe = makePipe();
    const writer = openWriter(pipe.write, { maxQueue: 1 << 24 });
    const bytes = Buffer.alloc(200_000, 1);
    assert.equal(writer.write(bytes), "ok");
    bytes.fill(2);
    let twos = 0;
    let total = 0;
    watchReadable(
      pipe.read,
      (chunk) => {
        total += chunk.length;
        if (chunk.includes(2)) twos++;
      },
      () => {},
    );
    await until("all has come", () => total === 200_000);
    writer.close();
    assert.equal(twos, 0);
  });

  it("refuses whole what would pass the limit (stdin-queue)", () => {
    const pipe = makePipe();
    const what = behind(pipe.write);
    const writer = openWriter(pipe.write, { maxQueue: 1000 });
    const room = 65_536;
    assert.equal(writer.write(Buffer.alloc(room)), "ok");
    assert.equal(writer.queued, 0);
    assert.equal(writer.write(Buffer.alloc(1001)), "full");
    assert.equal(writer.queued, 0);
    assert.equal(writer.write(Buffer.alloc(600)), "ok");
    assert.equal(writer.write(Buffer.alloc(401)), "full");
    assert.equal(writer.write(Buffer.alloc(400)), "ok");
    assert.equal(writer.queued, 1000);
    writer.close();
    assert.equal(writer.write(Buffer.alloc(1)), "closed");
    assert.equal(writer.queued, 0);
    assert.notEqual(behind(pipe.write), what);
    closeFd(pipe.read);
  });

  it("is closed by the write that finds no reader", () => {
    const pipe = makePipe();
    const what = behind(pipe.write);
    let lost = 0;
    const writer = openWriter(pipe.write, { maxQueue: 10, onClosed: () => lost++ });
    closeFd(pipe.read);
    assert.equal(writer.write(Buffer.from("x")), "closed");
    assert.equal(lost, 1);
    assert.notEqual(behind(pipe.write), what);
  });

  it("notices by itself that its reader has gone, idle or with a queue", async () => {
    for (const size of [0, 200_000]) {
      const pipe = makePipe();
      const what = behind(pipe.write);
      let lost = 0;
      const writer = openWriter(pipe.write, { maxQueue: 1 << 20, onClosed: () => lost++ });
      const { pid } = spawnProcess(plain(["/bin/sleep", "1000"], { stdio: [pipe.read, 1, 2] }));
      closeFd(pipe.read);
      assert.equal(writer.write(Buffer.alloc(size)), "ok");
      killProcess(pid, 9);
      await exitOf(pid);
      await until("it is closed", () => lost === 1);
      assert.equal(writer.write(Buffer.from("x")), "closed");
      assert.notEqual(behind(pipe.write), what);
    }
  });

  it("says nothing of its own close", async () => {
    const pipe = makePipe();
    let lost = 0;
    const writer = openWriter(pipe.write, { maxQueue: 10, onClosed: () => lost++ });
    writer.close();
    writer.close();
    closeFd(pipe.read);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(lost, 0);
  });
});
