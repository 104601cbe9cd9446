import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { transition } from "../../lib/core/process-machine.ts";
import { INITIAL_RECORD, type ProcessInput, type ProcessRecord } from "../../lib/core/process-record.ts";
import type { ProcessSpec } from "../../lib/model/spec.ts";
import type { WaitStatus } from "../../lib/model/wait-status.ts";
import { processSpec } from "../support/machine-spec.ts";

const exited = (code: number): WaitStatus => ({ kind: "exited", code });
const killedBy = (signal: number): WaitStatus => ({ kind: "signaled", signal, core: false });

/** Feeds inputs, each at its millisecond, and tells states, log lines and orders as they come. */
function play(
  spec: ProcessSpec,
  script: readonly (readonly [at: number, input: ProcessInput])[],
  mayStart = true,
) {
  let record: ProcessRecord = INITIAL_RECORD;
  const told: string[] = [];
  for (const [at, input] of script) {
    const step = transition(record, input, spec, { monotonic: at, wall: 1_000_000 + at, mayStart });
    record = step.next;
    for (const effect of step.effects) {
      if (effect.kind === "log") told.push(`${effect.level} ${effect.text}`);
      else if (effect.kind === "state")
        told.push(`${effect.from}->${effect.to} pid:${effect.pid} tries:${effect.tries}`);
      else if (effect.kind === "kill") told.push(`kill ${effect.signal}${effect.group ? " group" : ""}`);
      else told.push("spawn");
    }
  }
  return { record, told };
}

const START: readonly (readonly [number, ProcessInput])[] = [
  [0, { kind: "start" }],
  [0, { kind: "spawned", pid: 42 }],
];

describe("a process that starts", () => {
  it("is STARTING until startsecs are over, then RUNNING", () => {
    const { record, told } = play(processSpec(), [...START, [1000, { kind: "deadline" }]]);
    assert.deepEqual(told, [
      "STOPPED->STARTING pid:0 tries:0",
      "spawn",
      "info spawned: 'cat' with pid 42",
      "STARTING->RUNNING pid:42 tries:0",
      "info success: cat entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
    ]);
    assert.equal(record.state, "RUNNING");
    assert.equal(record.deadline, null);
    assert.equal(record.startTime, 1_000_000);
  });

  it("is due for RUNNING startsecs after its start", () => {
    assert.equal(play(processSpec({ startsecs: 7 }), START).record.deadline, 7000);
    assert.equal(play(processSpec({ startsecs: 0 }), START).record.deadline, 0);
  });

  it("starts by itself once, and only where the daemon may start things", () => {
    const autostart: ProcessInput = { kind: "autostart" };
    assert.equal(play(processSpec(), [[0, autostart]]).record.state, "STARTING");
    assert.equal(play(processSpec({ autostart: false }), [[0, autostart]]).record.state, "STOPPED");
    assert.equal(play(processSpec(), [[0, autostart]], false).record.state, "STOPPED");
    const stopped = play(processSpec(), [
      ...START,
      [1, { kind: "stop" }],
      [2, { kind: "exited", status: exited(0) }],
      [3, autostart],
    ]);
    assert.equal(stopped.record.state, "STOPPED");
  });

  it("says so where it runs already", () => {
    const { told } = play(processSpec(), [...START, [5, { kind: "start" }]]);
    assert.equal(told.at(-1), "warn process 'cat' already running");
  });
});

