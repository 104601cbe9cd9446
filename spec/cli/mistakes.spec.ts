/** What our supervisorctl does when its words are nearly right: nothing, and it says so. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { type CtlRun, ownCtl, runCtl } from "../support/ctl-client.ts";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

const config = head() + program("told", "/bin/cat", { startsecs: 0, stopwaitsecs: 1 }) + byHand("cron");

describe("a mistake on the command line", () => {
  let daemon: Daemon;
  let own = "";
  before(async () => {
    own = await ownCtl();
    daemon = await Daemon.start(OURS, { config });
    await daemon.reach({ told: "RUNNING" });
  });
  after(() => daemon?.destroy());

  const ctl = (line: string): Promise<CtlRun> =>
    runCtl(own, ["-c", `${daemon.dir}/s.conf`, ...line.split(" ")], { cwd: daemon.dir });

  it("does nothing in earnest where an option is nearly one of ours (near-flags)", async () => {
    const before = daemon.log();
    daemon.write("s.conf", daemon.read("s.conf") + byHand("fresh"));
    for (const [line, meant] of [
      ["update --dryrun fresh", "update --dry-run"],
      ["restart --roling told", "restart --rolling"],
      ["status --jso", "status --json"],
      ["top --onc", "top --once"],
    ] as const) {
      const [command = "", option] = meant.split(" ");
      const wrong = line.split(" ")[1];
      const { code, stdout } = await ctl(line);
      assert.deepEqual(
        [stdout, code],
        [`Error: there is no option ${wrong}; did you mean ${option}?\n`, 2],
        command,
      );
    }
    assert.equal(daemon.log(), before, "nothing was done");
    assert.match((await ctl("restart --whatever cron")).stdout, /^--whatever: ERROR \(no such process\)$/m);
  });

  it("ends where nothing that is watched has ever been there", async () => {
    const answer = "nope: ERROR (no such process)\n";
    const watch = await ctl("status --watch nope");
    assert.deepEqual([watch.stdout, watch.code], [answer, 4]);
    const top = await ctl("top nope");
    assert.deepEqual([top.stdout, top.code], [answer, 1]);
  });

  it("is told where options do not go together", async () => {
    for (const line of ["status --json --watch", "status --watch --all-contexts", "status --interval 3"]) {
      const { code, stdout } = await ctl(line);
      assert.match(stdout, /^Error: --(watch|interval) .*\n$/, line);
      assert.equal(code, 2, line);
    }
  });

  it("of a third name to tail is told by that name", async () => {
    const { code, stdout } = await ctl("tail -f cron told nope");
    assert.deepEqual([stdout, code], ["nope: ERROR (no such process name)\n", 1]);
  });

  it("is no stack trace where the output cannot be written", () => {
    const line = `"${own}" -c "${daemon.dir}/s.conf" status >/dev/full`;
    const { status, stderr } = spawnSync("/bin/sh", ["-c", line], { encoding: "utf8" });
    assert.match(stderr, /^Error: cannot write the output: ENOSPC[^\n]*\n$/);
    assert.equal(status, 1);
  });
});
