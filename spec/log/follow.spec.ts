import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Follower, followFile } from "../../lib/log/follow.ts";
import { openLogFile } from "../../lib/log/log-file.ts";
import { temporaryFolder, until } from "../support/log-fixtures.ts";

interface Seen {
  text: string;
  pieces: number;
  readonly follower: Follower;
}

function follow(test: TestContext, path: string, tailBytes = 1024): Seen {
  const seen = { text: "", pieces: 0 };
  const follower = followFile(path, {
    tailBytes,
    onBytes: (bytes) => {
      seen.text += bytes.toString("latin1");
      seen.pieces++;
    },
    onTruncated: () => {
      seen.text += "|";
    },
  });
  test.after(() => follower.close());
  return Object.assign(seen, { follower });
}

describe("following a log", () => {
  it("begins with the last bytes and goes on with what others append", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "0123456789");
    const seen = follow(test, path, 4);
    assert.equal(seen.text, "");
    await until("the tail", () => seen.text === "6789");
    appendFileSync(path, "more");
    await until("what was appended", () => seen.text === "6789more");
  });

  it("begins with the whole of a smaller file", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "small");
    const seen = follow(test, path);
    await until("the whole", () => seen.text === "small");
  });

  it("throws where there is no file, or nothing that has an end", (test) => {
    const path = join(temporaryFolder(test), "x.log");
    const options = { tailBytes: 1, onBytes: () => {}, onTruncated: () => {} };
    assert.throws(() => followFile(path, options), { code: "ENOENT" });
    assert.throws(() => followFile("/dev/zero", options), { code: "ESPIPE" });
  });

  it("of /dev/null is an end without a beginning", () => {
    const nothing = () => assert.fail("nothing is there");
    const follower = followFile("/dev/null", { tailBytes: 1, onBytes: nothing, onTruncated: nothing });
    follower.pause();
    follower.resume();
    follower.close();
  });

  it("loses nothing over rotations of our own log, with and without backups", async (test) => {
    const folder = temporaryFolder(test);
    for (const backups of [0, 3]) {
      const path = join(folder, `${backups}.log`);
      const log = openLogFile({ path, maxbytes: 100_000, backups, onTrouble: assert.fail });
      const seen = follow(test, path);
      let sent = "";
      for (let i = 0; i < 60; i++) {
        const chunk = `${String(i).padStart(4, "0")}${"x".repeat(9_995)}\n`;
        sent += chunk;
        log.write(Buffer.from(chunk));
        if (i % 7 === 0) await sleep(1);
        if (backups > 0) await until("it keeps up", () => seen.text.length === sent.length);
      }
      await until("all of it", () => seen.text.replaceAll("|", "").length >= sent.length);
      assert.equal(seen.text.replaceAll("|", ""), sent);
      log.close();
    }
  });

  it("goes over to the next file when one is moved away, after the rest of the old one", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "one ");
    const seen = follow(test, path);
    await until("the beginning", () => seen.text === "one ");
    appendFileSync(path, "two ");
    renameSync(path, `${path}.1`);
    writeFileSync(path, "three ");
    await until("the next file", () => seen.text === "one two three ");
    appendFileSync(path, "four");
    await until("the next file as it grows", () => seen.text === "one two three four");
  });

  it("waits for a removed file to come back", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "one ");
    const seen = follow(test, path);
    await until("the beginning", () => seen.text === "one ");
    rmSync(path);
    await sleep(30);
    assert.equal(existsSync(path), false);
    writeFileSync(path, "two");
    await until("the new file", () => seen.text === "one two");
  });

  it("tells of a truncated file and begins again", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "a long beginning ");
    const seen = follow(test, path);
    await until("the beginning", () => seen.text.length === 17);
    truncateSync(path, 0);
    appendFileSync(path, "new");
    await until("the new beginning", () => seen.text === "a long beginning |new");
  });

  it("reads nothing while paused, and all of it afterwards, in pieces", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "");
    const log = openLogFile({ path, maxbytes: 0, backups: 0, onTrouble: assert.fail });
    const seen = follow(test, path);
    seen.follower.pause();
    for (let i = 0; i < 100; i++) log.write(Buffer.alloc(10_000, 0x61));
    await sleep(30);
    assert.equal(seen.text, "");
    seen.follower.resume();
    await until("all of it", () => seen.text.length === 1_000_000);
    assert.ok(seen.pieces >= 1_000_000 / 65536);
    assert.equal(seen.text, readFileSync(path, "latin1"));
    log.close();
  });

  it("ends with close, also from within a callback", async (test) => {
    const path = join(temporaryFolder(test), "x.log");
    writeFileSync(path, "a".repeat(500_000));
    let calls = 0;
    const follower = followFile(path, {
      tailBytes: 500_000,
      onBytes: () => {
        calls++;
        follower.close();
      },
      onTruncated: () => {},
    });
    await until("the first piece", () => calls > 0);
    appendFileSync(path, "more");
    await sleep(30);
    assert.equal(calls, 1);
    assert.doesNotThrow(() => follower.close());
  });
});
