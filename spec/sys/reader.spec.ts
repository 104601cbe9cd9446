import assert from "node:assert/strict";
import { existsSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { type Reader, watchReadable } from "../../lib/sys/reader.ts";
import { onChildExit } from "../../lib/sys/reap.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { openWriter } from "../../lib/sys/writer.ts";
import { behind, collectUncaught, exitOf, openPipes, plain, until } from "../support/sys-child.ts";

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe("watchReadable", () => {
  it("passes on every byte, however it is written", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), { minLength: 1, maxLength: 12 }),
        async (pieces) => {
          const pipe = makePipe();
          const what = behind(pipe.read);
          const got: Buffer[] = [];
          const end = new Promise<string | null>((resolve) => {
            watchReadable(pipe.read, (chunk) => got.push(Buffer.from(chunk)), resolve);
          });
          const writer = openWriter(pipe.write, { maxQueue: 1 << 20 });
          for (const piece of pieces) assert.equal(writer.write(piece), "ok");
          await until("the queue is empty", () => writer.queued === 0);
          writer.close();
          assert.equal(await end, null);
          assert.ok(Buffer.concat(got).equals(Buffer.concat(pieces)));
          assert.notEqual(behind(pipe.read), what);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("makes a pipe wider that was full once, and no other", async () => {
    const asked =
      "import fcntl,os,sys,time\nos.write(1, b'x' * int(sys.argv[1]))\nopen(sys.argv[3], 'w')\nuntil = time.monotonic() + float(sys.argv[2])\n" +
      "while time.monotonic() < until and fcntl.fcntl(1, 1032) == 65536: time.sleep(0.005)\n" +
      "os.write(1, b' %d' % fcntl.fcntl(1, 1032))\n";
    for (const [bytes, patience, size] of [
      [65_536, "5", "262144"],
      [60_000, "0.2", "65536"],
    ] as const) {
      const pipe = makePipe();
      const folder = mkdtempSync(join(tmpdir(), "filled-"));
      const filled = join(folder, "filled");
      let text = "";
      const result = spawnProcess(
        plain(["/usr/bin/python3", "-c", asked, String(bytes), patience, filled], {
          stdio: [0, pipe.write, 2],
        }),
      );
      assert.ok(result.ok);
      closeFd(pipe.write);
      // Watched once the pipe holds all that was written: how much of it a reader finds is up to the scheduler otherwise.
      await until("the pipe is filled", () => existsSync(filled));
      rmSync(folder, { recursive: true });
      const ended = new Promise<unknown>((resolve) => {
        watchReadable(pipe.read, (chunk) => (text += Buffer.from(chunk).toString()), resolve);
      });
      await ended;
      await exitOf(result.pid);
      assert.equal(text.split(" ")[1], size);
    }
  });

  it("reads to the end what a dead writer left, and not more than asked", () => {
    const pipe = makePipe();
    const what = behind(pipe.read);
    writeSync(pipe.write, Buffer.alloc(50_000, 1));
    let got = 0;
    const ends: (string | null)[] = [];
    const reader = watchReadable(
      pipe.read,
      (chunk) => {
        got += chunk.length;
      },
      (error) => ends.push(error),
    );
    reader.drain(10_000);
    assert.equal(got, 10_000);
    reader.drain(1 << 20);
    assert.equal(got, 50_000);
    assert.deepEqual(ends, []);
    closeFd(pipe.write);
    reader.drain(1);
    assert.deepEqual(ends, [null]);
    assert.notEqual(behind(pipe.read), what);
    reader.drain(1);
    reader.close();
    assert.deepEqual(ends, [null]);
  });

  it("says nothing after close, also when closed from within", async () => {
    const pipe = makePipe();
    const what = behind(pipe.read);
    let calls = 0;
    let ends = 0;
    const reader: Reader = watchReadable(
      pipe.read,
      () => {
        calls++;
        reader.close();
      },
      () => ends++,
    );
    writeSync(pipe.write, Buffer.alloc(60_000));
    await until("it is called", () => calls === 1);
    closeFd(pipe.write);
    await settle();
    assert.deepEqual([calls, ends], [1, 0]);
    assert.notEqual(behind(pipe.read), what);
  });

  it("lets a callback close other readers", async () => {
    const pipes = Array.from({ length: 50 }, makePipe);
    const heard: number[] = [];
    const readers: Reader[] = pipes.map(({ read }, index) =>
      watchReadable(
        read,
        () => {
          heard.push(index);
          for (const reader of readers) reader.close();
        },
        () => heard.push(-1),
      ),
    );
    for (const { write } of pipes) writeSync(write, "x");
    await until("one is heard", () => heard.length > 0);
    for (const { write } of pipes) closeFd(write);
    await settle();
    assert.equal(heard.length, 1);
  });

  it("keeps a chunk whole while its callback drains other readers and itself", async () => {
    const [first, second] = [makePipe(), makePipe()];
    const seen: string[] = [];
    const other = watchReadable(
      second.read,
      (chunk) => seen.push(`other ${chunk[0]} ${chunk.length}`),
      () => {},
    );
    const done = new Promise<void>((resolve) => {
      const reader: Reader = watchReadable(
        first.read,
        (chunk) => {
          const before = Buffer.from(chunk);
          if (chunk[0] === 1) {
            writeSync(second.write, Buffer.alloc(300, 7));
            other.drain(1000);
            writeSync(first.write, Buffer.alloc(200, 2));
            reader.drain(1000);
          }
          assert.ok(before.equals(chunk));
          seen.push(`own ${chunk[0]} ${chunk.length}`);
        },
        () => resolve(),
      );
    });
    writeSync(first.write, Buffer.alloc(100, 1));
    await until("all are seen", () => seen.length === 3);
    closeFd(first.write);
    await done;
    other.close();
    closeFd(second.write);
    assert.deepEqual(seen, ["other 7 300", "own 2 200", "own 1 100"]);
  });

  it("closes the descriptor of what cannot be watched, and throws", () => {
    const fd = openSync("/etc/passwd", "r");
    assert.throws(
      () =>
        watchReadable(
          fd,
          () => {},
          () => {},
        ),
      { name: "SysError", code: "EPERM" },
    );
    assert.notEqual(behind(fd), "/etc/passwd");
  });

  it("reports an exception of a callback and reads on", async () => {
    const pipe = makePipe();
    let calls = 0;
    const errors = await collectUncaught(async () => {
      const end = new Promise<string | null>((resolve) => {
        watchReadable(
          pipe.read,
          () => {
            if (calls++ === 0) throw new Error("from onData");
          },
          resolve,
        );
      });
      writeSync(pipe.write, "1");
      await until("it has thrown", () => calls === 1);
      writeSync(pipe.write, "2");
      await until("the second is read", () => calls === 2);
      closeFd(pipe.write);
      assert.equal(await end, null);
    });
    assert.equal(errors.length, 1);
    assert.match(String(errors[0]), /from onData/);
  });

  it("gives every descriptor and slot back", async () => {
    const stop = onChildExit(() => {});
    const before = openPipes();
    for (let round = 0; round < 20; round++) {
      const ends = Array.from({ length: 100 }, () => {
        const pipe = makePipe();
        const end = new Promise<void>((resolve) => {
          watchReadable(
            pipe.read,
            () => {},
            () => resolve(),
          );
        });
        const { pid } = spawnProcess(plain(["/bin/echo", "x"], { stdio: [0, pipe.write, 2] }));
        closeFd(pipe.write);
        return Promise.all([end, exitOf(pid)]);
      });
      await Promise.all(ends);
    }
    stop();
    assert.deepEqual(openPipes(), before);
  });
});
