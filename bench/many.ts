/** What do 400 programs cost to start and to stop, and 500 to keep? */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSeconds, memory, pause, startDaemon, until } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";
import { running, sleepers } from "./support/sleepers.ts";

/** Milliseconds that 400 children take to end where nothing else is done than to kill them and to wait, in C. */
function killAndWait(rounds: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), "bench-stop-"));
  const program = join(folder, "kill-and-wait");
  const source = new URL("support/kill-and-wait.c", import.meta.url).pathname;
  execFileSync("cc", ["-O2", "-o", program, source]);
  const times = Array.from({ length: rounds }, () => Number(execFileSync(program, { encoding: "utf8" })));
  rmSync(folder, { recursive: true });
  return times;
}

export const bench: Bench = async () => {
  const columns = await inTurns(5, async (subject) => {
    const daemon = await startDaemon(subject, sleepers(400, false));
    const cpu = cpuSeconds(daemon.pid);
    const begun = performance.now();
    await daemon.rpc.call("supervisor.startAllProcesses", "<boolean>1</boolean>");
    await until(async () => running(await daemon.rpc.call("supervisor.getAllProcessInfo")) === 400);
    const wall = performance.now() - begun;
    const used = cpuSeconds(daemon.pid) - cpu;
    const stopBegun = performance.now();
    await daemon.rpc.call("supervisor.stopAllProcesses");
    const stop = performance.now() - stopBegun;
    await daemon.stop();
    return [wall, used * 1000, stop];
  });
  const kept = await inTurns(3, async (subject) => {
    const daemon = await startDaemon(subject, sleepers(500, true));
    await until(async () => running(await daemon.rpc.call("supervisor.getAllProcessInfo")) === 500);
    await pause(8000);
    const { rss, pss, dirty } = memory(daemon.pid);
    const shutdown = await daemon.stop();
    return [rss / 1024, pss / 1024, dirty / 1024, shutdown];
  });
  return [
    ...rows(columns, [
      { question: "start 400 programs: wall", unit: "ms", goal: 0.25 },
      { question: "start 400 programs: CPU of the daemon", unit: "ms", goal: 0.2 },
      { question: "stop 400 programs: wall", unit: "ms", goal: 0.5 },
    ]),
    {
      question: "stop 400 programs: wall against kill and wait in C",
      unit: "ms",
      original: killAndWait(9),
      ours: columns.ours[2] ?? [],
      goal: null,
    },
    ...rows(kept, [
      { question: "500 programs: RSS", unit: "MB", goal: 1.0 },
      { question: "500 programs: PSS", unit: "MB", goal: 1.0 },
      { question: "500 programs: private dirty", unit: "MB", goal: 0.6 },
      { question: "500 programs: SIGTERM to exit", unit: "ms", goal: 0.5 },
    ]),
  ];
};
