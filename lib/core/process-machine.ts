/**
 * The state machine of a process: a total table of state x input (supervisor.md sections 4.2 and 4.3). It decides and
 * does nothing: no clock, no timer, no I/O. A hole in the table is a compile error.
 */
import { signalName } from "../model/signals.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { ProcessState } from "../model/states.ts";
import type {
  InputKind,
  InputOf,
  Moment,
  ProcessEffect,
  ProcessInput,
  ProcessRecord,
  StateChange,
  Step,
} from "./process-record.ts";
import { describeWaitStatus, exitStatusOf } from "./wait-text.ts";

const SIGKILL = 9;
const SECOND = 1000;

/** With startsecs=0 no start ever fails, so nothing else would hold back a program that dies at once (#1285). */
const MINIMUM_RESTART_INTERVAL = SECOND;

/** Longest pause of a program that is retried for ever (startretries=-1). */
const UNLIMITED_BACKOFF_CAP = 60;

type Cell<I extends ProcessInput = ProcessInput> = (
  record: ProcessRecord,
  input: I,
  spec: ProcessSpec,
  now: Moment,
) => Step;
type Row = { readonly [K in InputKind]: Cell<InputOf<K>> };
type Table = { readonly [S in ProcessState]: Row };

const stay = (record: ProcessRecord): Step => ({ next: record, effects: [] });

const log = (level: "info" | "warn" | "debug" | "critical", text: string): ProcessEffect => ({
  kind: "log",
  level,
  text,
});

/** The change from `record` to `next`: the event's values are those of the new record, the pid the last one known. */
const changed = (record: ProcessRecord, next: ProcessRecord, expected = true): StateChange => ({
  kind: "state",
  from: record.state,
  to: next.state,
  pid: next.pid === 0 ? record.pid : next.pid,
  tries: next.backoff,
  expected,
});

const launch: Cell = (record, _input, _spec, now) => {
  const next: ProcessRecord = {
    ...record,
    state: "STARTING",
    startedAt: now.monotonic,
    startTime: now.wall,
    deadline: null,
    stopRequested: false,
    exitstatus: null,
    spawnerr: null,
  };
  return { next, effects: [changed(record, next), { kind: "spawn" }] };
};

const alreadyRunning: Cell = (record, _input, spec) => ({
  next: record,
  effects: [log("warn", `process '${spec.name}' already running`)],
});

const autostart: Cell = (record, input, spec, now) =>
  spec.autostart && record.startTime === 0 && now.mayStart ? launch(record, input, spec, now) : stay(record);

/** startretries below zero: for ever (the original gives up at the first failure; docs/compat.md). */
const exhausted = (backoff: number, spec: ProcessSpec): boolean =>
  spec.startretries >= 0 && backoff > spec.startretries;

/** STARTING failed: wait for one second more than last time, or give up. */
function fail(record: ProcessRecord, spec: ProcessSpec, now: Moment, before: ProcessEffect[]): Step {
  const backoff = record.backoff + 1;
  const pause = spec.startretries < 0 ? Math.min(backoff, UNLIMITED_BACKOFF_CAP) : backoff;
  const waiting: ProcessRecord = {
    ...record,
    state: "BACKOFF",
    pid: 0,
    backoff,
    deadline: now.monotonic + pause * SECOND,
  };
  return { next: waiting, effects: [...before, changed(record, waiting)] };
}

/** The last step of a failed start: FATAL follows BACKOFF at once when no try is left. */
function settle(step: Step, spec: ProcessSpec): Step {
  if (!exhausted(step.next.backoff, spec)) return step;
  const given: ProcessRecord = { ...step.next, state: "FATAL", backoff: 0, deadline: null };
  const text = `gave up: ${spec.name} entered FATAL state, too many start retries too quickly`;
  return { next: given, effects: [...step.effects, changed(step.next, given), log("info", text)] };
}

const spawnFailed: Cell<InputOf<"spawn-failed">> = (record, input, spec, now) => {
  const failed = fail({ ...record, spawnerr: input.reason }, spec, now, [
    log("info", `spawnerr: ${input.reason}`),
  ]);
  return settle(failed, spec);
};

