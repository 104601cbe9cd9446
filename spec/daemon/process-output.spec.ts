import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Engine } from "../../lib/daemon/engine.ts";
import { openOutputLog } from "../../lib/daemon/process-output.ts";
import { EventBus } from "../../lib/events/bus.ts";
import type { ProcessSpec } from "../../lib/model/spec.ts";
import { processSpec } from "../support/machine-spec.ts";

const CAPTURE = { ...processSpec().stdout, captureMaxbytes: 100, eventsEnabled: true };
const TAGGED = Buffer.from("out<!--XSUPERVISOR:BEGIN-->in<!--XSUPERVISOR:END-->");

function run(spec: ProcessSpec, stdoutTap: unknown = null) {
  const told: string[] = [];
  const bus = new EventBus();
  for (const name of ["PROCESS_LOG", "PROCESS_COMMUNICATION"] as const) {
    bus.subscribe(name, (event) => told.push(`${event.name} ${event.payload()}`));
  }
  const log = {
    enabled: () => true,
    debug: (text: string) => told.push(`debug ${text}`),
    error: (text: string) => told.push(`error ${text}`),
  };
  // The opener asks nothing else of an engine.
  const engine = { bus, log, stripAnsi: false, syslog: () => ({ send: () => true }) } as unknown as Engine;
  const owner = { spec, group: "g", record: { pid: 42 }, stdoutTap };
  const channel = openOutputLog(owner, "stdout", null, engine);
  channel.write(TAGGED);
  channel.close();
  return told;
}

describe("the output of a process", () => {
  it("becomes events and an echo, captured text also an event of its own", () => {
    assert.deepEqual(run(processSpec({ stdout: CAPTURE })), [
      "debug 'cat' stdout output:\nout",
      "PROCESS_LOG_STDOUT processname:cat groupname:g pid:42 channel:stdout\nout",
      "debug 'cat' stdout output:\nin",
      "PROCESS_LOG_STDOUT processname:cat groupname:g pid:42 channel:stdout\nin",
      "PROCESS_COMMUNICATION_STDOUT processname:cat groupname:g pid:42\nin",
      "debug 'cat' stdout emitted a comm event",
    ]);
  });

  it("makes no events that the channel has not asked for", () => {
    const told = run(processSpec({ stdout: { ...CAPTURE, captureMaxbytes: 0, eventsEnabled: false } }));
    assert.deepEqual(told, [`debug 'cat' stdout output:\n${TAGGED}`]);
  });

  it("is nothing but logged where it is a listener's protocol", () => {
    assert.deepEqual(
      run(processSpec({ stdout: CAPTURE }), () => {}),
      [],
    );
  });
});
