/** Whatever comes in whatever order: the machine never reaches a state that the model forbids. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { transition } from "../../lib/core/process-machine.ts";
import { INITIAL_RECORD, type ProcessInput, type ProcessRecord } from "../../lib/core/process-record.ts";
import type { Autorestart, ProcessSpec } from "../../lib/model/spec.ts";
import { PROCESS_STATE_NAMES, type ProcessState } from "../../lib/model/states.ts";
import { ALLOWED } from "../support/machine-allowed.ts";
import { processSpec } from "../support/machine-spec.ts";

type Action =
  | { readonly do: "start" | "stop" | "autostart" | "give-up" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "crash"; readonly signal: number }
  | { readonly do: "shutdown" }
  | { readonly do: "stale"; readonly input: ProcessInput };

const specs = fc
  .record({
    startsecs: fc.integer({ min: 0, max: 4 }),
    startretries: fc.integer({ min: -1, max: 4 }),
    autorestart: fc.constantFrom<Autorestart>("always", "never", "unexpected"),
    autostart: fc.boolean(),
    stopwaitsecs: fc.integer({ min: 0, max: 5 }),
    exitcodes: fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
  })
  .map((overrides) => processSpec(overrides));

const stale = fc.constantFrom<ProcessInput>(
  { kind: "deadline" },
  { kind: "exited", status: { kind: "exited", code: 0 } },
  { kind: "signal-failed", message: "stale" },
  { kind: "give-up" },
);

const actions = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("start", "stop", "autostart", "give-up") }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 6000 }) }),
    fc.record({ do: fc.constant("exit" as const), code: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ do: fc.constant("crash" as const), signal: fc.constantFrom(9, 11, 15) }),
    fc.record({ do: fc.constant("shutdown" as const) }),
    fc.record({ do: fc.constant("stale" as const), input: stale }),
  ),
  { minLength: 1, maxLength: 60 },
) as fc.Arbitrary<Action[]>;

/** A world around the machine: a clock, children that live or not, spawns and signals that succeed or not. */
class World {
  record: ProcessRecord = INITIAL_RECORD;
  now = 0;
  alive = 0;
  spawns = 0;
  /** Spawns since somebody last asked for a start, or the process last ran. */
  attempts = 0;
  mayStart = true;
  stoppedByRequest = false;
  readonly spec: ProcessSpec;
  readonly #luck: () => number;

  constructor(spec: ProcessSpec, luck: () => number) {
    this.spec = spec;
    this.#luck = luck;
  }

  feed(input: ProcessInput): void {
    const before = this.record;
    const { next, effects } = transition(before, input, this.spec, {
      monotonic: this.now,
      // A start at the epoch itself would count as never.
      wall: this.now + 1,
      mayStart: this.mayStart,
    });
    this.record = next;
    let state = before.state;
    for (const [index, effect] of effects.entries()) {
      if (effect.kind === "state") {
        assert.equal(effect.from, state, "a change begins where the last one ended");
        assert.ok(ALLOWED[state].includes(effect.to), `${state} -> ${effect.to} on ${input.kind}`);
        state = effect.to;
        if (state === "RUNNING") this.attempts = 0;
      }
      if (effect.kind === "spawn" || effect.kind === "kill") {
        assert.equal(index, effects.length - 1, "what feeds back comes last");
        if (effect.kind === "spawn") this.#spawn();
        else this.#kill();
        return;
      }
    }
    assert.equal(state, next.state, "every change is told");
  }

