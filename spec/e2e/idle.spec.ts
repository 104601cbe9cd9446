/** A daemon whose programs are silent and whom nobody asks makes no system calls: nothing polls. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const PROGRAMS = 100;
const WATCHED_SECONDS = 30;

/** What V8's own threads may do for themselves. */
const HOUSEKEEPING = new Set(["futex", "madvise", "mprotect", "mmap", "munmap"]);

const folder = mkdtempSync(join(tmpdir(), "idle-"));
after(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, "s.conf"),
  `[supervisord]
logfile=${folder}/s.log
pidfile=${folder}/s.pid
childlogdir=${folder}
user=root
[unix_http_server]
file=${folder}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:s]
command=/bin/sleep 1000
numprocs=${PROGRAMS}
process_name=%(program_name)s_%(process_num)03d
`,
);

/** Waits until `check` gives something, for at most `seconds`. */
async function until<T>(seconds: number, check: () => T | null): Promise<T> {
  for (const deadline = performance.now() + seconds * 1000; performance.now() < deadline; await pause(50)) {
    const found = check();
    if (found !== null) return found;
  }
  throw new Error(`not within ${seconds} seconds`);
}

const read = (name: string): string | null => {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return null;
  }
};

/** Times that any thread of a process has gone to sleep by itself. */
function sleeps(pid: number): number {
  const text = execFileSync("/bin/sh", ["-c", `cat /proc/${pid}/task/*/status`], { encoding: "utf8" });
  return [...text.matchAll(/^voluntary_ctxt_switches:\s+(\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}

describe("an idle daemon", () => {
  it("makes no system calls but V8's own", async () => {
    const daemon = spawn("dist/supervisord", ["-n", "-s", "-c", join(folder, "s.conf")], { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => daemon.once("exit", resolve));
    const pid = daemon.pid ?? 0;
    try {
      await until(30, () =>
        read("s.log")?.split("entered RUNNING state").length === PROGRAMS + 1 ? true : null,
      );
      // The memory that the start needed is given back once it has been quiet for a while: wait for that.
      let last = { at: performance.now(), sleeps: sleeps(pid) };
      await until(60, () => {
        const now = sleeps(pid);
        if (now !== last.sleeps) last = { at: performance.now(), sleeps: now };
        return performance.now() - last.at > 8000 ? true : null;
      });
      const trace = join(folder, "trace");
      const strace = spawn("strace", ["-f", "-qq", "-p", String(pid), "-o", trace], { stdio: "ignore" });
      await pause(WATCHED_SECONDS * 1000);
      strace.kill("SIGINT");
      await new Promise((resolve) => strace.once("exit", resolve));
      const calls = (read("trace") ?? "").split("\n").filter((line) => /^\d+ +\w+\(/.test(line));
      assert.ok(
        calls.some((line) => line.includes("epoll_")),
        "the main thread was seen, asleep",
      );
      const begunBefore = (line: string) =>
        line.includes("<unfinished ...>") || line.includes("<detached ...>");
      const wrong = calls.filter((line) => {
        const name = /^\d+ +(\w+)/.exec(line)?.[1] ?? "";
        return !HOUSEKEEPING.has(name) && !(name.startsWith("epoll_") && begunBefore(line));
      });
      assert.deepEqual(wrong, []);
    } finally {
      daemon.kill("SIGTERM");
    }
    assert.equal(await ended, 0);
  });
});