describe("a start that fails", () => {
  const once: readonly (readonly [number, ProcessInput])[] = [
    ...START,
    [100, { kind: "exited", status: exited(0) }],
  ];

  it("is a failure also with exit status 0, and waits one second more each time", () => {
    const { record, told } = play(processSpec(), once);
    assert.deepEqual(told.slice(-2), [
      "STARTING->BACKOFF pid:42 tries:1",
      "warn exited: cat (exit status 0; not expected)",
    ]);
    assert.equal(record.deadline, 1100);
    assert.equal(record.exitstatus, null);
    assert.equal(record.spawnerr, "Exited too quickly (process log may have details)");
    const second = play(processSpec(), [
      ...once,
      [1100, { kind: "deadline" }],
      [1100, { kind: "spawned", pid: 43 }],
      [1200, { kind: "exited", status: killedBy(9) }],
    ]);
    assert.equal(second.told.at(-1), "warn exited: cat (terminated by SIGKILL; not expected)");
    assert.equal(second.record.deadline, 3200);
  });

  it("is given up after startretries tries more (fatal-at-once)", () => {
    const { record, told } = play(processSpec({ startretries: 0 }), once);
    assert.deepEqual(told.slice(-4), [
      "STARTING->BACKOFF pid:42 tries:1",
      "warn exited: cat (exit status 0; not expected)",
      "BACKOFF->FATAL pid:0 tries:0",
      "info gave up: cat entered FATAL state, too many start retries too quickly",
    ]);
    assert.deepEqual([record.state, record.backoff, record.deadline, record.pid], ["FATAL", 0, null, 0]);
  });

  it("is retried for ever where startretries is below zero, with pauses of a minute at the most (startretries-unlimited)", () => {
    let script: readonly (readonly [number, ProcessInput])[] = [];
    let at = 0;
    for (let failures = 0; failures < 200; failures++) {
      script = [
        ...script,
        [at, failures === 0 ? { kind: "start" } : { kind: "deadline" }],
        [at, { kind: "spawn-failed", reason: "x" }],
      ];
      at = play(processSpec({ startretries: -1 }), script).record.deadline ?? Number.NaN;
    }
    const { record } = play(processSpec({ startretries: -1 }), script);
    assert.equal(record.state, "BACKOFF");
    const last = script.at(-1)?.[0] ?? 0;
    assert.equal((record.deadline ?? 0) - last, 60_000);
  });

  it("keeps the reason of a spawn that never was", () => {
    const { record, told } = play(processSpec(), [
      [0, { kind: "start" }],
      [0, { kind: "spawn-failed", reason: "can't find command '/nope'" }],
    ]);
    assert.deepEqual(told.slice(-2), [
      "info spawnerr: can't find command '/nope'",
      "STARTING->BACKOFF pid:0 tries:1",
    ]);
    assert.equal(record.spawnerr, "can't find command '/nope'");
  });

  it("does not count where startsecs were over when it exited", () => {
    const { record, told } = play(processSpec(), [...START, [1000, { kind: "exited", status: exited(0) }]]);
    assert.deepEqual(told.slice(-3), [
      "STARTING->RUNNING pid:42 tries:0",
      "RUNNING->EXITED pid:42 tries:0",
      "info exited: cat (exit status 0; expected)",
    ]);
    assert.equal(record.exitstatus, 0);
  });

  it("ends at once when it is stopped between two tries (backoff-reset)", () => {
    const { record, told } = play(processSpec(), [...once, [200, { kind: "stop" }]]);
    assert.deepEqual(told.slice(-2), [
      "debug Attempted to kill cat, which is in BACKOFF state.",
      "BACKOFF->STOPPED pid:0 tries:0",
    ]);
    assert.deepEqual([record.backoff, record.deadline], [0, null]);
  });

  it("is given up without a word at shutdown", () => {
    const { record, told } = play(processSpec(), [...once, [200, { kind: "give-up" }]]);
    assert.equal(record.state, "FATAL");
    assert.equal(told.at(-1), "BACKOFF->FATAL pid:0 tries:0");
  });

  it("is not tried again while the daemon shuts down", () => {
    const { record } = play(processSpec(), once);
    const step = transition(record, { kind: "deadline" }, processSpec(), {
      monotonic: 9999,
      wall: 0,
      mayStart: false,
    });
    assert.equal(step.next.state, "BACKOFF");
    assert.deepEqual(step.effects, []);
  });
});

describe("a process that exits", () => {
  const running: readonly (readonly [number, ProcessInput])[] = [...START, [1000, { kind: "deadline" }]];
  const end = (spec: ProcessSpec, status: WaitStatus) =>
    play(spec, [...running, [5000, { kind: "exited", status }]]);

  it("is started again as autorestart says", () => {
    assert.equal(end(processSpec(), exited(0)).record.deadline, null);
    assert.equal(end(processSpec(), exited(1)).record.deadline, 5000);
    assert.equal(end(processSpec(), killedBy(9)).record.deadline, 5000);
    assert.equal(end(processSpec({ exitcodes: [1, 2] }), exited(2)).record.deadline, null);
    assert.equal(end(processSpec({ autorestart: "always" }), exited(0)).record.deadline, 5000);
    assert.equal(end(processSpec({ autorestart: "never" }), exited(1)).record.deadline, null);
  });

  it("says what was expected", () => {
    const unexpected = end(processSpec(), exited(3));
    assert.equal(unexpected.told.at(-1), "warn exited: cat (exit status 3; not expected)");
    assert.equal(unexpected.record.spawnerr, "Bad exit code 3");
    assert.equal(unexpected.record.exitstatus, 3);
    const signalled = end(processSpec(), { kind: "signaled", signal: 11, core: true });
    assert.equal(
      signalled.told.at(-1),
      "warn exited: cat (terminated by SIGSEGV (core dumped); not expected)",
    );
    assert.equal(signalled.record.exitstatus, -1);
  });

  it("does not spin where startsecs=0 and it dies at once (prompt-restart)", () => {
    const { record } = play(processSpec({ startsecs: 0, autorestart: "always" }), [
      ...START,
      [1, { kind: "deadline" }],
      [5, { kind: "exited", status: exited(0) }],
    ]);
    assert.equal(record.deadline, 1000);
  });
});

