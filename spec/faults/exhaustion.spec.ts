/** No descriptors, no processes, no right to signal: the start fails with its reason, and works when there is room again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { childrenOf, type Daemon, type State } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { descriptorsOf, startOurs, stateOf, Watched } from "../support/faults-daemon.ts";
import { makeShim, type Shim } from "../support/faults-shim.ts";

const base = { autostart: false, autorestart: false, startsecs: 0, startretries: 0, stderr_logfile: "NONE" };

/** Sets the soft limit of a running process; the hard one stays, so that it can be taken back. */
function limit(pid: number, resource: "nofile" | "nproc", soft: number | null): void {
  const hard = /(\d+|unlimited)\s+\S+\s*$/m.exec(
    readFileSync(`/proc/${pid}/limits`, "latin1")
      .split("\n")
      .find((line) => line.startsWith(resource === "nofile" ? "Max open files" : "Max processes")) ?? "",
  )?.[1];
  const word = soft === null ? `${hard}:${hard}` : `${soft}:`;
  // Whoever is not the process's own user wants a capability that a container's root may lack.
  const uid = statSync(`/proc/${pid}`).uid;
  const as = ["--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups"];
  const set = spawnSync("setpriv", [...as, "prlimit", "--pid", String(pid), `--${resource}=${word}`]);
  assert.equal(set.status, 0, String(set.stderr));
}

interface Info {
  readonly statename: State | "UNKNOWN";
  readonly spawnerr: string;
  readonly pid: number;
}

