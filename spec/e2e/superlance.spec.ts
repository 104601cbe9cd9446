/** The listeners that people run: their like, on Supervisor's own childutils, watches programs that crash, grow and hang. */
import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS, ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const listener = (name: string, args: string, events: string): string =>
  section("eventlistener", name, {
    command: `/usr/bin/python3 ${ROOT}fixtures/listeners/like-${name}.py ${args}`,
    events,
    startsecs: 0,
    stderr_logfile: `@DIR@/${name}.err`,
    stdout_logfile: "NONE",
  });

const pidOf = async (daemon: Daemon, name: string): Promise<number> =>
  ((await daemon.rpc("supervisor.getProcessInfo", name)) as { pid: number }).pid;

describe("listeners like superlance's", () => {
  it("restart what hangs and what grows, and mail what crashes and what is given up", async (t) => {
    // Takes connections and never answers.
    const links = new Set<Socket>();
    const hung = createServer((link) => links.add(link));
    await new Promise<void>((resolve) => hung.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      for (const link of links) link.destroy();
      hung.close();
    });
    const address = hung.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const daemon = await Daemon.start(OURS, {
      config: [
        head({ inet: null }),
        program("hangs", "/bin/cat", { startsecs: 0 }),
        program("grows", `/usr/bin/python3 -c "import time; x = bytearray(90000000); time.sleep(1000)"`, {
          startsecs: 0,
        }),
        program("crashes", `/bin/sh -c "sleep 0.3; exit 3"`, { startsecs: 0, autorestart: false }),
        program("fatal", "/bin/false", { startretries: 0, startsecs: 20 }),
        listener("httpok", `http://127.0.0.1:${port}/ hangs`, "TICK_5"),
        listener("memmon", "70000000", "TICK_5"),
        listener("crashmail", "@DIR@/crash.mail", "PROCESS_STATE_EXITED"),
        listener("fatalmailbatch", "@DIR@/fatal.mail", "PROCESS_STATE_FATAL,TICK_5"),
      ].join("\n"),
    });
    t.after(() => daemon.destroy());
    const [hangs, grows] = [await pidOf(daemon, "hangs"), await pidOf(daemon, "grows")];
    await daemon.reachFile(
      "crash.mail",
      /^Process crashes in group crashes exited unexpectedly \(pid \d+\) from state RUNNING\n$/,
    );
    await daemon.reachFile("fatal.mail", /^Process fatal in group fatal failed to start too many times\n$/);
    await until("a restart of what hangs", async () => (await pidOf(daemon, "hangs")) !== hangs);
    await until("a restart of what grows", async () => (await pidOf(daemon, "grows")) !== grows);
    for (const name of ["httpok", "memmon", "crashmail", "fatalmailbatch"]) {
      assert.equal(daemon.read(`${name}.err`), "", `${name} is well`);
    }
    assert.equal((await daemon.states())["httpok"], "RUNNING");
  });
});
