import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StateChange } from "../../lib/core/process-record.ts";
import { HISTORY_LENGTH, History } from "../../lib/daemon/history.ts";
import type { ProcessState } from "../../lib/model/states.ts";

const change = (from: ProcessState, to: ProcessState, pid = 7): StateChange => ({
  kind: "state",
  from,
  to,
  pid,
  tries: 0,
  expected: false,
});

describe("History", () => {
  it("tells how a child ended with the change that its end made", () => {
    const history = new History();
    history.changed(change("STOPPED", "STARTING"), null, 1);
    history.reaped({ kind: "signaled", signal: 9, core: false });
    // An end after startsecs, before anybody looked: RUNNING comes first and is not the end.
    history.changed(change("STARTING", "RUNNING"), null, 2);
    history.changed(change("RUNNING", "EXITED"), "Bad exit code -1", 2);
    assert.deepEqual(
      history.entries.map(({ at, to, ending, reason }) => [at, to, ending, reason]),
      [
        [1, "STARTING", null, null],
        [2, "RUNNING", null, null],
        [2, "EXITED", "terminated by SIGKILL", null],
      ],
    );
    assert.equal(history.lastEnding?.ending, "terminated by SIGKILL");
  });

  it("tells why a start failed", () => {
    const history = new History();
    history.changed(change("STARTING", "BACKOFF"), "can't find command 'x'", 1);
    assert.equal(history.entries[0]?.reason, "can't find command 'x'");
    assert.equal(history.entries[0]?.ending, null);
    assert.equal(history.lastEnding, null);
  });

  it("is bounded, and counts on", () => {
    const history = new History();
    history.reaped({ kind: "exited", code: 3 });
    history.changed(change("RUNNING", "EXITED"), null, 0);
    for (let at = 1; at <= 500; at++) history.changed(change("BACKOFF", "STARTING"), null, at);
    assert.equal(history.entries.length, HISTORY_LENGTH);
    assert.equal(history.entries.at(-1)?.at, 500);
    assert.equal(history.starts, 500);
    assert.equal(history.lastEnding?.ending, "exit status 3");
  });
});
