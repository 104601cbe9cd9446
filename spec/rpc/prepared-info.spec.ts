import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { INITIAL_RECORD, type ProcessRecord } from "../../lib/core/process-record.ts";
import type { Process } from "../../lib/daemon/process.ts";
import { PROCESS_STATE_NAMES } from "../../lib/model/states.ts";
import { preparedInfo, processInfo } from "../../lib/rpc/process-info.ts";
import { withMembers } from "../../lib/wire/xmlrpc-value.ts";
import { writeResponse } from "../../lib/wire/xmlrpc-write.ts";
import { processSpec } from "../support/machine-spec.ts";

/** What an answer is made from, changeable. */
interface Fake {
  spec: ReturnType<typeof processSpec>;
  group: string;
  record: ProcessRecord;
  logs: readonly (string | null)[];
}

const fake = (values: Fake): Process =>
  ({
    ...values,
    logfile: (channel: string) => values.logs[channel === "stdout" ? 0 : 1] ?? null,
  }) as unknown as Process;

const text = fc.string({
  unit: fc.constantFrom("a", "é", "<", "&", "\r", "\u001b", "%", "😀"),
  maxLength: 8,
});

const records = fc
  .record({
    state: fc.constantFrom(...PROCESS_STATE_NAMES),
    pid: fc.nat(),
    startTime: fc.nat(2_000_000_000),
    stopTime: fc.nat(2_000_000_000),
    exitstatus: fc.option(fc.integer({ min: -1, max: 255 })),
    spawnerr: fc.option(text),
  })
  .map((values): ProcessRecord => ({ ...INITIAL_RECORD, ...values }));

describe("a prepared answer", () => {
  it("is written as its members are, however often and after every change", () => {
    const step = fc.record({
      record: records,
      wall: fc.nat(2_000_000_000),
      logs: fc.tuple(fc.option(text), fc.option(text)),
    });
    fc.assert(
      fc.property(text, text, fc.array(step, { minLength: 1, maxLength: 5 }), (name, group, steps) => {
        const values: Fake = {
          spec: processSpec({ name }),
          group,
          record: INITIAL_RECORD,
          logs: [null, null],
        };
        const process = fake(values);
        for (const { record, wall, logs } of [...steps, ...steps]) {
          Object.assign(process, { record });
          values.logs = logs;
          const prepared = preparedInfo(process, wall);
          assert.equal(writeResponse([prepared]), writeResponse([processInfo(process, wall)]));
          assert.deepEqual(withMembers([prepared]), [processInfo(process, wall)]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is each process's own, also before any of them ran", () => {
    const made = (name: string) =>
      fake({ spec: processSpec({ name }), group: "g", record: INITIAL_RECORD, logs: [null, null] });
    const names = ["one", "two"].map((name) => preparedInfo(made(name), 0).xml);
    assert.match(names[0] ?? "", /<string>one</);
    assert.match(names[1] ?? "", /<string>two</);
  });
});
