import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { ignoreSigpipe, killProcess, onSignal, setProcessName } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { exitOf, plain, run, until } from "../support/sys-child.ts";

describe("signals", () => {
  it("reach a listener until it is called off", async () => {
    let seen = 0;
    const keep = onSignal("SIGWINCH", () => {});
    const off = onSignal("SIGWINCH", () => seen++);
    assert.equal(killProcess(process.pid, 28), null);
    await until("it is seen", () => seen === 1);
    off();
    killProcess(process.pid, 28);
    await new Promise((resolve) => setTimeout(resolve, 30));
    keep();
    assert.equal(seen, 1);
  });

  it("reach a whole process group by its negative number", async () => {
    const pipe = makePipe();
    const { pid } = spawnProcess(
      plain(["/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait"], { stdio: [0, pipe.write, 2] }),
    );
    closeFd(pipe.write);
    const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    await until("both run", () => children().length === 2);
    const members = children().map(Number);
    assert.equal(killProcess(-pid, 9), null);
    assert.deepEqual(await exitOf(pid), { kind: "signaled", signal: 9, core: false });
    await until("all are dead", () =>
      members.every((member) => killProcess(member, 0) !== null || isDead(member)),
    );
    closeFd(pipe.read);
  });

  it("say what is wrong", () => {
    assert.equal(killProcess(2 ** 22 + 1, 15), "ESRCH");
    assert.equal(killProcess(process.pid, 999), "EINVAL");
  });

  it("of broken pipes are ignored here", () => {
    ignoreSigpipe();
    const ignored = /^SigIgn:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    assert.equal((BigInt(`0x${ignored}`) >> 12n) & 1n, 1n);
  });
});

describe("the process's name", () => {
  it("is what ps and pgrep show", async () => {
    const before = readFileSync("/proc/self/comm", "utf8").trim();
    setProcessName("supervisord");
    assert.equal((await run(["/bin/cat", `/proc/${process.pid}/comm`])).output, "supervisord\n");
    setProcessName("a name longer than fifteen");
    assert.equal(readFileSync("/proc/self/comm", "utf8"), "a name longer t\n");
    setProcessName(before);
  });
});

/** Whoever adopts it may reap it between two looks. */
function isDead(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
