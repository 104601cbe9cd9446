import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { clearLogPath, openLogFile } from "../../lib/log/log-file.ts";
import { streamsSettled } from "../../lib/log/outlet.ts";
import { StreamTarget } from "../../lib/log/stream-target.ts";
import { openLog } from "../../lib/sys/log-files.ts";
import { temporaryFolder, until } from "../support/log-fixtures.ts";

function makeFifo(test: TestContext): string {
  const path = join(temporaryFolder(test), "fifo");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

const MODULE = fileURLToPath(new URL("../../lib/log/log-file.ts", import.meta.url));

/** Writes four chunks to the log at `path`, with rotation asked for, in a process whose standard output we choose. */
const program = (path: string): string[] => [
  "--import",
  "tsx",
  "--input-type=module",
  "--eval",
  `
  import { openLogFile } from ${JSON.stringify(MODULE)};
  const log = openLogFile({ path: ${JSON.stringify(path)}, maxbytes: 3, backups: 2, onTrouble: (t) => console.error(t) });
  for (const word of ["one\\n", "two\\n", "three\\n"]) log.write(Buffer.from(word));
  console.error(log.regular, log.clear());
  log.reopen();
  log.write(Buffer.from("four\\n"));
  log.close();
  `,
];
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
const WORDS = "one\ntwo\nthree\nfour\n";

/** A target on a FIFO that nobody reads until `takeAll` does, and a source that only remembers what it was told. */
function held(test: TestContext, stuckMs?: number) {
  const path = makeFifo(test);
  const told: string[] = [];
  const source = { paused: false, pause: () => {}, resume: () => {}, sink: () => {}, unsink: () => {} };
  source.pause = () => {
    source.paused = true;
  };
  source.resume = () => {
    source.paused = false;
  };
  const open = () => {
    const opened = new StreamTarget(
      { path, onTrouble: (text) => told.push(text) },
      openLog(path, false),
      true,
      stuckMs,
    );
    opened.readFrom(source);
    return opened;
  };
  const log = open();
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  test.after(() => closeSync(reader));
  const takeAll = async (length: number): Promise<Buffer> => {
    const got: Buffer[] = [];
    const buffer = Buffer.alloc(65536);
    await until("all has come through", () => {
      try {
        got.push(Buffer.from(buffer.subarray(0, readSync(reader, buffer))));
      } catch {
        // Nothing there yet.
      }
      return got.reduce((sum, { length: bytes }) => sum + bytes, 0) >= length;
    });
    return Buffer.concat(got);
  };
  return { log, source, takeAll, told, open };
}

describe("a log that is no regular file", () => {
  it("never waits for a reader: what fits into the pipe and the queue is kept, the rest counted (non-seekable)", async (test) => {
    const path = makeFifo(test);
    const told: string[] = [];
    const log = openLogFile({ path, maxbytes: 10, backups: 1, onTrouble: (text) => told.push(text) });
    const sent = createHash("sha256");
    let offered = 0;
    let taken = 0;
    const begin = performance.now();
    for (let i = 0; i < 200; i++) {
      const chunk = randomBytes(16384);
      const count = log.write(chunk);
      sent.update(chunk.subarray(0, count));
      offered += chunk.length;
      taken += count;
    }
    assert.ok(performance.now() - begin < 20_000);
    assert.equal(taken, 65536 + (1 << 20));
    assert.deepEqual(told, [
      `cannot write log '${path}': its reader is too slow; its output is dropped until it can be written again`,
    ]);

    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const received = createHash("sha256");
    const buffer = Buffer.alloc(65536);
    let count = 0;
    await until("the queue has come through", () => {
      try {
        const read = readSync(reader, buffer);
        received.update(buffer.subarray(0, read));
        count += read;
      } catch {
        // Nothing there yet.
      }
      return count >= taken;
    });
    assert.equal(count, taken);
    assert.equal(received.digest("hex"), sent.digest("hex"));
    closeSync(reader);
    log.close();
    assert.deepEqual(told.slice(1), [`log '${path}': ${offered - taken} bytes of output were lost`]);
  });

  it("holds its program up while the queue is full, and loses nothing to a reader that is slow", async (test) => {
    const { log, source, takeAll, told } = held(test);
    const sent: Buffer[] = [];
    while (!source.paused) {
      sent.push(randomBytes(65536));
      assert.equal(log.write(sent.at(-1) ?? Buffer.alloc(0)), 65536);
    }
    assert.equal(log.queued, 1 << 20);
    // What was read before the program could be held up is kept, too.
    sent.push(randomBytes(200_000));
    assert.equal(log.write(sent.at(-1) ?? Buffer.alloc(0)), 200_000);
    const all = Buffer.concat(sent);
    assert.ok((await takeAll(all.length)).equals(all));
    assert.equal(source.paused, false);
    log.close();
    assert.deepEqual(told, []);
  });

  it("lets a reader that takes nothing cost output, and its program no more than a moment", async (test) => {
    const { log, source, takeAll, told } = held(test, 100);
    while (!source.paused) log.write(Buffer.alloc(65536));
    await until("it is taken for stuck", () => !source.paused);
    assert.equal(log.write(Buffer.alloc(65536)), 0);
    assert.equal(source.paused, false);
    const waited = log.queued;
    // It was only asleep: from now on it is trusted again.
    await takeAll(waited);
    await until("there is room", () => log.queued === 0);
    while (!source.paused) assert.equal(log.write(Buffer.alloc(65536)), 65536);
    await takeAll(log.queued);
    log.close();
    assert.deepEqual(told, [
      `cannot write log '${log.path}': its reader is too slow; its output is dropped until it can be written again`,
      `log '${log.path}': 65536 bytes of output were lost`,
    ]);
  });

  it("takes a pause of our own for no slowness of its reader's", async (test) => {
    const { log, source, takeAll, told } = held(test, 300);
    while (!source.paused) log.write(Buffer.alloc(65536));
    await takeAll(65536);
    // As after SIGSTOP, or on a machine that had no time for us: the patience is over before the pipe was looked at.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(log.write(Buffer.alloc(65536)), 65536);
    await takeAll(log.queued);
    log.close();
    assert.deepEqual(told, []);
  });

  it("writes what waited when it was closed, before anything of who comes next", async (test) => {
    const { log, source, takeAll, told, open } = held(test);
    const first = Array.from({ length: 20 }, () => randomBytes(65536));
    for (const chunk of first) log.write(chunk);
    assert.equal(source.paused, true);
    log.close();
    let settled = false;
    void streamsSettled().then(() => {
      settled = true;
    });
    const second = open();
    const last = Buffer.from("the next life\n");
    assert.equal(second.write(last), last.length);
    const all = Buffer.concat([...first, last]);
    assert.ok((await takeAll(all.length)).equals(all));
    second.close();
    await until("nothing waits", () => settled);
    assert.deepEqual(told, []);
  });

  it("lets all who write to one slow reader have their turn, and takes none for stuck while it reads", async (test) => {
    const path = makeFifo(test);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    test.after(() => closeSync(reader));
    const told: string[] = [];
    const writers = Array.from({ length: 8 }, (_, index) => {
      const held = { now: false };
      const log = new StreamTarget(
        { path, onTrouble: (text) => told.push(text) },
        openLog(path, false),
        true,
        300,
      );
      const [pause, resume] = [true, false].map((to) => () => {
        held.now = to;
      });
      log.readFrom({
        pause: pause ?? (() => {}),
        resume: resume ?? (() => {}),
        sink: () => {},
        unsink: () => {},
      });
      return { log, held, left: 40, byte: index + 1 };
    });
    const counts = new Array<number>(9).fill(0);
    const buffer = Buffer.alloc(65536);
    await until(
      "all has come through",
      () => {
        for (const writer of writers) {
          if (writer.held.now || writer.left === 0) continue;
          writer.left -= 1;
          assert.equal(writer.log.write(Buffer.alloc(65536, writer.byte)), 65536);
        }
        try {
          for (const byte of buffer.subarray(0, readSync(reader, buffer)))
            counts[byte] = (counts[byte] ?? 0) + 1;
        } catch {
          // Nothing there yet.
        }
        return counts.slice(1).every((count) => count === 40 * 65536);
      },
      30_000,
    );
    for (const { log } of writers) log.close();
    assert.deepEqual(told, []);
  });

  it("takes output before a FIFO has a reader", (test) => {
    const path = makeFifo(test);
    const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: assert.fail });
    assert.equal(log.write(Buffer.from("early\n")), 6);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(100);
    assert.equal(buffer.toString("latin1", 0, readSync(reader, buffer)), "early\n");
    closeSync(reader);
    log.close();
    assert.equal(lstatSync(path).isFIFO(), true);
  });

  for (const path of ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
    it(`flows through ${path} when that is a pipe, and leaves the device alone (clear-stopped)`, () => {
      const link = readlinkSync("/dev/stdout");
      const run = spawnSync(process.execPath, program(path), { stdio: ["ignore", "pipe", "pipe"] });
      assert.equal(run.stdout.toString(), WORDS);
      assert.equal(run.stderr.toString(), "false ok\n");
      assert.equal(readlinkSync("/dev/stdout"), link);
    });
  }

  it("counts what /dev/stdout cannot take when nobody reads it any more", () => {
    const command = [process.execPath, ...program("/dev/stdout")].map(quoted).join(" ");
    // The reader is gone before the program starts: the shell's own words no longer arrive.
    const gone = "trap '' PIPE; while echo 2>/dev/null; do sleep 0.02; done";
    const run = spawnSync("bash", ["-c", `(${gone}; exec ${command}) | true`], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    assert.equal(
      run.stderr.toString(),
      [
        "cannot write log '/dev/stdout': EPIPE; its output is dropped until it can be written again",
        "false ok",
        "log '/dev/stdout': 19 bytes of output were lost\n",
      ].join("\n"),
    );
  });

  it("appends to a file behind /dev/stdout, without rotating or removing anything", (test) => {
    const folder = temporaryFolder(test);
    const link = join(folder, "access.log");
    symlinkSync("/dev/stdout", link);
    const out = join(folder, "out");
    writeFileSync(out, "before\n");
    const fd = openSync(out, "a");
    const run = spawnSync(process.execPath, program(link), { stdio: ["ignore", fd, "pipe"] });
    closeSync(fd);
    assert.equal(run.stderr.toString(), "false ok\n");
    assert.equal(readFileSync(out, "latin1"), `before\n${WORDS}`);
    assert.equal(readlinkSync(link), "/dev/stdout");
    assert.equal(clearLogPath(link), "ok");
    assert.equal(readlinkSync(link), "/dev/stdout");
  });

  it("flows through /dev/stdout when that is a socket", async (test) => {
    const path = join(temporaryFolder(test), "socket");
    let received = "";
    let ended = false;
    const server = createServer((socket) => {
      socket.on("data", (data) => {
        received += data.toString();
      });
      socket.on("end", () => {
        ended = true;
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    test.after(() => server.close());
    const script =
      "import os,socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); os.dup2(s.fileno(),1); os.execv(sys.argv[2],sys.argv[2:])";
    const child = spawn(
      "/usr/bin/python3",
      ["-c", script, path, process.execPath, ...program("/dev/stdout")],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += String(data);
    });
    await until("the socket is closed", () => ended, 20_000);
    assert.equal(received, WORDS);
    await until("the verdict is there", () => errors.includes("\n"));
    assert.equal(errors, "false ok\n");
  });

  it("takes what a terminal takes", (test) => {
    const typescript = join(temporaryFolder(test), "typescript");
    const command = [process.execPath, ...program("/dev/stdout")].map(quoted);
    const run = spawnSync("script", ["-qec", `${command.join(" ")} 2>/dev/null`, typescript], {
      stdio: "ignore",
    });
    assert.equal(run.status, 0);
    assert.ok(readFileSync(typescript, "latin1").replaceAll("\r\n", "\n").includes(WORDS));
  });
});
