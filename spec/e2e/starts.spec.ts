/** Starts that fail within the first instant, or before there is a process at all. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { Watched } from "../support/faults-daemon.ts";

const once = { autostart: false, autorestart: false, startretries: 0, startsecs: 20 };

async function start(test: TestContext, programs: string): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, { config: head({ inet: null }) + programs });
  test.after(() => daemon.destroy());
  return daemon;
}

// The original does the same, but where the child is faster than its next look.
describe("a program that dies at once", () => {
  it("is started for who does not wait, however soon it dies", async (test) => {
    const daemon = await start(test, program("quick", "/bin/false", once));
    for (let round = 0; round < 10; round++) {
      assert.equal(await daemon.rpc("supervisor.startProcess", "quick", false), true);
      await daemon.reach({ quick: "FATAL" });
    }
  });

  it("is told after those that cannot be started at all", async (test) => {
    const programs = program("a", "/bin/false", once) + program("b", "/no/such", once);
    const daemon = await start(test, programs);
    for (let round = 0; round < 3; round++) {
      const results = (await daemon.rpc("supervisor.startAllProcesses", true)) as {
        name: string;
        description: string;
      }[];
      assert.deepEqual(
        results.map(({ name, description }) => [name, description]),
        [
          ["b", "NO_FILE: can't find command '/no/such'"],
          ["a", "SPAWN_ERROR: a"],
        ],
      );
    }
  });
});

describe("a start that cannot be handed to the system", () => {
  it("fails with its reason and leaves no descriptor open (nul-command)", async (test) => {
    const daemon = await start(test, program("nul", '/bin/echo "a\0b"', once));
    const watched = await Watched.from(daemon);
    for (let round = 0; round < 20; round++) {
      await assert.rejects(daemon.rpc("supervisor.startProcess", "nul"), /SPAWN_ERROR/);
    }
    await watched.holdsNothingMore();
  });
});
