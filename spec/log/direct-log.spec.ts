import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { followFile } from "../../lib/log/follow.ts";
import { openLogFile } from "../../lib/log/log-file.ts";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { watchReadable } from "../../lib/sys/reader.ts";
import { temporaryFolder, until, wholeLog } from "../support/log-fixtures.ts";

/** A log that is written from a pipe of ours, and how much of it came through JavaScript. */
function piped(path: string, maxbytes: number, backups: number) {
  const told: string[] = [];
  const log = openLogFile({ path, maxbytes, backups, onTrouble: (text) => told.push(text) });
  const pipe = makePipe();
  let heard = 0;
  let ended = false;
  const reader = watchReadable(
    pipe.read,
    (chunk) => {
      heard += chunk.length;
      log.write(chunk);
    },
    () => {
      ended = true;
    },
  );
  log.readFrom(reader, true);
  return {
    log,
    told,
    heard: () => heard,
    write: (text: string | Uint8Array) => writeSync(pipe.write, Buffer.from(text)),
    end: async () => {
      closeFd(pipe.write);
      await until("the end of the pipe", () => ended);
      log.close();
    },
  };
}

const contains = (path: string, text: string) => (): boolean =>
  existsSync(path) && readFileSync(path, "utf8").endsWith(text);

const logPath = (test: TestContext): string => join(temporaryFolder(test), "x.log");

describe("a log that its reader writes by itself", () => {
  it("does so while nothing else is to be done", async (test) => {
    const path = logPath(test);
    const { write, heard, end, told } = piped(path, 1_000_000, 2);
    write("one\n");
    await until("it is written", contains(path, "one\n"));
    write("two\n");
    await until("it is written", contains(path, "one\ntwo\n"));
    await end();
    assert.deepEqual([heard(), told], [0, []]);
  });

  it("loses nothing over rotations, and keeps every file near its bound", async (test) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20_000 }),
        async (pieces, maxbytes) => {
          const path = logPath(test);
          const { write, end, told } = piped(path, maxbytes, 1000);
          for (const piece of pieces) {
            write(piece);
            await new Promise((resolve) => setImmediate(resolve));
          }
          await end();
          const all = Buffer.concat(pieces);
          assert.ok(wholeLog(path).equals(all));
          // Whatever has reached its bound has been rotated.
          assert.ok(readFileSync(path).length < maxbytes);
          assert.deepEqual(told, []);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("tells followers at once, those that came before and those that come later", async (test) => {
    const path = logPath(test);
    const { write, end, heard } = piped(path, 0, 0);
    write("before\n");
    await until("it is written", contains(path, "before\n"));
    assert.equal(heard(), 0);
    let seen = "";
    const follower = followFile(path, {
      tailBytes: 100,
      onBytes: (bytes) => {
        seen += bytes.toString();
      },
      onTruncated: () => {},
    });
    write("while\n");
    await until("it is seen", () => seen === "before\nwhile\n");
    assert.equal(heard(), 6);
    follower.close();
    write("once more\n");
    write("after\n");
    await until("it is written", contains(path, "after\n"));
    const through = heard();
    write("by itself again\n");
    await until("it is written", contains(path, "again\n"));
    assert.equal(heard(), through);
    await end();
  });

  it("goes over to a new file when the old one has been removed or moved away", async (test) => {
    const path = logPath(test);
    const { log, write, end } = piped(path, 1 << 20, 1);
    write("lost with its file\n");
    await until("it is written", contains(path, "file\n"));
    rmSync(path);
    await until("there is a new file", () => {
      write("x");
      return existsSync(path) && readFileSync(path).length > 0;
    });
    write("all of it\n");
    await until("it is written", contains(path, "all of it\n"));
    renameSync(path, `${path}.away`);
    log.reopen();
    write("after reopen\n");
    await until("it is written", contains(path, "after reopen\n"));
    assert.equal(readFileSync(path, "utf8"), "after reopen\n");
    write("and again\n");
    await until("it is written", contains(path, "and again\n"));
    assert.equal(log.clear(), "ok");
    write("after clear\n");
    await until("it is written", contains(path, "after clear\n"));
    assert.equal(readFileSync(path, "utf8"), "after clear\n");
    await end();
  });

  it("tries again by itself where the path could not be opened anew", async (test) => {
    const folder = temporaryFolder(test);
    const path = join(folder, "x.log");
    const { log, write, end, told } = piped(path, 0, 0);
    write("before\n");
    await until("it is written", contains(path, "before\n"));
    renameSync(path, `${path}.old`);
    mkdirSync(path);
    log.reopen();
    assert.equal(told.length, 1);
    rmSync(path, { recursive: true });
    await until("a new file", () => {
      write("after\n");
      return existsSync(path) && readFileSync(path).length > 0;
    });
    await end();
  });

  it("writes into no other file once it is closed", async (test) => {
    const folder = temporaryFolder(test);
    const { log, write, end } = piped(join(folder, "x.log"), 0, 0);
    write("mine\n");
    await until("it is written", contains(join(folder, "x.log"), "mine\n"));
    log.close();
    // Takes the number of the descriptor that has just become free.
    const other = openLogFile({ path: join(folder, "y.log"), maxbytes: 0, backups: 0, onTrouble: () => {} });
    write("nobody's\n");
    await end();
    other.close();
    assert.equal(readFileSync(join(folder, "y.log"), "utf8"), "");
    assert.equal(readFileSync(join(folder, "x.log"), "utf8"), "mine\n");
  });
});
