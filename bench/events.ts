/** How long does an event take through a pool with one listener that answers at once? And what does one cost nobody hears? */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSeconds, pause, startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const EVENTS = 20_000;
const BATCH = 1_000;

const SOURCE = new URL("../fixtures/listeners/fast.c", import.meta.url).pathname;

const pool = (listener: string) => `[eventlistener:fast]
command=${listener} %F%/go ${EVENTS} %F%/report
events=REMOTE_COMMUNICATION
buffer_size=${EVENTS}
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE
`;

const ONE =
  "<value><struct><member><name>methodName</name><value><string>supervisor.sendRemoteCommEvent</string></value></member>" +
  "<member><name>params</name><value><array><data><value><string>bench</string></value><value><string>an event's data</string></value>" +
  "</data></array></value></member></struct></value>";

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-listener-"));
  const listener = join(folder, "fast");
  execFileSync("cc", ["-O2", "-o", listener, SOURCE]);
  const columns = await inTurns(3, async (subject) => {
    const daemon = await startDaemon(subject, pool(listener));
    const calls = `<array><data>${ONE.repeat(BATCH)}</data></array>`;
    for (let sent = 0; sent < EVENTS; sent += BATCH) await daemon.rpc.call("system.multicall", calls);
    const before = cpuSeconds(daemon.pid);
    const report = join(daemon.folder, "report");
    writeFileSync(join(daemon.folder, "go"), "");
    while (!existsSync(report) || readFileSync(report, "utf8") === "") await pause(5);
    const took = Number(readFileSync(report, "utf8"));
    const cpu = (cpuSeconds(daemon.pid) - before) * 1000;
    await daemon.stop();
    return [(took * 1000) / EVENTS, (cpu * 1000) / EVENTS];
  });
  rmSync(folder, { recursive: true });
  return rows(columns, [
    { question: `one of ${EVENTS} events through a listener and back`, unit: "µs", goal: 0.2 },
    { question: "the daemon's processor time for it", unit: "µs", goal: 0.25 },
  ]);
};