describe("a process that is stopped", () => {
  const stopping: readonly (readonly [number, ProcessInput])[] = [
    ...START,
    [1000, { kind: "deadline" }],
    [2000, { kind: "stop" }],
  ];

  it("gets its stopsignal, then SIGKILL each stopwaitsecs", () => {
    const spec = processSpec({ stopsignal: 3, stopasgroup: false, killasgroup: true });
    const { record, told } = play(spec, [
      ...stopping,
      [12_000, { kind: "deadline" }],
      [22_000, { kind: "deadline" }],
    ]);
    assert.deepEqual(told.slice(5), [
      "debug killing cat (pid 42) with signal SIGQUIT",
      "RUNNING->STOPPING pid:42 tries:0",
      "kill 3",
      "warn killing 'cat' (42) with SIGKILL",
      "debug killing cat (pid 42) process group with signal SIGKILL",
      "kill 9 group",
      "warn killing 'cat' (42) with SIGKILL",
      "debug killing cat (pid 42) process group with signal SIGKILL",
      "kill 9 group",
    ]);
    assert.equal(record.deadline, 32_000);
  });

  it("is STOPPED when it is reaped, told by its exit code", () => {
    const clean = play(processSpec(), [...stopping, [2001, { kind: "exited", status: exited(0) }]]);
    assert.equal(clean.told.at(-1), "info stopped: cat (exit status 0)");
    assert.equal(clean.told.at(-2), "STOPPING->STOPPED pid:42 tries:0");
    const killed = play(processSpec(), [...stopping, [2001, { kind: "exited", status: killedBy(15) }]]);
    assert.equal(killed.told.at(-1), "warn stopped: cat (terminated by SIGTERM)");
    assert.deepEqual([killed.record.exitstatus, killed.record.pid, killed.record.deadline], [-1, 0, null]);
  });

  it("is not started again though a restart was due", () => {
    const spec = processSpec({ autorestart: "always" });
    const { record } = play(spec, [
      ...START,
      [1000, { kind: "deadline" }],
      [1500, { kind: "exited", status: exited(0) }],
      [1500, { kind: "stop" }],
    ]);
    assert.deepEqual([record.state, record.deadline], ["EXITED", null]);
    const late = transition(record, { kind: "deadline" }, spec, { monotonic: 9999, wall: 0, mayStart: true });
    assert.deepEqual(late, { next: record, effects: [] });
  });
});

describe("a signal that does not arrive", () => {
  const lost: readonly (readonly [number, ProcessInput])[] = [
    ...START,
    [1000, { kind: "deadline" }],
    [2000, { kind: "stop" }],
    [2000, { kind: "signal-failed", message: "unknown problem killing cat (42):EPERM" }],
  ];

  it("leaves the process UNKNOWN, with its pid (kill-text)", () => {
    const { record, told } = play(processSpec(), lost);
    assert.deepEqual(told.slice(-2), [
      "critical unknown problem killing cat (42):EPERM",
      "STOPPING->UNKNOWN pid:42 tries:0",
    ]);
    assert.deepEqual([record.pid, record.deadline], [42, null]);
  });

  it("does not make the end of the child a disaster (unknown-exit)", () => {
    const { record, told } = play(processSpec({ autorestart: "always" }), [
      ...lost,
      [3000, { kind: "exited", status: exited(0) }],
    ]);
    assert.deepEqual([record.state, record.deadline], ["STOPPED", null]);
    assert.equal(told.at(-1), "info stopped: cat (exit status 0)");
  });
});
