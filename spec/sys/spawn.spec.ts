import assert from "node:assert/strict";
import { chmodSync, closeSync, fstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fromBytes } from "../../lib/sys/bytes.ts";
import { closeFd, makePipe, setCloseOnExec } from "../../lib/sys/pipes.ts";
import { killProcess, onSignal } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { currentUid } from "../../lib/sys/users.ts";
import { exitOf, field, inTemporaryDirectory, plain, run, runFixture } from "../support/sys-child.ts";

const SUCCESS = { kind: "exited", code: 0 };
const NOT_SPAWNED = { kind: "exited", code: 127 };

describe("a spawned process", () => {
  it("gets a real pipe: it can open /dev/stdout and /dev/stderr", async () => {
    const { output, status } = await run(["/bin/sh", "-c", "echo one >/dev/stdout; echo two >/dev/stderr"]);
    assert.deepEqual(status, SUCCESS);
    assert.equal(output, "one\ntwo\n");
  });

  it("leads a process group of its own in our session, as our direct child", async () => {
    const { output, result } = await run(["/bin/cat", "/proc/self/stat"]);
    const [, parent, group, session] = output.slice(output.lastIndexOf(")") + 2).split(" ");
    assert.equal(Number(parent), process.pid);
    assert.equal(Number(group), result.pid);
    const own = readFileSync("/proc/self/stat", "utf8");
    assert.equal(session, own.slice(own.lastIndexOf(")") + 2).split(" ")[3]);
  });

  it("has no signal blocked, ignored or caught, whatever we do with ours", async () => {
    const undo = onSignal("SIGUSR2", () => {});
    const { output } = await run(["/bin/cat", "/proc/self/status"]);
    undo();
    for (const name of ["SigBlk", "SigIgn", "SigCgt"]) {
      assert.equal(BigInt(`0x${field(output, name)}`), 0n, name);
    }
    assert.notEqual(BigInt(`0x${field(readFileSync("/proc/self/status", "utf8"), "SigIgn")}`), 0n);
  });

  it("inherits no descriptor but its three (no-inherited-fds)", async () => {
    const opened = Array.from({ length: 40 }, () => openSync("/dev/null", "r"));
    for (const fd of opened) setCloseOnExec(fd, false);
    const { output } = await run(["/bin/ls", "/proc/self/fd"]);
    for (const fd of opened) closeSync(fd);
    // The fourth is the directory that ls itself has open.
    assert.deepEqual(output.trim().split(/\s+/), ["0", "1", "2", "3"]);
  });

  it("gets our descriptors in any order, even ours below three", async () => {
    await inTemporaryDirectory(async (directory) => {
      const fd = openSync(join(directory, "out"), "w+");
      const result = spawnProcess(plain(["/bin/sh", "-c", "echo a >&0; echo b"], { stdio: [fd, fd, 1] }));
      assert.deepEqual(await exitOf(result.pid), SUCCESS);
      assert.equal(readFileSync(join(directory, "out"), "utf8"), "a\nb\n");
      const swapped = spawnProcess(
        plain(["/bin/sh", "-c", "readlink /proc/self/fd/2 >&0"], { stdio: [fd, 2, 0] }),
      );
      assert.deepEqual(await exitOf(swapped.pid), SUCCESS);
      assert.match(readFileSync(join(directory, "out"), "utf8"), /^a\nb\n.+\n$/);
      const { ino } = fstatSync(0);
      const turned = spawnProcess(
        plain(["/bin/sh", "-c", "stat -Lc %i /proc/self/fd/2 >&1"], { stdio: [2, fd, 0] }),
      );
      assert.deepEqual(await exitOf(turned.pid), SUCCESS);
      closeSync(fd);
      assert.equal(readFileSync(join(directory, "out"), "utf8").trimEnd().split("\n").at(-1), String(ino));
    });
  });

  it("gets the umask, the directory and the soft limit that are asked for", async () => {
    const { output } = await run(["/bin/sh", "-c", "umask; pwd; ulimit -Sn; ulimit -Hn"], {
      umask: 0o27,
      cwd: "/usr",
      nofileSoft: 123,
    });
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    assert.deepEqual(output.split("\n").slice(0, 4), ["0027", "/usr", "123", hard]);
  });

  it("never gets a soft limit above the hard one, and ours unless one is asked for", async () => {
    const [, soft, hard] =
      /^Max open files\s+(\S+)\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    const infinite = await run(["/bin/sh", "-c", "ulimit -Sn"], { nofileSoft: Number.POSITIVE_INFINITY });
    assert.equal(infinite.output.trim(), hard);
    assert.equal((await run(["/bin/sh", "-c", "ulimit -Sn"])).output.trim(), soft);
  });

  it("gets exactly the environment and arguments given, byte for byte", async () => {
    const odd = fromBytes(Buffer.from([0x61, 0xff, 0xc3, 0x28]));
    const env = new Map([
      ["A", "1"],
      ["ODD", odd],
    ]);
    const input = makePipe();
    const { output } = await run(["/usr/bin/env"], { env });
    closeFd(input.read);
    closeFd(input.write);
    assert.equal(output.split("\n")[0], "A=1");
    const { output: dump } = await run(["/bin/sh", "-c", 'printf %s "$ODD$1" | od -An -tx1', "sh", odd], {
      env,
    });
    assert.equal(dump.replaceAll(/\s/g, ""), "61ffc32861ffc328");
    assert.equal(
      (await run(["/bin/sh", "-c", "echo $0"], { argv: ["name", "-c", "echo $0"] })).output,
      "name\n",
    );
  });

  it("dies at once of a signal sent right after its start (signal-after-start)", async () => {
    const started = performance.now();
    const pipe = makePipe();
    const pids: number[] = [];
    for (let i = 0; i < 500; i++) {
      const result = spawnProcess(plain(["/bin/cat"], { stdio: [pipe.read, 1, 2] }));
      assert.ok(result.ok);
      assert.equal(killProcess(result.pid, 15), null);
      pids.push(result.pid);
    }
    const statuses = await Promise.all(pids.map((pid) => exitOf(pid)));
    closeFd(pipe.read);
    closeFd(pipe.write);
    for (const status of statuses) assert.deepEqual(status, { kind: "signaled", signal: 15, core: false });
    assert.ok(performance.now() - started < 15_000);
  });

  it("leaves our own signals to us while it starts", async () => {
    let seen = 0;
    const undo = onSignal("SIGUSR1", () => seen++);
    const storm = spawnProcess(
      plain(["/bin/sh", "-c", `i=0; while [ $i -lt 3000 ]; do kill -USR1 ${process.pid}; i=$((i+1)); done`]),
    );
    const children: number[] = [];
    for (let i = 0; i < 150; i++) {
      children.push(spawnProcess(plain(["/bin/true"])).pid);
      await new Promise(setImmediate);
    }
    for (const pid of children) assert.deepEqual(await exitOf(pid), SUCCESS);
    assert.deepEqual(await exitOf(storm.pid), SUCCESS);
    await new Promise(setImmediate);
    undo();
    assert.ok(seen > 0);
    assert.equal(BigInt(`0x${field(readFileSync("/proc/self/status", "utf8"), "SigBlk")}`), 0n);
  });
});

