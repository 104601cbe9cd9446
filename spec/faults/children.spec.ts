/** Children with every vice: each can be stopped, none holds up the daemon or its neighbours, nothing of them is left. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { startOurs, stateOf, Watched } from "../support/faults-daemon.ts";

const base = { autostart: false, autorestart: false, startsecs: 0, startretries: 0, stderr_logfile: "NONE" };

/** As nobody else, who may have 40 processes: the system counts those of a user wherever they are. */
const USER = 200_000 + (process.pid % 100_000);
const LIMITED = `/usr/bin/setpriv --reuid=${USER} --regid=${USER} --clear-groups /usr/bin/prlimit --nproc=40`;
/** Forks as often as it may, and all of them live. */
const BOMB =
  "my $n=0;while(defined(my $p=fork)){if(!$p){sleep 1000;exit};last if ++$n>200}" +
  'syswrite(STDOUT,"$n children\\n");sleep 1000';

const CONFIG =
  head() +
  program("deaf", "@PROGRAMS@/ignore-term.sh", { ...base, stopwaitsecs: 1 }) +
  program("forker", "@PROGRAMS@/deaf-forker.sh @DIR@/forker.pid", {
    ...base,
    stopasgroup: true,
    killasgroup: true,
    stopwaitsecs: 1,
  }) +
  program("mute", "@PROGRAMS@/close-output.sh 0.3 0", base) +
  program("holder", "@PROGRAMS@/hold-output.sh @DIR@/holder.pid", base) +
  program("bomb", `${LIMITED} /usr/bin/perl -e '${BOMB}'`, {
    ...base,
    stopasgroup: true,
    killasgroup: true,
    stopwaitsecs: 1,
  }) +
  program("instant", "/bin/true", { ...base, startsecs: 20, startretries: 2 }) +
  program("frozen", "/bin/sleep 1000", { ...base, stopwaitsecs: 1 }) +
  program("racer", "@PROGRAMS@/unhurried-exit.sh", {
    ...base,
    numprocs: 12,
    process_name: "%(process_num)02d",
    stdout_logfile: "@DIR@/racer-%(process_num)02d.out",
  }) +
  program("stranger", "/bin/sh -c 'ulimit -n 16; exec @PROGRAMS@/orphan.sh 20'", {
    ...base,
    stopasgroup: true,
  }) +
  program("unread", "/bin/sleep 1000", base);

const isGone = (pid: number): boolean => [null, "Z"].includes(stateOf(pid));

describe("children", () => {
  let daemon: Daemon;
  let watched: Watched;
  const later: (() => unknown)[] = [];
  before(async () => {
    daemon = await startOurs({ after: (fn) => later.push(fn as () => unknown) }, { config: CONFIG });
    watched = await Watched.from(daemon);
  });
  after(() => Promise.all(later.map((fn) => fn())));

  const start = (name: string): Promise<unknown> => daemon.rpc("supervisor.startProcess", name, false);
  const stop = (name: string): Promise<unknown> => daemon.rpc("supervisor.stopProcess", name, true);
  const pidOf = async (name: string): Promise<number> =>
    ((await daemon.rpc("supervisor.getProcessInfo", name)) as { pid: number }).pid;
  const numberIn = (name: string): Promise<number> =>
    until(name, () => Number.parseInt(daemon.read(name) ?? "", 10) || false);

  describe("all at once", { concurrency: true }, () => {
    it("that ignore SIGTERM are killed when stopwaitsecs are over", async () => {
      await start("deaf");
      await daemon.reachFile("deaf.out", /deaf/);
      const begun = performance.now();
      await stop("deaf");
      const took = performance.now() - begun;
      assert.ok(took >= 1000, `${took} ms`);
      assert.deepEqual(daemon.logLines(/(killing .deaf|stopped: deaf)/), [
        "WARN killing 'deaf' (@N@) with SIGKILL",
        "WARN stopped: deaf (terminated by SIGKILL)",
      ]);
    });

    it("that are deaf and have forked go with all of theirs", async () => {
      await start("forker");
      const grandchild = await numberIn("forker.pid");
      await stop("forker");
      await until("the grandchild's end", () => isGone(grandchild));
    });

    it("that close their output cost no wake-ups, and their end is noticed all the same", async () => {
      await start("mute");
      await daemon.reach({ mute: "EXITED" });
    });

    it("that fork as often as their limit lets them are stopped as one", async () => {
      await start("bomb");
      await daemon.reachFile("bomb.out", /^(3\d|40) children/);
      const leader = await pidOf("bomb");
      await stop("bomb");
      await until("the group's end", () => !groupLives(leader));
    });

    it("that die within a millisecond are retried, and given up, without a leak", async () => {
      await assert.rejects(daemon.rpc("supervisor.startProcess", "instant", true), /SPAWN_ERROR/);
      await daemon.reach({ instant: "FATAL" });
      assert.equal(daemon.logLines(/exited: instant/).length, 3);
    });

    it("that are stopped by SIGSTOP are killed when they are told to stop", async () => {
      await start("frozen");
      const pid = await pidOf("frozen");
      process.kill(pid, "SIGSTOP");
      await until("a frozen child", () => stateOf(pid) === "T");
      assert.equal((await daemon.states())["frozen"], "RUNNING");
      await stop("frozen");
      assert.ok(isGone(pid));
    });
  });

  it("whose grandchild holds the output open are done when they exit", async () => {
    await start("holder");
    await daemon.reach({ holder: "EXITED" });
    const grandchild = await numberIn("holder.pid");
    assert.match(daemon.read("holder.out") ?? "", /^last words\n/);
    await watched.holdsNothingMore();
    process.kill(grandchild, "SIGKILL");
  });

  it("that exit in the moment in which they are stopped end as one or the other, a hundred times", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 8; round++) {
      await daemon.rpc("supervisor.startProcessGroup", "racer", false);
      const results = (await daemon.rpc("supervisor.stopProcessGroup", "racer", true)) as {
        status: number;
      }[];
      assert.ok(results.every(({ status }) => status === 80 || status === 70));
      const states = await daemon.states();
      for (let n = 0; n < 12; n++) {
        const state = states[`racer:${String(n).padStart(2, "0")}`] ?? "";
        assert.match(state, /^(STOPPED|EXITED)$/);
        seen.add(state);
      }
    }
    assert.ok(seen.size > 0);
    await watched.holdsNothingMore();
  });

  it("that leave orphans leave no zombies: what falls to the daemon is reaped, what does not is not ours", async () => {
    await start("stranger");
    await daemon.reachFile("stranger.out", /left 20 orphans/);
    await stop("stranger");
    await watched.holdsNothingMore();
  });

  it("that do not read what they are sent cost 16 MiB at the most, and their neighbours nothing", async () => {
    await start("unread");
    const piece = "x".repeat(4 << 20);
    const taken: unknown[] = [];
    let refused: unknown = null;
    while (refused === null && taken.length < 10) {
      try {
        taken.push(await daemon.rpc("supervisor.sendProcessStdin", "unread", piece));
      } catch (error) {
        refused = error;
      }
    }
    assert.match(String(refused), /FAILED|NO_FILE/);
    assert.ok(taken.length >= 3 && taken.length <= 5, `${taken.length} pieces`);
    await stop("unread");
    await watched.holdsNothingMore();
  });

  it("leaves nothing behind", () => watched.isAtRest());
});

/** True while a process group has a member. */
function groupLives(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
