/** A program that cannot be opened, as on a file server that is down, holds up nobody but itself. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { startOurs, Watched } from "../support/faults-daemon.ts";
import { makeShim } from "../support/faults-shim.ts";
import { holdBack } from "../support/hold-back.ts";

const base = { autostart: false, autorestart: false, startsecs: 0, startretries: 0 };
const CONFIG =
  head() +
  program("hung", "@DIR@/echo late", base) +
  program("hung-too", "@DIR@/echo late", { ...base, user: "daemon" }) +
  program("other", "/bin/sleep 1000", base) +
  program("lost", "/bin/true", { ...base, directory: "/nonexistent" });

describe("a program whose file does not open", () => {
  it("is said, stopped, left to itself, and runs when it can; the others go on (late-child)", async (t) => {
    const daemon = await startOurs(t, { config: CONFIG });
    const watched = await Watched.from(daemon);
    chmodSync(daemon.dir, 0o755);
    copyFileSync("/bin/echo", join(daemon.dir, "echo"));
    const { release } = await holdBack(join(daemon.dir, "echo"));
    t.after(release);
    await daemon.rpc("supervisor.startProcess", "hung", false);
    await daemon.rpc("supervisor.startProcess", "hung-too", false);
    await daemon.rpc("supervisor.startProcess", "other", true);
    assert.deepEqual(daemon.logLines(/does not come/), [
      "WARN 'hung' (pid @N@) does not come to run @DIR@/echo: it was stopped, or a file system does not answer; not waiting for it",
      "WARN 'hung-too' (pid @N@) does not come to run @DIR@/echo: it was stopped, or a file system does not answer; not waiting for it",
    ]);
    await daemon.rpc("supervisor.stopProcess", "hung-too", true);
    await daemon.reach({ hung: "RUNNING", "hung-too": "STOPPED", other: "RUNNING" });
    release();
    await daemon.reachFile("hung.out", /^late\n$/);
    await daemon.reach({ hung: "EXITED" });
    await daemon.rpc("supervisor.stopProcess", "other", true);
    await watched.holdsNothingMore();
  });

  it("is signalled by itself where it has no group of its own yet", async (t) => {
    const daemon = await startOurs(t, {
      config: head() + program("alone", "/bin/sleep 1000", { ...base, stopasgroup: true }),
      prefix: [
        ...["/usr/bin/strace", "-D", "-f", "-qq", "-o", "/dev/null"],
        ...["-e", "trace=setpgid", "-e", "inject=setpgid:retval=0"],
      ],
    });
    await daemon.rpc("supervisor.startProcess", "alone", true);
    await daemon.rpc("supervisor.stopProcess", "alone", true);
    assert.deepEqual(daemon.logLines(/stopped: alone/), ["WARN stopped: alone (terminated by SIGTERM)"]);
  });

  it("is waited for where the system knows no other way, as under an emulator", async (t) => {
    const shim = makeShim(t);
    const daemon = await startOurs(t, { config: CONFIG, env: shim.env });
    shim.failSpawns(constants.errno.EINVAL);
    assert.equal(await daemon.rpc("supervisor.startProcess", "other", true), true);
    await daemon.rpc("supervisor.startProcess", "lost", false);
    await daemon.reachFile("lost.err", /^supervisor: couldn't chdir to \/nonexistent: ENOENT$/m);
  });
});
