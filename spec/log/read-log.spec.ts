import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readLog, SLICE_LIMIT, tailLog } from "../../lib/log/read-log.ts";
import { temporaryFolder } from "../support/log-fixtures.ts";
import { runOracle } from "../support/oracle-python.ts";

const ORACLE = `
import json, os, sys, tempfile
from supervisor.options import readFile, tailFile
fd, name = tempfile.mkstemp()
out = []
for text, offset, length in json.load(sys.stdin):
    open(name, 'wb').write(text.encode('ascii'))
    try: read = readFile(name, offset, length).decode('ascii')
    except ValueError as why: read = why.args[0]
    out.append([read, tailFile(name, offset, length)])
os.remove(name)
json.dump(out, sys.stdout)
`;

const near = fc.integer({ min: -12, max: 12 });
const offsets = fc.oneof(near, fc.constantFrom(-1e9, 1e9, 2 ** 31, -(2 ** 33), 2 ** 40));
/** The original asks for as much memory as the length says. */
const lengths = fc.oneof(near, fc.constantFrom(-1e9, 1e6, -(2 ** 33)));

describe("a slice of a log", () => {
  it("is the original's, for every offset and length", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const some = fc.sample(
      fc.tuple(fc.string({ unit: fc.constantFrom(..."abc\n"), maxLength: 10 }), offsets, lengths),
      3000,
    );
    const examples = [
      [0, 4],
      [0, 8],
      [0, 100],
      [4, 100],
      [100, 100],
      [-3, 2],
      [0, 0],
      [0, -5],
    ].map(([offset = 0, length = 0]): [string, number, number] => ["01234567", offset, length]);
    const cases = [...examples, ...some];
    const theirs = runOracle(ORACLE, cases);
    const ours = cases.map(([text, offset, length]) => {
      writeFileSync(path, text);
      let read: string;
      try {
        read = readLog(path, offset, length);
      } catch (error) {
        read = error instanceof Error ? error.message : "";
      }
      return [read, tailLog(path, offset, length)];
    });
    assert.deepEqual(ours, theirs);
  });

  it("belongs with its neighbours: slices of any width make the whole text", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "é", "☃", "😀", "\n", "\ufeff"), maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (text, width) => {
          writeFileSync(path, text);
          let joined = "";
          for (let at = 0; at < Buffer.byteLength(text); at += width) joined += readLog(path, at, width);
          assert.equal(joined, text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("replaces what is no UTF-8, whatever the offsets (log-encoding)", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(20), fc.nat(20), (bytes, offset, length) => {
        writeFileSync(path, bytes);
        assert.ok(readLog(path, offset, length).length <= bytes.length);
        assert.equal(readLog(path, 0, 0), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
      }),
      { numRuns: 300 },
    );
    writeFileSync(path, "caf\u00e9!");
    assert.equal(readLog(path, -2, 0), "!");
    assert.deepEqual(tailLog(path, 0, 2), ["!", 6, true]);
  });

  it("may lie beyond 2 GB", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const fd = openSync(path, "w");
    const far = 5 * 2 ** 30;
    ftruncateSync(fd, far);
    writeSync(fd, "the end\n", far);
    closeSync(fd);
    assert.equal(readLog(path, far, 0), "the end\n");
    assert.equal(readLog(path, -4, 0), "end\n");
    assert.deepEqual(tailLog(path, 0, 4), ["end\n", far + 8, true]);
    assert.throws(() => readLog(path, 0, 0), {
      code: 30,
      message: `FAILED: ${far + 8} bytes of log are too many for one answer (${SLICE_LIMIT})`,
    });
    assert.throws(() => tailLog(path, 0, 2 ** 32), { code: 30 });
  });

  it("faults or is empty where there is nothing to read", (test) => {
    const folder = temporaryFolder(test);
    const missing = join(folder, "x.log");
    assert.throws(() => readLog(missing, 0, 0), { code: 20, message: `NO_FILE: ${missing}` });
    assert.throws(() => readLog(folder, 0, 0), { code: 30, message: "FAILED" });
    assert.deepEqual(tailLog(missing, 7, 10), ["", 7, false]);
    assert.deepEqual(tailLog(folder, 7, 10), ["", 7, false]);
  });

  it("never waits for a FIFO's writer", (test) => {
    const fifo = join(temporaryFolder(test), "fifo");
    assert.equal(spawnSync("mkfifo", [fifo]).status, 0);
    assert.throws(() => readLog(fifo, 0, 0), { code: 30 });
    assert.deepEqual(tailLog(fifo, 0, 10), ["", 0, false]);
  });
});
