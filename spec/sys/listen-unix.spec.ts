import assert from "node:assert/strict";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { addon } from "../../lib/sys/addon.ts";
import { terminated } from "../../lib/sys/bytes.ts";
import { listenUnix, type UnixListenOptions } from "../../lib/sys/listen-unix.ts";
import { closeFd } from "../../lib/sys/pipes.ts";
import { currentUid } from "../../lib/sys/users.ts";
import { inTemporaryDirectory, run, runFixture } from "../support/sys-child.ts";

const at = (path: string, more: Partial<UnixListenOptions> = {}): UnixListenOptions => ({
  path,
  mode: 0o700,
  uid: -1,
  gid: -1,
  backlog: 16,
  ...more,
});

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

describe("listenUnix", () => {
  it("makes a socket of the mode asked for, whatever the umask, and nothing beside it", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s.sock");
      const umask = process.umask(0o077);
      const fd = listenUnix(at(path, { mode: 0o766 }));
      process.umask(umask);
      assert.equal(statSync(path).mode & 0o7777, 0o766);
      assert.ok(statSync(path).isSocket());
      assert.deepEqual(readdirSync(directory), ["s.sock"]);
      assert.equal(await answers(path), true);
      closeFd(fd);
      assert.equal(await answers(path), false);
    });
  });

  it("changes nothing that a link in the socket's place leads to (socket-link)", async () => {
    await inTemporaryDirectory(async (directory) => {
      const victim = join(directory, "victim");
      writeFileSync(victim, "", { mode: 0o600 });
      const { output } = await run([
        ...["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=bind"],
        ...["-e", "inject=bind:delay_exit=5s", "/bin/sh", "-c"],
        `"$1" --import tsx "$2" "$3/s.sock" &
until [ -S "$3/s.sock".* ]; do sleep 0.01; done
ln -sf "$3/victim" "$3/s.sock".*
wait`,
        "sh",
        process.execPath,
        new URL("../../fixtures/sys-listen-unix.ts", import.meta.url).pathname,
        directory,
      ]);
      assert.match(output, /in use|EADDRINUSE|ELOOP/);
      assert.equal(statSync(victim).mode & 0o777, 0o600);
    });
  });

  it("sets owner and group before anyone can reach it, or says that chown failed", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "s.sock");
      if (currentUid() === 0) {
        const fd = listenUnix(at(path, { uid: 65534, gid: 65533 }));
        const { gid, uid } = statSync(path);
        assert.deepEqual([uid, gid], [65534, 65533]);
        closeFd(fd);
      } else {
        assert.throws(() => listenUnix(at(path, { uid: 0 })), { code: "EPERM", syscall: "chown", path });
        assert.deepEqual(readdirSync(directory), []);
      }
    });
  });

  it("refuses the place of a live socket at once, even one that nobody accepts on or whose queue is full", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s.sock");
      const fd = listenUnix(at(path, { backlog: 0 }));
      const { ino } = statSync(path);
      let stale = 0;
      for (let round = 0; round < 3; round++) {
        const started = performance.now();
        assert.throws(() => listenUnix(at(path, { onStale: () => stale++ })), { code: "EADDRINUSE" });
        assert.ok(performance.now() - started < 8000);
        // The second round finds one connection waiting, the third a full queue.
        connect(path).on("error", () => {});
        await new Promise(setImmediate);
      }
      assert.equal(stale, 0);
      assert.equal(statSync(path).ino, ino);
      assert.deepEqual(readdirSync(directory), ["s.sock"]);
      closeFd(fd);
    });
  });

  it("replaces a dead socket, a plain file and the leavings of its own pid", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s.sock");
      let stale = 0;
      closeFd(listenUnix(at(path)));
      writeFileSync(`${path}.${process.pid}`, "");
      const second = listenUnix(at(path, { onStale: () => stale++ }));
      assert.equal(stale, 1);
      assert.equal(await answers(path), true);
      closeFd(second);
      const file = join(directory, "file");
      writeFileSync(file, "x");
      const third = listenUnix(at(file, { onStale: () => stale++ }));
      assert.equal(stale, 2);
      assert.equal(await answers(file), true);
      closeFd(third);
      assert.deepEqual(readdirSync(directory).sort(), ["file", "s.sock"]);
    });
  });

  it("leaves a live datagram socket alone", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const datagrams = addon.datagramSocket();
      assert.equal(addon.datagramBind(datagrams, terminated(path, "path")), 0);
      assert.throws(() => listenUnix(at(path)), { code: "EADDRINUSE" });
      closeFd(datagrams);
    });
  });

  it("fails in bounded time, with the step, where it cannot work", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "directory");
      mkdirSync(path);
      assert.throws(() => listenUnix(at(path)), { code: "EISDIR", syscall: "unlink" });
      assert.throws(() => listenUnix(at(join(directory, "no", "where"))), {
        code: "ENOENT",
        syscall: "bind",
      });
      assert.throws(() => listenUnix(at(join(directory, "x".repeat(120)))), { code: "ENAMETOOLONG" });
      assert.deepEqual(readdirSync(directory), ["directory"]);
    });
  });

  it("works where its temporary name would be too long for the kernel", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "x".repeat(107 - directory.length - 1));
      const fd = listenUnix(at(path));
      assert.equal(await answers(path), true);
      closeFd(fd);
      assert.equal(readdirSync(directory).length, 1);
    });
  });

  it("settles a race of several daemons for one dead socket: one wins, and it is the one that answers", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s.sock");
      closeFd(listenUnix(at(path)));
      const marks = join(directory, "marks");
      mkdirSync(marks);
      const racers = await Promise.all(
        Array.from({ length: 3 }, () => runFixture("sys-listen-unix.ts", [path, "race", marks])),
      );
      const winners = racers.filter(({ output }) => output.startsWith("won"));
      assert.equal(winners.length, 1, racers.map(({ output }) => output).join(""));
      for (const { output } of racers) assert.match(output, /^(?:won, reached itself|lost: EADDRINUSE)\n$/);
    });
  });

  it("does not need hard links (unix-socket)", async () => {
    await inTemporaryDirectory(async (directory) => {
      // vfat has none; where no file system can be mounted, link(2) itself is made to fail.
      const { output } = await runFixture("sys-listen-unix.ts", [join(directory, "s.sock"), "no-links"]);
      assert.equal(output, "won, reached itself\n");
      const again = await runFixture("sys-listen-unix.ts", [join(directory, "s.sock"), "no-links"]);
      assert.equal(again.output, "won, reached itself\n");
      assert.equal((await run(["/bin/ls", directory])).output, "s.sock\n");
    });
  });
});