const enterRunning = (record: ProcessRecord): ProcessRecord => ({
  ...record,
  state: "RUNNING",
  deadline: null,
  backoff: 0,
});

const success: Cell = (record, _input, spec) => {
  const next = enterRunning(record);
  const text = `success: ${spec.name} entered RUNNING state, process has stayed up for > than ${spec.startsecs} seconds (startsecs)`;
  return { next, effects: [changed(record, next), log("info", text)] };
};

const spawned: Cell<InputOf<"spawned">> = (record, input, spec) => {
  const line = log("info", `spawned: '${spec.name}' with pid ${input.pid}`);
  const next = { ...record, pid: input.pid, deadline: record.startedAt + spec.startsecs * SECOND };
  return { next, effects: [line] };
};

const stopLive: Cell = (record, _input, spec, now) =>
  kill({ ...record, stopRequested: true }, spec, now, spec.stopsignal, spec.stopasgroup);

/** RUNNING, STARTING or STOPPING -> STOPPING with a signal on its way and a deadline for the next one. */
function kill(record: ProcessRecord, spec: ProcessSpec, now: Moment, signal: number, group: boolean): Step {
  const next: ProcessRecord = {
    ...record,
    state: "STOPPING",
    deadline: now.monotonic + spec.stopwaitsecs * SECOND,
  };
  const where = group ? "process group " : "";
  const text = `killing ${spec.name} (pid ${record.pid}) ${where}with signal ${signalName(signal)}`;
  const change = record.state === "STOPPING" ? [] : [changed(record, next)];
  return { next, effects: [log("debug", text), ...change, { kind: "kill", signal, group }] };
}

/** stopwaitsecs are over: SIGKILL, and again each stopwaitsecs until it is reaped. */
const overdue: Cell = (record, _input, spec, now) => {
  const step = kill(record, spec, now, SIGKILL, spec.killasgroup);
  const text = `killing '${spec.name}' (${record.pid}) with SIGKILL`;
  return { next: step.next, effects: [log("warn", text), ...step.effects] };
};

const stopBetweenTries: Cell = (record, _input, spec) => {
  const next: ProcessRecord = {
    ...record,
    state: "STOPPED",
    backoff: 0,
    deadline: null,
    stopRequested: true,
  };
  const text = `Attempted to kill ${spec.name}, which is in BACKOFF state.`;
  return { next, effects: [log("debug", text), changed(record, next)] };
};

const stopIdle: Cell = (record, _input, spec) => ({
  // A restart that is due must not undo the stop.
  next: record.deadline === null ? record : { ...record, deadline: null },
  effects: [
    log(
      "debug",
      `attempted to kill ${spec.name} with sig ${signalName(spec.stopsignal)} but it wasn't running`,
    ),
  ],
});

/** Reaped in STOPPING, or in UNKNOWN after a stop that could not be delivered. */
const exitedAsAsked: Cell<InputOf<"exited">> = (record, input, spec, now) => {
  const code = exitStatusOf(input.status);
  const next: ProcessRecord = {
    ...record,
    state: "STOPPED",
    pid: 0,
    stopTime: now.wall,
    deadline: null,
    backoff: 0,
    exitstatus: code,
  };
  const level = spec.exitcodes.includes(code) ? "info" : "warn";
  const line = log(level, `stopped: ${spec.name} (${describeWaitStatus(input.status)})`);
  return { next, effects: [changed(record, next), line] };
};

function restartDue(record: ProcessRecord, expected: boolean, spec: ProcessSpec, now: Moment): number | null {
  const wanted = spec.autorestart === "always" || (spec.autorestart === "unexpected" && !expected);
  return wanted ? Math.max(now.monotonic, record.startedAt + MINIMUM_RESTART_INTERVAL) : null;
}

