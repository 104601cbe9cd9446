import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openLogFile } from "../../lib/log/log-file.ts";
import { filesIn, temporaryFolder, until, wholeLog } from "../support/log-fixtures.ts";
import { runOracle } from "../support/oracle-python.ts";

const silent = (text: string): void => assert.fail(`unexpected trouble: ${text}`);

interface Case {
  readonly maxbytes: number;
  readonly backups: number;
  /** `null` is a reopen. */
  readonly writes: readonly (string | null)[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  maxbytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
  backups: fc.integer({ min: 0, max: 4 }),
  writes: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 }) },
      fc.constant(null),
    ),
    { maxLength: 25 },
  ),
});

const ORACLE = `
import json, os, shutil, sys, tempfile
from supervisor import loggers
out = []
for case in json.load(sys.stdin):
    d = tempfile.mkdtemp()
    log = loggers.getLogger()
    loggers.handle_file(log, d + '/x.log', '%(message)s', rotating=not not case['maxbytes'],
                        maxbytes=case['maxbytes'], backups=case['backups'])
    for w in case['writes']:
        if w is None: log.handlers[0].reopen()
        else: log.info(w.encode('latin-1'))
    log.close()
    out.append({n: open(os.path.join(d, n), 'rb').read().decode('latin-1') for n in sorted(os.listdir(d))})
    shutil.rmtree(d)
json.dump(out, sys.stdout)
`;

