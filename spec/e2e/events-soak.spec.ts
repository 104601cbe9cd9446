/**
 * Many events through a pool of four listeners that kill themselves at random: each is dealt with once, none is lost, and
 * each delivery more is one that came back. `SOAK_EVENTS` says how many (`npm run soak:events`: a million).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { remoteCommunicationEvent } from "../../lib/events/event.ts";
import { until } from "../support/daemon-wait.ts";
import { runEngine } from "../support/events-engine.ts";

const EVENTS = Number(process.env["SOAK_EVENTS"] ?? 30_000);
const LISTENERS = 4;
/** One event in so many kills its listener, half of them before it is dealt with. */
const ONE_IN = Math.max(2_000, Math.floor(EVENTS / 100));
const IN_FLIGHT = 5_000;
const SOAK = new URL("../../fixtures/listeners/soak.mjs", import.meta.url).pathname;

describe(`${EVENTS} events through ${LISTENERS} listeners that crash`, () => {
  it("are each dealt with once, and none is lost or doubled", async (t) => {
    const run = await runEngine(
      t,
      `[eventlistener:soak]
command=${process.execPath} ${SOAK} @DIR@/notes.%(process_num)d %(process_num)d ${ONE_IN}
events=REMOTE_COMMUNICATION
numprocs=${LISTENERS}
process_name=%(process_num)d
buffer_size=${IN_FLIGHT * 2}
startsecs=0
autorestart=true
stdout_logfile=NONE
stderr_logfile=NONE
`,
    );
    const pool = run.supervisor.groups.get("soak")?.pool;
    assert.ok(pool);
    for (let sent = 0; sent < EVENTS; ) {
      const batch = Math.max(0, Math.min(EVENTS - sent, IN_FLIGHT - pool.counts.buffered));
      for (let n = 0; n < batch; n++) {
        run.supervisor.bus.publish(remoteCommunicationEvent("soak", `event ${sent + n}`));
      }
      sent += batch;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until("an empty pool", () => pool.counts.buffered === 0 && pool.counts.busy === 0, 120_000);
    const { sent, returned, discarded } = pool.counts;
    const { dir } = run;

    const delivered = new Map<number, number>();
    const dealtWith = new Map<number, number>();
    for (let n = 0; n < LISTENERS; n++) {
      for (const line of readFileSync(join(dir, `notes.${n}`), "latin1").split("\n")) {
        if (line === "") continue;
        const table = line.startsWith("d") ? delivered : dealtWith;
        const serial = Number(line.slice(2));
        table.set(serial, (table.get(serial) ?? 0) + 1);
      }
    }

    const total = (table: ReadonlyMap<number, number>) => [...table.values()].reduce((sum, n) => sum + n, 0);
    assert.equal(discarded, 0);
    assert.equal(dealtWith.size, EVENTS);
    assert.equal(total(dealtWith), EVENTS);
    assert.equal(total(delivered), EVENTS + returned);
    assert.equal(sent, EVENTS + returned);
    assert.ok(returned > 0, "no listener ever died at an event: the soak proves nothing");
  });
});
