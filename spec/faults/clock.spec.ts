/** The wall clock set hours forth and back while everything is under way: delays keep their length, times show the clock. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { head, program, section } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { startOurs, Watched } from "../support/faults-daemon.ts";
import { makeShim, type Shim } from "../support/faults-shim.ts";

const HOURS = 3600;
const JUMPS = [5 * HOURS, -5 * HOURS, 0] as const;

const base = { autostart: false, autorestart: false, startretries: 3, stderr_logfile: "NONE" };
const CONFIG =
  head() +
  program("starts", "/bin/sleep 1000", { ...base, startsecs: 2 }) +
  program("stops", "@PROGRAMS@/ignore-term.sh", { ...base, startsecs: 0, stopwaitsecs: 1 }) +
  program("fails", "/bin/false", { ...base, startsecs: 20, startretries: 1 }) +
  section("eventlistener", "ticks", {
    command: "@LISTENERS@/record.sh @DIR@/ticks",
    events: "TICK_5",
    stderr_logfile: "NONE",
    stdout_logfile: "NONE",
    startsecs: 0,
  }).replace("@LISTENERS@", new URL("../../fixtures/listeners", import.meta.url).pathname);

interface Info {
  readonly now: number;
  readonly start: number;
  readonly statename: string;
  readonly description: string;
}

const later: (() => unknown)[] = [];
const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
after(() => Promise.all(later.map((fn) => fn())));

describe("a wall clock that jumps", () => {
  let daemon: Daemon;
  let watched: Watched;
  let shim: Shim;
  before(async () => {
    shim = makeShim(test);
    daemon = await startOurs(test, { config: CONFIG, env: shim.env });
    await daemon.reach({ ticks: "RUNNING" });
    watched = await Watched.from(daemon);
  });
  const info = (name: string) => daemon.rpc("supervisor.getProcessInfo", name) as Promise<Info>;
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };

  for (const [round, offset] of JUMPS.entries()) {
    const from = JUMPS[round - 1] ?? 0;
    it(`from ${from / HOURS} to ${offset / HOURS} hours off: waits are as long as ever (clock)`, async () => {
      await daemon.rpc("supervisor.startProcess", "stops", true);
      await daemon.reachFile("stops.out", /deaf/);
      const work = [
        timed(() => daemon.rpc("supervisor.startProcess", "starts", true)),
        timed(() => daemon.rpc("supervisor.stopProcess", "stops", true)),
        timed(() => assert.rejects(daemon.rpc("supervisor.startProcess", "fails", true), /SPAWN_ERROR/)).then(
          () => timed(() => daemon.reach({ fails: "FATAL" })),
        ),
      ];
      await until("all to be under way", async () =>
        ["STARTING", "RUNNING"].includes((await daemon.states())["starts"] ?? ""),
      );
      shim.clock(offset);
      const [starting = 0, stopping = 0, failing = 0] = await Promise.all(work);
      // A loaded machine may add to them, a jump must neither shorten nor lengthen them by hours.
      assert.ok(starting >= 1990 && starting < 12_000, `startsecs=2 took ${starting} ms`);
      assert.ok(stopping >= 990 && stopping < 11_000, `stopwaitsecs=1 took ${stopping} ms`);
      assert.ok(failing < 11_000, `a second try after 1 s took ${failing} ms`);

      const { now, start, description, statename } = await info("starts");
      assert.equal(statename, "RUNNING");
      assert.ok(Math.abs(now - (Date.now() / 1000 + offset)) < 5, "now is the wall clock's");
      if (offset < from) {
        assert.ok(start > now);
        assert.match(description, /uptime 0:00:00$/);
      }
      await daemon.rpc("supervisor.stopProcess", "starts", true);
      daemon.write("stops.out", "");
      await watched.holdsNothingMore();
    });
  }

  it("ticks go on, with the wall clock's time", async () => {
    const before = (daemon.read("ticks") ?? "").length;
    await until("a tick", () => /TICK_5/.test((daemon.read("ticks") ?? "").slice(before)), 15_000);
    const [, when] = /when:(\d+)/.exec((daemon.read("ticks") ?? "").slice(before)) ?? [];
    assert.ok(Math.abs(Number(when) - Date.now() / 1000) < 10, `${when}`);
  });
});