describe("a failed start", () => {
  it("names exec and why", async () => {
    await inTemporaryDirectory(async (directory) => {
      const garbage = join(directory, "garbage");
      writeFileSync(garbage, "\u0001\u0002 no program");
      const plainFile = await run([garbage]);
      assert.deepEqual(plainFile.result, {
        ok: false,
        pid: plainFile.result.pid,
        step: "exec",
        errno: "EACCES",
      });
      assert.deepEqual(plainFile.status, NOT_SPAWNED);
      chmodSync(garbage, 0o755);
      for (const [file, errno] of [
        [garbage, "ENOEXEC"],
        [join(directory, "nothing"), "ENOENT"],
        [directory, "EACCES"],
        [join(garbage, "below"), "ENOTDIR"],
      ] as const) {
        const { result, status } = await run([file]);
        assert.deepEqual(result, { ok: false, pid: result.pid, step: "exec", errno });
        assert.ok(result.pid > 0);
        assert.deepEqual(status, NOT_SPAWNED);
      }
    });
  });

  it("names chdir and stdio", async () => {
    const elsewhere = await run(["/bin/true"], { cwd: "/no/such/place" });
    assert.deepEqual(elsewhere.result, {
      ok: false,
      pid: elsewhere.result.pid,
      step: "chdir",
      errno: "ENOENT",
    });
    assert.deepEqual(elsewhere.status, NOT_SPAWNED);
    const closed = spawnProcess(plain(["/bin/true"], { stdio: [0, 1, 123_456] }));
    assert.deepEqual(closed, { ok: false, pid: closed.pid, step: "stdio", errno: "EBADF" });
    assert.deepEqual(await exitOf(closed.pid), NOT_SPAWNED);
  });

  it("names fork where there may be no more processes, and leaves no pid", async () => {
    const { output } = await runFixture("sys-fork-fails.ts");
    assert.deepEqual(JSON.parse(output), { ok: false, pid: 0, step: "fork", errno: "EAGAIN" });
  });

  it("refuses a text with a NUL and says which", () => {
    assert.throws(() => spawnProcess(plain(["/bin/true\0x"])), /program name holds a NUL byte/);
    assert.throws(() => spawnProcess(plain(["/bin/true", "a\0b"])), /argument holds a NUL byte/);
    assert.throws(() => spawnProcess(plain(["/bin/true"], { cwd: "\0" })), /directory holds a NUL byte/);
    assert.throws(
      () => spawnProcess(plain(["/bin/true"], { env: new Map([["A", "\0"]]) })),
      /environment variable holds a NUL byte/,
    );
  });
});