  #spawn(): void {
    assert.equal(this.alive, 0, "never two children");
    assert.ok(!this.stoppedByRequest, "nothing starts what was stopped");
    assert.ok(this.mayStart || this.requested, "nothing starts by itself in a shutdown");
    this.spawns++;
    this.attempts++;
    if (this.spec.startretries >= 0) {
      assert.ok(this.attempts <= this.spec.startretries + 1, "no more tries than startretries and one");
    }
    if (this.#luck() < 0.25) {
      this.feed({ kind: "spawn-failed", reason: "no luck" });
      return;
    }
    this.alive = 100 + this.spawns;
    this.feed({ kind: "spawned", pid: this.alive });
  }

  #kill(): void {
    assert.notEqual(this.alive, 0, "signals go to living children");
    assert.equal(this.record.pid, this.alive);
    if (this.#luck() < 0.1) this.feed({ kind: "signal-failed", message: "EPERM" });
  }

  requested = false;

  act(action: Action): void {
    switch (action.do) {
      case "start":
        if (!["RUNNING", "STARTING", "BACKOFF", "UNKNOWN"].includes(this.record.state)) {
          this.attempts = 0;
          this.requested = true;
          if (this.record.state !== "STOPPING") this.stoppedByRequest = false;
          this.feed({ kind: "start" });
          this.requested = false;
        }
        return;
      case "stop":
        this.feed({ kind: "stop" });
        // One that never ran may still start by itself: there was nothing to stop.
        this.stoppedByRequest = this.record.startTime !== 0;
        return;
      case "autostart":
        this.feed({ kind: "autostart" });
        return;
      case "give-up":
        this.feed({ kind: "give-up" });
        return;
      case "shutdown":
        this.mayStart = false;
        return;
      case "exit":
        this.#die({ kind: "exited", code: action.code });
        return;
      case "crash":
        this.#die({ kind: "signaled", signal: action.signal, core: false });
        return;
      case "wait":
        this.#wait(action.ms);
        return;
      case "stale":
        if (action.input.kind === "exited" && this.alive !== 0) return;
        if (action.input.kind === "deadline" && this.record.deadline !== null) return;
        if (action.input.kind === "signal-failed" && this.alive !== 0) return;
        this.feed(action.input);
        return;
    }
  }

  #die(status: { kind: "exited"; code: number } | { kind: "signaled"; signal: number; core: boolean }): void {
    if (this.alive === 0) return;
    this.alive = 0;
    this.feed({ kind: "exited", status });
  }

  #wait(ms: number): void {
    const until = this.now + ms;
    for (let guard = 0; this.record.deadline !== null && this.record.deadline <= until; guard++) {
      assert.ok(guard < 10_000, "deadlines move on");
      this.now = Math.max(this.now, this.record.deadline);
      const due = this.record.deadline;
      this.feed({ kind: "deadline" });
      // stopwaitsecs=0 asks for SIGKILL as often as one looks: once is enough here.
      if (this.record.deadline === due) break;
    }
    this.now = until;
  }

  check(): void {
    const { state, pid, deadline, backoff } = this.record;
    assert.equal(pid, this.alive, `the pid is that of the living child in ${state}`);
    if (["STOPPED", "FATAL", "BACKOFF", "EXITED"].includes(state)) assert.equal(pid, 0);
    if (["STARTING", "RUNNING", "STOPPING", "UNKNOWN"].includes(state)) assert.notEqual(pid, 0);
    if (["STARTING", "STOPPING"].includes(state)) assert.notEqual(deadline, null, `${state} never lasts`);
    if (state === "BACKOFF" && this.mayStart) assert.notEqual(deadline, null, "BACKOFF never lasts");
    if (["STOPPED", "FATAL", "RUNNING", "UNKNOWN"].includes(state)) assert.equal(deadline, null);
    if (state === "RUNNING" || state === "FATAL" || state === "STOPPED") assert.equal(backoff, 0);
    if (state === "EXITED" && this.stoppedByRequest) assert.equal(deadline, null);
  }
}

describe("the state machine under random inputs", () => {
  it("reaches no forbidden state and tells every change", () => {
    const reached = new Set<ProcessState>();
    fc.assert(
      fc.property(
        specs,
        actions,
        fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
        (spec, script, luck) => {
          const world = new World(spec, () => (luck.next().value ?? 0) / 100);
          for (const action of script) {
            world.act(action);
            world.check();
            reached.add(world.record.state);
          }
        },
      ),
      { numRuns: 10_000 },
    );
    assert.deepEqual([...reached].sort(), [...PROCESS_STATE_NAMES].sort(), "every state was visited");
  });
});