describe("a rotating log", () => {
  it("removes no backup for one that is missing before it", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(`${path}.1`, "first");
    writeFileSync(`${path}.3`, "third");
    const log = openLogFile({ path, maxbytes: 10, backups: 3, onTrouble: silent });
    log.write(Buffer.from("long enough"));
    log.close();
    const found = [path, `${path}.1`, `${path}.2`, `${path}.3`].map((name) => readFileSync(name, "latin1"));
    assert.deepEqual(found, ["", "long enough", "first", "third"]);
  });

  it("leaves the files that the original leaves, byte for byte", (test) => {
    const samples = fc.sample(cases, 400);
    const theirs = runOracle(ORACLE, samples);
    const folder = temporaryFolder(test);
    const ours = samples.map(({ maxbytes, backups, writes }, i) => {
      const own = join(folder, String(i));
      mkdirSync(own);
      const log = openLogFile({ path: join(own, "x.log"), maxbytes, backups, onTrouble: silent });
      for (const write of writes) {
        if (write === null) log.reopen();
        else assert.equal(log.write(Buffer.from(write, "latin1")), write.length);
      }
      log.close();
      return filesIn(own);
    });
    assert.deepEqual(ours, theirs);
  });

  it("keeps every byte through rotations, however the output is cut", (test) => {
    const folder = temporaryFolder(test);
    let run = 0;
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 40 }), (chunks) => {
        const path = join(folder, `${run++}.log`);
        const log = openLogFile({ path, maxbytes: 1000, backups: 50, onTrouble: silent });
        for (const chunk of chunks) log.write(chunk);
        log.close();
        const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
        assert.equal(sum(wholeLog(path)), sum(Buffer.concat(chunks)));
      }),
      { numRuns: 100 },
    );
  });

  it("goes on in append mode after a rotation, so that copytruncate leaves no hole (append-after-rotation)", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const log = openLogFile({ path, maxbytes: 10, backups: 1, onTrouble: silent });
    log.write(Buffer.from("0123456789"));
    log.write(Buffer.from("abcdef"));
    truncateSync(path, 0);
    log.write(Buffer.from("ghijk"));
    assert.equal(readFileSync(path, "latin1"), "ghijk");
    log.write(Buffer.from("lmnop"));
    assert.equal(readFileSync(`${path}.1`, "latin1"), "ghijklmnop");
    log.close();
  });

  it("counts what others append to the file", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const log = openLogFile({ path, maxbytes: 100, backups: 1, onTrouble: silent });
    appendFileSync(path, "x".repeat(90));
    log.write(Buffer.from("y".repeat(20)));
    log.write(Buffer.from("z"));
    assert.equal(readFileSync(`${path}.1`, "latin1"), "x".repeat(90) + "y".repeat(20));
    assert.equal(readFileSync(path, "latin1"), "z");
    log.close();
  });

  it("writes on into a file that was moved away until it is told to reopen", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: silent });
    log.write(Buffer.from("one"));
    renameSync(path, `${path}.old`);
    log.write(Buffer.from("two"));
    assert.equal(existsSync(path), false);
    log.reopen();
    log.write(Buffer.from("three"));
    assert.equal(readFileSync(`${path}.old`, "latin1"), "onetwo");
    assert.equal(readFileSync(path, "latin1"), "three");
    log.close();
  });

  it("makes a removed file again within a second of output (removed-log)", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: silent });
    log.write(Buffer.from("one"));
    rmSync(path);
    await until("the file is made again", () => {
      log.write(Buffer.from("two"));
      return existsSync(path);
    });
    assert.match(readFileSync(path, "latin1"), /^(two)+$/);
    log.close();
  });

  it("drops, counts and reports once while its folder is missing, and goes on when it is back (vanished-directory)", async (test) => {
    const folder = join(temporaryFolder(test), "logs");
    mkdirSync(folder);
    const path = join(folder, "x.log");
    const told: string[] = [];
    const log = openLogFile({ path, maxbytes: 100, backups: 2, onTrouble: (text) => told.push(text) });
    rmSync(folder, { recursive: true });
    log.reopen();
    for (let i = 0; i < 50; i++) assert.equal(log.write(Buffer.from("0123456789")), 0);
    assert.deepEqual(told, [
      `cannot write log '${path}': ENOENT; its output is dropped until it can be written again`,
    ]);
    mkdirSync(folder);
    await until("it is written again", () => log.write(Buffer.from("back\n")) > 0);
    assert.equal(told.length, 2);
    assert.match(told[1] ?? "", /^log '.*x\.log': \d+ bytes of output were lost$/);
    assert.match(readFileSync(path, "latin1"), /^back\n/);
    log.close();
  });

  it("still writes when it cannot rotate, says so once, and rotates when it can", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    mkdirSync(`${path}.1`);
    const told: string[] = [];
    const log = openLogFile({ path, maxbytes: 10, backups: 1, onTrouble: (text) => told.push(text) });
    for (let i = 0; i < 5; i++) assert.equal(log.write(Buffer.from("0123456789")), 10);
    assert.equal(readFileSync(path, "latin1"), "0123456789".repeat(5));
    assert.deepEqual(told, [`cannot rotate log '${path}' to '${path}.1': EISDIR`]);
    rmSync(`${path}.1`, { recursive: true });
    await until("it is rotated", () => {
      log.write(Buffer.from("."));
      return existsSync(`${path}.1`);
    });
    assert.match(readFileSync(`${path}.1`, "latin1"), /^(0123456789){5}\.+$/);
    assert.equal(told.length, 1);
    log.close();
  });

  it("clears by beginning a new file, and says when there was none", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const log = openLogFile({ path, maxbytes: 100, backups: 1, onTrouble: silent });
    log.write(Buffer.from("old"));
    const before = statSync(path).ino;
    assert.equal(log.clear(), "ok");
    assert.equal(statSync(path).size, 0);
    assert.notEqual(statSync(path).ino, before);
    log.write(Buffer.from("new"));
    assert.equal(readFileSync(path, "latin1"), "new");
    rmSync(path);
    assert.equal(log.clear(), "missing");
    log.write(Buffer.from("again"));
    assert.equal(readFileSync(path, "latin1"), "again");
    log.close();
  });

  it("throws only when it cannot be opened at all", (test) => {
    const folder = temporaryFolder(test);
    const open = (path: string) => (): unknown =>
      openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: silent });
    assert.throws(open(folder), { code: "EISDIR" });
    assert.throws(open(join(folder, "no", "x.log")), { code: "ENOENT" });
    writeFileSync(join(folder, "file"), "");
    assert.throws(open(join(folder, "file", "x.log")), { code: "ENOTDIR" });
  });

  it("creates files with the mode that the umask leaves", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const umask = process.umask(0o027);
    test.after(() => process.umask(umask));
    const log = openLogFile({ path, maxbytes: 4, backups: 1, onTrouble: silent });
    log.write(Buffer.from("12345"));
    chmodSync(`${path}.1`, 0o600);
    assert.equal(statSync(path).mode & 0o777, 0o640);
    log.close();
  });
});