describe("becoming a user", () => {
  const none = { uid: 65534, gid: 65533, groups: [65533, 20, 44, 27] };
  const root = currentUid() === 0;

  it("sets user, group and every supplementary group", async () => {
    const { output, result } = await run(["/bin/cat", "/proc/self/status"], { user: none });
    if (!root) {
      assert.deepEqual(result, { ok: false, pid: result.pid, step: "setgroups", errno: "EPERM" });
      return;
    }
    assert.equal(field(output, "Uid"), "65534\t65534\t65534\t65534");
    assert.equal(field(output, "Gid"), "65533\t65533\t65533\t65533");
    assert.deepEqual(field(output, "Groups").split(" ").map(Number), [20, 27, 44, 65533]);
  });

  it("changes nothing about us", async () => {
    const before = readFileSync("/proc/self/status", "utf8");
    await run(["/bin/true"], { user: none });
    const now = readFileSync("/proc/self/status", "utf8");
    for (const name of ["Uid", "Gid", "Groups", "Umask", "SigBlk"])
      assert.equal(field(now, name), field(before, name));
  });

  it("names the step that failed", async () => {
    const last = 4294967295;
    assert.throws(() => spawnProcess(plain(["/bin/true"], { user: { ...none, uid: last + 1 } })), RangeError);
    for (const [user, step] of [
      [{ ...none, groups: [last] }, "setgroups"],
      [{ ...none, gid: last }, "setgid"],
      [{ ...none, uid: last }, "setuid"],
    ] as const) {
      const { result, status } = await run(["/bin/true"], { user });
      const expected = root ? { step, errno: "EINVAL" } : { step: "setgroups", errno: "EPERM" };
      assert.deepEqual(result, { ok: false, pid: result.pid, ...expected });
      assert.deepEqual(status, NOT_SPAWNED);
    }
  });
});
