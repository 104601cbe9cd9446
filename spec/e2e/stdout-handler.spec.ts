/** The result handler of supervisor-stdout: a program's lines on the daemon's own standard output. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { prefixedLines } from "../../lib/daemon/stdout-handler.ts";
import { head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const ECHO = `#!/bin/bash
# What the package's own listener does: sends each event's payload back.
while printf 'READY\\n' && read -r line; do
  len=\${line##*len:}
  IFS= read -r -N "$len" payload
  printf 'RESULT %d\\n%s' "$len" "$payload"
done
`;

describe("supervisor_stdout:event_handler", () => {
  it("prints each line with the program's name and channel", () => {
    const payload = "processname:web groupname:web pid:7 channel:stderr\n";
    assert.equal(prefixedLines(`${payload}one\ntwo\n`), "web stderr | one\nweb stderr | two\n");
    assert.equal(prefixedLines(`${payload}part`), "web stderr | part\n");
    assert.throws(() => prefixedLines("OK"), /not a PROCESS_LOG event/);
  });

  it("has printed what waits for a slow reader before the daemon leaves", async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../lib/${path}`, import.meta.url).pathname);
    const program = `
      import { endStandardOutput, stdoutHandler } from ${module("daemon/stdout-handler.ts")};
      import { streamsSettled } from ${module("log/outlet.ts")};
      const head = "processname:web groupname:web pid:7 channel:stdout\\n";
      for (let n = 0; n < 3000; n++) stdoutHandler({}, Buffer.from(head + "x".repeat(99) + "\\n"));
      process.stderr.write("said");
      endStandardOutput();
      await streamsSettled();
      process.exit(0);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Nothing is read until all is said.
    await once(child.stderr, "data");
    let length = 0;
    for await (const piece of child.stdout) length += (piece as Buffer).length;
    assert.equal(length, 3000 * ("web stdout | ".length + 100));
  });

  it("is built in", async (t) => {
    const daemon = await Daemon.start(OURS, {
      config: [
        head({ inet: null }),
        program("web", `/bin/sh -c "sleep 0.3; echo hello; exec sleep 1000"`, {
          stdout_events_enabled: true,
        }),
        section("eventlistener", "stdout", {
          command: "/bin/bash @DIR@/echo.sh",
          events: "PROCESS_LOG",
          buffer_size: 100,
          startsecs: 0,
          result_handler: "supervisor_stdout:event_handler",
        }),
      ].join("\n"),
      files: { "echo.sh": ECHO },
      args: ["-n", "-s", "-c", "@DIR@/s.conf"],
    });
    t.after(() => daemon.destroy());
    await until("the line", () => /^web stdout \| hello$/m.test(daemon.stdout));
    assert.equal((await daemon.states())["stdout"], "RUNNING");
  });
});
