/** Event listeners that break their protocol, whole: the daemon, the other listeners and their events are none the worse. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { head, section } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { residentOf, startOurs, Watched } from "../support/faults-daemon.ts";

const LISTENERS = new URL("../../fixtures/listeners", import.meta.url).pathname;
const listener = (
  name: string,
  command: string,
  more: Readonly<Record<string, string | number>> = {},
): string =>
  section("eventlistener", name, {
    command,
    events: "REMOTE_COMMUNICATION",
    stdout_logfile: "NONE",
    stderr_logfile: "NONE",
    startsecs: 0,
    autostart: false,
    ...more,
  });
const bash = (script: string): string => `/bin/bash -c '${script}'`;
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
const READ = 'read -r line && read -r -N "${line##*len:}" payload';

const CONFIG =
  head() +
  listener("good", `${LISTENERS}/record.sh @DIR@/good`, { autostart: "true", buffer_size: 5000 }) +
  // Takes what it is sent without ever reading it: the original dies of the full pipe.
  listener("blind", bash('while printf "READY\\nRESULT 2\\nOK"; do sleep 0.002; done'), {
    buffer_size: 100,
  }) +
  listener("silent", "/bin/sleep 1000") +
  listener("chatty", bash("echo hello; exec sleep 1000")) +
  listener("early", bash('printf "READY\\nREADY\\n"; exec sleep 1000')) +
  listener(
    "endless",
    bash('printf "READY\\n"; read -r line; exec yes no newline is in sight | tr -d "\\n"'),
  ) +
  listener("liar", bash(`printf "READY\\n"; ${READ}; printf "RESULT 99999999999\\n"; exec sleep 1000`)) +
  listener("dying", bash(`printf "READY\\n"; ${READ}; kill -9 $$`), { autorestart: "true", buffer_size: 20 });

const BAD = ["silent", "chatty", "early", "endless", "liar", "dying"] as const;
const MARK = "a mark of";

describe("listeners that break their protocol", () => {
  let daemon: Daemon;
  let watched: Watched;
  let sent = 0;
  const later: (() => unknown)[] = [];
  before(async () => {
    daemon = await startOurs({ after: (fn) => later.push(fn as () => unknown) }, { config: CONFIG });
    await daemon.reach({ good: "RUNNING" });
    watched = await Watched.from(daemon);
  });
  after(() => Promise.all(later.map((fn) => fn())));

  const publish = async (count: number, data = ""): Promise<void> => {
    for (let n = 0; n < count; n++) {
      await daemon.rpc("supervisor.sendRemoteCommEvent", "x", `${MARK} ${sent++};${data}`);
    }
  };
  /** The good listener has had every event once, in order. */
  const goodHasAll = async (): Promise<void> => {
    const marks = (): string[] => (daemon.read("good") ?? "").match(/a mark of \d+;/g) ?? [];
    await until(`${sent} events`, () => marks().length >= sent);
    assert.deepEqual(
      marks(),
      Array.from({ length: sent }, (_, n) => `${MARK} ${n};`),
    );
  };

  it("a listener that answers without reading does not kill the daemon when its pipe is full", async () => {
    await daemon.rpc("supervisor.startProcess", "blind:blind", false);
    await publish(60, "z".repeat(4000));
    await goodHasAll();
    await daemon.rpc("supervisor.stopProcess", "blind:blind", true);
    await watched.holdsNothingMore();
  });

  it("all others are told of or waited for, and cost nothing", async () => {
    const resident = residentOf(daemon.pid);
    for (const name of BAD) await daemon.rpc("supervisor.startProcess", name, false);
    await daemon.reachLog(/chatty: has entered the UNKNOWN state/);
    await publish(50, "y".repeat(500));
    for (const name of ["early", "endless", "liar"]) {
      await daemon.reachLog(new RegExp(`${name}: has entered the UNKNOWN state`));
    }
    await goodHasAll();
    assert.ok(daemon.logLines(/pool silent event buffer overflowed/).length >= 40);
    const grown = residentOf(daemon.pid) - resident;
    assert.ok(grown < 64 << 20, `${grown} bytes`);
    // One that has just died, and is to be started again, cannot be stopped before it is.
    await until("all to be stopped", async () => {
      for (const name of BAD) await daemon.rpc("supervisor.stopProcess", name, true).catch(() => undefined);
      const states = await daemon.states();
      return BAD.every((name) => states[name] === "STOPPED");
    });
    await watched.holdsNothingMore();
  });

  it("leave nothing behind", () => watched.isAtRest());
});
