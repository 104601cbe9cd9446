import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { closeFd, makePipe } from "../../lib/sys/pipes.ts";
import { watchReadable } from "../../lib/sys/reader.ts";
import { killProcess } from "../../lib/sys/signals.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { exitOf, inTemporaryDirectory, PATH_ONLY, plain, runFixture, until } from "../support/sys-child.ts";

describe("going to the background", () => {
  it("ends the first process when the second is ready, detached from everything", async () => {
    await inTemporaryDirectory(async (directory) => {
      const report = join(directory, "report");
      const env = { SUPERVISORD_NOFILE_SOFT: "321" };
      const { output, status } = await runFixture("sys-daemon.ts", ["ready", report], env);
      assert.deepEqual(status, { kind: "exited", code: 0 });
      assert.equal(output, "about to be ready\n");
      await until("it reports", () => existsSync(report) && readFileSync(report, "utf8").endsWith("}"));
      const seen = JSON.parse(readFileSync(report, "utf8"));
      assert.deepEqual(seen, {
        pid: seen.pid,
        session: seen.pid,
        stdio: ["/dev/null", "/dev/null", "/dev/null"],
        directory: "/",
        umask: 0o27,
        failure: null,
        isChildStill: false,
        internal: [],
        nofileSoft: 321,
        args: ["ready", report],
      });
      assert.equal(killProcess(seen.pid, 15), null);
      await until("it is gone", () => killProcess(seen.pid, 0) === "ESRCH" || isZombie(seen.pid));
    });
  });

  it("passes on what the second process says and exits with, when it fails before", async () => {
    const failed = await runFixture("sys-daemon.ts", ["fails"]);
    assert.deepEqual([failed.output, failed.status], ["cannot start\n", { kind: "exited", code: 3 }]);
    const died = await runFixture("sys-daemon.ts", ["dies"]);
    assert.deepEqual(died.status, { kind: "exited", code: 128 + 9 });
  });

  it("passes signals on while it waits", async () => {
    const path = new URL("../../fixtures/sys-daemon.ts", import.meta.url).pathname;
    const pipe = makePipe();
    const argv = [process.execPath, "--import", "tsx", path, "slow"];
    const { pid } = spawnProcess(plain(argv, { env: PATH_ONLY, stdio: [0, 1, pipe.write] }));
    closeFd(pipe.write);
    let seen = "";
    const reader = watchReadable(
      pipe.read,
      (chunk) => {
        seen += Buffer.from(chunk);
      },
      () => {},
    );
    await until("it waits", () => seen === "waiting\n", 20_000);
    assert.equal(killProcess(pid, 15), null);
    assert.deepEqual(await exitOf(pid), { kind: "exited", code: 9 });
    reader.close();
  });
});

/** Its parent may be one that reaps nobody. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