describe("a daemon without room", () => {
  const later: (() => unknown)[] = [];
  const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
  after(() => Promise.all(later.map((fn) => fn())));

  describe("for descriptors", () => {
    let daemon: Daemon;
    let watched: Watched;
    let shim: Shim;
    before(async () => {
      shim = makeShim(test);
      daemon = await startOurs(test, {
        env: shim.env,
        config:
          head() +
          program("plain", "/bin/sleep 1000", base) +
          program("user", "/bin/sleep 1000", { ...base, user: "nobody" }) +
          program("retried", "/bin/sleep 1000", { ...base, startretries: 20, startsecs: 0 }) +
          program("survivor", "@PROGRAMS@/trickle.sh 1000000", { ...base, autostart: true }),
      });
      await daemon.reach({ survivor: "RUNNING" });
      watched = await Watched.from(daemon);
    });
    const info = (name: string) => daemon.rpc("supervisor.getProcessInfo", name) as Promise<Info>;
    /** Leaves so many free descriptors; a client's connection takes the first. */
    const leave = (free: number): void => {
      const used = new Set(descriptorsOf(daemon.pid).map((line) => Number.parseInt(line, 10)));
      let soft = 0;
      for (let room = 0; room < free || used.has(soft); soft++) if (!used.has(soft)) room++;
      limit(daemon.pid, "nofile", soft);
    };

    for (const name of ["plain", "user"]) {
      it(`tells why it cannot start (${name}), and starts when there are some again (spawn-user-emfile)`, async () => {
        const pid = daemon.pid;
        for (let room = 1; room < 10; room++) {
          leave(room);
          const outcome = await daemon.rpc("supervisor.startProcess", name, false).catch(String);
          limit(pid, "nofile", null);
          const { statename, spawnerr } = await info(name);
          if (outcome === true) {
            assert.equal(statename, "RUNNING");
            await daemon.rpc("supervisor.stopProcess", name, true);
            continue;
          }
          assert.match(String(outcome), /SPAWN_ERROR/);
          assert.deepEqual(
            [statename, spawnerr],
            ["FATAL", `too many open files to spawn '${name}'`],
            `room ${room}`,
          );
          await watched.holdsNothingMore();
        }
        assert.equal(await daemon.rpc("supervisor.startProcess", name, true), true);
        await daemon.rpc("supervisor.stopProcess", name, true);
      });
    }

    it("or for memory: says so, and starts when there is some", async () => {
      for (const [errno, text] of [
        [constants.errno.ENOMEM, "unknown error during fork for 'plain': ENOMEM"],
        [constants.errno.EAGAIN, "Too many processes in process table to spawn 'plain'"],
      ] as const) {
        shim.failSpawns(errno);
        await assert.rejects(daemon.rpc("supervisor.startProcess", "plain", false), /SPAWN_ERROR/);
        assert.equal((await info("plain")).spawnerr, text);
        await watched.holdsNothingMore();
      }
      shim.failSpawns(null);
      assert.equal(await daemon.rpc("supervisor.startProcess", "plain", true), true);
      await daemon.rpc("supervisor.stopProcess", "plain", true);
    });

    it("or for watching its pipes: ends the child that nobody could hear, and starts when there is some (unheard-child)", async () => {
      // Standard input, output; this program has no other.
      for (const after of [0, 1]) {
        shim.failWatches({ errno: constants.errno.ENOSPC, after });
        await assert.rejects(daemon.rpc("supervisor.startProcess", "plain", false), /SPAWN_ERROR/);
        assert.equal((await info("plain")).spawnerr, "unknown error starting 'plain': ENOSPC");
        shim.failWatches(null);
        await watched.holdsNothingMore();
        await until("the end of the child", () => childrenOf(daemon.pid).length === 1);
      }
      assert.equal(await daemon.rpc("supervisor.startProcess", "plain", true), true);
      await daemon.rpc("supervisor.stopProcess", "plain", true);
    });

    it("retries by itself", async () => {
      leave(2);
      await assert.rejects(daemon.rpc("supervisor.startProcess", "retried", false), /SPAWN_ERROR/);
      limit(daemon.pid, "nofile", null);
      await daemon.reach({ retried: "RUNNING" });
      await daemon.rpc("supervisor.stopProcess", "retried", true);
    });

    it("keeps clients waiting, does not spin, and serves them when there are some again", async () => {
      leave(0);
      const answer = daemon.rpc("supervisor.getState");
      const cpu = cpuOf(daemon.pid);
      await until("a second of it", waited(1000));
      const spent = cpuOf(daemon.pid) - cpu;
      limit(daemon.pid, "nofile", null);
      assert.deepEqual(await answer, { statecode: 1, statename: "RUNNING" });
      assert.ok(spent < 0.5, `${spent} s of CPU in a second`);
    });

    it("keeps every log that is open, also when told to open them anew", async () => {
      const before = daemon.read("survivor.out")?.length ?? 0;
      leave(0);
      daemon.signal("SIGUSR2");
      await daemon.reachLog(/supervisord logreopen/);
      await until("more output", () => (daemon.read("survivor.out")?.length ?? 0) > before);
      limit(daemon.pid, "nofile", null);
      assert.equal((await info("survivor")).statename, "RUNNING");
      await daemon.rpc("supervisor.stopProcess", "survivor", true);
    });

    it("leaves nothing behind", () => watched.isAtRest());
  });

  describe("for processes, and without rights, as an ordinary user", () => {
    const UID = 300_000 + (process.pid % 100_000);
    let daemon: Daemon;
    let watched: Watched;
    before(async () => {
      const own = `mkdir -m 555 ro && chmod 711 . && chown ${UID} . && exec setpriv --reuid=${UID} --regid=${UID} --clear-groups "$@"`;
      daemon = await startOurs(test, {
        config:
          head()
            .replace("user=root\n", "")
            .replace(/^childlogdir=.*$/m, "childlogdir=@DIR@/ro") +
          program("auto", "/bin/echo", { ...base, autostart: true, stdout_logfile: "AUTO" }) +
          program("plain", "/bin/sleep 1000", base) +
          program("changer", "@DIR@/setpriv --reuid=0 --regid=0 --clear-groups /bin/sleep 4", base) +
          program("changer-group", "@DIR@/setpriv --reuid=0 --regid=0 --clear-groups /bin/sleep 4", {
            ...base,
            stopasgroup: true,
            autorestart: true,
          }),
        prefix: ["/bin/sh", "-c", own, "sh"],
      });
      copyFileSync("/usr/bin/setpriv", join(daemon.dir, "setpriv"));
      chmodSync(join(daemon.dir, "setpriv"), 0o4755);
      watched = await Watched.from(daemon);
    });
    const info = (name: string) => daemon.rpc("supervisor.getProcessInfo", name) as Promise<Info>;

    it("tells why it cannot start, and starts when there is room again", async () => {
      const threads = Number(
        /^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/status`, "latin1"))?.[1],
      );
      limit(daemon.pid, "nproc", threads);
      await assert.rejects(daemon.rpc("supervisor.startProcess", "plain", false), /SPAWN_ERROR/);
      const { statename, spawnerr } = await info("plain");
      assert.deepEqual(
        [statename, spawnerr],
        ["FATAL", "Too many processes in process table to spawn 'plain'"],
      );
      await watched.holdsNothingMore();
      limit(daemon.pid, "nproc", null);
      assert.equal(await daemon.rpc("supervisor.startProcess", "plain", true), true);
      await daemon.rpc("supervisor.stopProcess", "plain", true);
    });

    for (const [name, ends] of [
      ["changer", "STOPPED"],
      ["changer-group", "STOPPED"],
    ] as const) {
      it(`takes a child that became another user (${name}) for UNKNOWN, and its end as it comes`, async () => {
        await daemon.rpc("supervisor.startProcess", name, false);
        const { pid } = await info(name);
        await until("a child of root's", () =>
          /^Uid:\s+0\s+0\s+0/m.test(readFileSync(`/proc/${pid}/status`, "latin1")),
        );
        await assert.rejects(
          daemon.rpc("supervisor.stopProcess", name, true),
          /FAILED: unknown problem killing/,
        );
        assert.equal((await info(name)).statename, "UNKNOWN");
        assert.notEqual(stateOf(pid), null);
        await daemon.reach({ [name]: ends });
        assert.equal(await daemon.rpc("supervisor.startProcess", name, true), true);
        await daemon.reach({ [name]: name === "changer" ? "EXITED" : "RUNNING" });
        await daemon.rpc("supervisor.stopProcess", name, true).catch(() => undefined);
      });
    }

    it("fails a program alone whose AUTO log cannot be made, and tries again at its next start (one-bad-program)", async () => {
      const { statename, spawnerr } = await info("auto");
      assert.deepEqual(
        [statename, spawnerr],
        ["FATAL", "unknown error making dispatchers for 'auto': EACCES"],
      );
      chmodSync(join(daemon.dir, "ro"), 0o777);
      assert.equal(await daemon.rpc("supervisor.startProcess", "auto", true), true);
      await daemon.reach({ auto: "EXITED" });
    });

    it("shuts down all the same", async () => {
      await watched.holdsNothingMore();
      daemon.signal("SIGTERM");
      assert.deepEqual(await daemon.reachExit(), { code: 0, signal: null });
    });
  });
});

describe("a program's user who is gone when it is to start", () => {
  it("fails the start, with the reason (missing-user)", async (t) => {
    const line = "ghost:x:54399:54399::/:/bin/sh";
    const daemon = await startOurs(t, {
      config: head() + program("haunted", "/bin/sleep 1000", { ...base, user: "ghost" }),
      prefix: [
        ...["unshare", "--mount", "/bin/sh", "-c"],
        `cp /etc/passwd . && echo ${line} >>passwd && mount --bind passwd /etc/passwd && exec "$@"`,
        "sh",
      ],
    });
    daemon.write("passwd", (daemon.read("passwd") ?? "").replace(line, ""));
    await assert.rejects(daemon.rpc("supervisor.startProcess", "haunted", true), /SPAWN_ERROR/);
    const { spawnerr } = (await daemon.rpc("supervisor.getProcessInfo", "haunted")) as Info;
    assert.equal(spawnerr, "couldn't setuid to 54399: Can't find uid 54399");
  });
});

/** CPU time of a process so far, in seconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A condition that holds once so many milliseconds are over. */
function waited(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