const exitedByItself: Cell<InputOf<"exited">> = (record, input, spec, now) => {
  const code = exitStatusOf(input.status);
  const expected = spec.exitcodes.includes(code);
  const next: ProcessRecord = {
    ...record,
    state: "EXITED",
    pid: 0,
    stopTime: now.wall,
    deadline: restartDue(record, expected, spec, now),
    backoff: 0,
    exitstatus: code,
    spawnerr: expected ? record.spawnerr : `Bad exit code ${code}`,
  };
  const outcome = `${describeWaitStatus(input.status)}; ${expected ? "expected" : "not expected"}`;
  const line = log(expected ? "info" : "warn", `exited: ${spec.name} (${outcome})`);
  return { next, effects: [changed(record, next, expected), line] };
};

const exitedWhileStarting: Cell<InputOf<"exited">> = (record, input, spec, now) => {
  if (now.monotonic - record.startedAt >= spec.startsecs * SECOND) {
    const running = enterRunning(record);
    const step = exitedByItself(running, input, spec, now);
    return { next: step.next, effects: [changed(record, running), ...step.effects] };
  }
  const dead: ProcessRecord = {
    ...record,
    stopTime: now.wall,
    exitstatus: null,
    spawnerr: "Exited too quickly (process log may have details)",
  };
  const line = log("warn", `exited: ${spec.name} (${describeWaitStatus(input.status)}; not expected)`);
  const failed = fail(dead, spec, now, []);
  return settle({ next: failed.next, effects: [...failed.effects, line] }, spec);
};

const exitedUnknown: Cell<InputOf<"exited">> = (record, input, spec, now) =>
  record.stopRequested ? exitedAsAsked(record, input, spec, now) : exitedByItself(record, input, spec, now);

/** A signal did not reach a live child: nothing certain can be said of it until it is reaped. */
const lost: Cell<InputOf<"signal-failed">> = (record, input) => {
  const next: ProcessRecord = { ...record, state: "UNKNOWN", deadline: null };
  const effects: ProcessEffect[] = [log("critical", input.message)];
  if (record.state !== "UNKNOWN") effects.push(changed(record, next));
  return { next, effects };
};

/** A deadline that was called off, by a stop say, starts nothing. */
const retry: Cell = (record, input, spec, now) =>
  now.mayStart && record.deadline !== null
    ? launch(record, input, spec, now)
    : stay({ ...record, deadline: null });

const giveUp: Cell = (record) => {
  const next: ProcessRecord = { ...record, state: "FATAL", backoff: 0, deadline: null };
  return { next, effects: [changed(record, next)] };
};

/** No child: exits, spawn reports and failed signals can only be stale, and are not believed. */
const CHILDLESS = {
  autostart: stay,
  start: launch,
  stop: stopIdle,
  deadline: stay,
  spawned: stay,
  "spawn-failed": stay,
  exited: stay,
  "signal-failed": stay,
  "give-up": stay,
} satisfies Row;

const LIVE = {
  autostart: stay,
  start: alreadyRunning,
  stop: stopLive,
  deadline: stay,
  spawned: stay,
  "spawn-failed": stay,
  exited: exitedByItself,
  "signal-failed": lost,
  "give-up": stay,
} satisfies Row;

const TABLE: Table = {
  STOPPED: { ...CHILDLESS, autostart },
  STARTING: {
    ...LIVE,
    deadline: success,
    spawned,
    "spawn-failed": spawnFailed,
    exited: exitedWhileStarting,
  },
  RUNNING: LIVE,
  BACKOFF: { ...CHILDLESS, stop: stopBetweenTries, deadline: retry, "give-up": giveUp },
  STOPPING: { ...LIVE, stop: stay, deadline: overdue, exited: exitedAsAsked },
  EXITED: { ...CHILDLESS, deadline: retry },
  FATAL: CHILDLESS,
  UNKNOWN: { ...LIVE, start: stay, stop: stay, exited: exitedUnknown },
};

/** Decides what an input does to a process. Never throws. */
export function transition(record: ProcessRecord, input: ProcessInput, spec: ProcessSpec, now: Moment): Step {
  const row = TABLE[record.state];
  const cell = row[input.kind] as Cell;
  return cell(record, input, spec, now);
}
