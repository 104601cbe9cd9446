/** What automation reads out of supervisorctl's text (clients.md C1), by the rules of each tool, on our client. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CtlRun, ownCtl, runCtl } from "../support/ctl-client.ts";
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

const config = [
  head({ unix: "username=testétest\npassword=passéword", inet: "username=testétest\npassword=passéword" }),
  byHand("py1"),
  program("frappe-web", "/bin/cat", { startsecs: 0 }),
  byHand("frappe-short"),
  section("group", "bench-web", { programs: "frappe-web" }),
  section("group", "bench-workers", { programs: "frappe-short" }),
].join("\n");

describe("automation that reads our supervisorctl", () => {
  let daemon: Daemon;
  let own = "";
  before(async () => {
    own = await ownCtl();
    daemon = await Daemon.start(OURS, { config });
    await daemon.reachLog(/success: frappe-web entered RUNNING/);
  });
  after(() => daemon?.destroy());

  const CREDENTIALS = ["-u", "testétest", "-p", "passéword"];
  /** As Ansible's module calls it: options, then the action as one word or two. */
  const ctl = (...words: readonly string[]): Promise<CtlRun> =>
    runCtl(own, ["-c", `${daemon.dir}/s.conf`, ...CREDENTIALS, ...words], {
      env: { LC_ALL: "C", LANG: "C" },
    });

  it("Ansible: each action leaves 0 and its word behind the name", async () => {
    const steps: readonly (readonly [readonly string[], RegExp])[] = [
      [["start", "py1"], /^py1: started$/m],
      [["restart", "py1"], /^py1: started$/m],
      [["signal HUP", "py1"], /^py1: signalled$/m],
      [["start", "py1"], /^py1: (?:started|ERROR \(already started\))$/m],
      [["stop", "py1"], /^py1: stopped$/m],
      [["remove", "py1"], /^py1: removed process group$/m],
      [["reread"], /^py1: available$/m],
      [["add", "py1"], /^py1: added process group$/m],
      [["update"], /^$/],
    ];
    for (const [words, expected] of steps) {
      const run = await ctl(...words);
      assert.equal(run.code, 0, `${words.join(" ")}: ${run.stdout}${run.stderr}`);
      assert.match(run.stdout, expected);
      assert.equal(run.stderr, "");
    }
  });

  it("Ansible: a missing program is told of in the text of status", async () => {
    const { stdout } = await ctl("status", "nothing");
    assert.ok(stdout.includes("ERROR (no such process)"));
  });

  it("Ansible: status splits at blanks into name and state, and a group is a prefix", async () => {
    const { stdout } = await ctl("status");
    const pairs = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ").filter((part) => part !== ""))
      .map(([name, state]) => [name, state]);
    assert.deepEqual(pairs, [
      ["bench-web:frappe-web", "RUNNING"],
      ["bench-workers:frappe-short", "STOPPED"],
      ["py1", "STOPPED"],
    ]);
    assert.ok(pairs.some(([name]) => name?.startsWith("bench-web:")));
  });

  it("Salt: the action is one word of the command line; status has three fields", async () => {
    const one = await ctl("status bench-web:frappe-web");
    const fields = one.stdout.trimEnd().split(/\s+/);
    assert.deepEqual(fields.slice(0, 2), ["bench-web:frappe-web", "RUNNING"]);
    assert.match(fields.slice(2).join(" "), /^pid \d+, uptime \d+:\d\d:\d\d$/);
    const all = await ctl("status");
    for (const line of all.stdout.trimEnd().split("\n")) {
      assert.equal(/^(\S+)\s+(\S+)\s+(.*)$/.exec(line)?.length, 4, line);
    }
  });

  it("Salt: ERROR and its reason tell what is no failure", async () => {
    await ctl("start py1");
    const again = await ctl("start py1");
    assert.ok(again.stdout.includes("ERROR") && again.stdout.includes("already started"));
    assert.equal(again.code, 0);
    await ctl("stop py1");
    const stopped = await ctl("stop py1");
    assert.ok(stopped.stdout.includes("ERROR") && stopped.stdout.includes("not running"));
    assert.equal(stopped.code, 0);
    const added = await ctl("add py1");
    assert.ok(added.stdout.includes("process group already active"));
    assert.equal(added.code, 0);
  });

  it("Puppet: the second column of status is the state, and group:* is a name", async () => {
    const grep = (text: string, name: string): string | undefined =>
      text
        .split("\n")
        .find((line) => line.startsWith(name))
        ?.split(/\s+/)[1];
    assert.match((await ctl("stop", "bench-web:*")).stdout, /^bench-web:frappe-web: stopped$/m);
    assert.equal(grep((await ctl("status")).stdout, "bench-web:"), "STOPPED");
    assert.match((await ctl("start", "bench-web:*")).stdout, /^bench-web:frappe-web: started$/m);
    assert.equal(grep((await ctl("status")).stdout, "bench-web:"), "RUNNING");
  });

  it("bench: looks for its group in the text of status, then restarts group:", async () => {
    const status = await ctl("status");
    assert.ok(status.stdout.includes("bench-workers:"));
    const restarted = await ctl("restart", "bench-workers:", "bench-web:\t");
    assert.equal(restarted.code, 0);
    assert.match(restarted.stdout, /^bench-web:frappe-web: started$/m);
    assert.match(restarted.stdout, /^bench-workers:frappe-short: started$/m);
  });

  it("bench: knows a socket that it may not open by Python's error", async () => {
    const { chmodSync } = await import("node:fs");
    if (process.getuid?.() === 0) chmodSync(daemon.dir, 0o755);
    chmodSync(daemon.socket, 0o000);
    const run = await runCtl(own, ["-s", `unix://${daemon.socket}`, "status"], {
      ...(process.getuid?.() === 0 ? { uid: 65_534 } : {}),
    });
    assert.match(
      run.stdout,
      /^error: <class 'PermissionError'>, \[Errno 13\] Permission denied: file: \S+ line: \d+\n$/,
    );
    assert.equal(run.code, 1);
  });
});
