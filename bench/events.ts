/** How long does an event take through a pool with one listener that answers at once? */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSeconds, ON_ONE_CORE, pause, type Subject, startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, type Row, rows } from "./support/report.ts";

const BATCH = 1_000;

/** How many programs run beside the listener, and how many events go through it. */
const CASES = [
  { programs: 0, events: 20_000, goal: null },
  { programs: 100, events: 20_000, goal: 0.2 },
] as const;

const SOURCE = new URL("../fixtures/listeners/fast.c", import.meta.url).pathname;

const config = (listener: string, events: number, programs: number) => `[eventlistener:fast]
command=${listener} %F%/go ${events} %F%/report
events=REMOTE_COMMUNICATION
buffer_size=${events}
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE
${programs === 0 ? "" : idle(programs)}`;

const idle = (count: number) => `[program:idle]
command=/bin/sleep 1000
numprocs=${count}
process_name=%(program_name)s_%(process_num)d
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
  const found: Row[] = [];
  for (const { programs, events, goal } of CASES) {
    const columns = await inTurns(3, (subject) =>
      through(subject, config(listener, events, programs), events),
    );
    const beside = programs === 0 ? "" : `, beside ${programs} programs`;
    found.push(
      ...rows(columns, [
        { question: `an event through a listener that answers at once${beside}`, unit: "µs", goal },
        { question: `the daemon's processor time for it${beside}`, unit: "µs", goal },
      ]),
    );
  }
  rmSync(folder, { recursive: true });
  return found;
};

/** Microseconds for each event, and of the daemon's processor time. */
async function through(subject: Subject, programs: string, events: number): Promise<[number, number]> {
  const daemon = await startDaemon(subject, programs, undefined, ON_ONE_CORE);
  const calls = `<array><data>${ONE.repeat(BATCH)}</data></array>`;
  for (let sent = 0; sent < events; sent += BATCH) await daemon.rpc.call("system.multicall", calls);
  const before = cpuSeconds(daemon.pid);
  const report = join(daemon.folder, "report");
  writeFileSync(join(daemon.folder, "go"), "");
  while (!existsSync(report) || readFileSync(report, "utf8") === "") await pause(5);
  const took = Number(readFileSync(report, "utf8")) / 1000;
  const cpu = cpuSeconds(daemon.pid) - before;
  await daemon.stop();
  return [(took * 1e6) / events, (cpu * 1e6) / events];
}
