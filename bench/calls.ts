/** What does a call cost, with 10, 100 and 1,000 programs? And a start and a stop that are waited for? */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, ON_ONE_CORE, startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, type Row, rows } from "./support/report.ts";

const idle = (count: number) =>
  `[program:s]\ncommand=/bin/sleep 1000\nnumprocs=${count}\nprocess_name=%(program_name)s_%(process_num)04d\nautostart=false\nstdout_logfile=NONE\nstderr_logfile=NONE\n[program:one]\ncommand=/bin/sleep 1000\nautostart=false\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n`;

const [PIN, ...CORE] = ON_ONE_CORE;
const SOURCE = new URL("./support/ask.c", import.meta.url).pathname;

const GOALS = [
  [10, 0.2],
  [100, 0.12],
  [1000, 0.12],
] as const;

export const bench: Bench = async () => {
  const result: Row[] = [];
  const folder = mkdtempSync(join(tmpdir(), "bench-client-"));
  const client = join(folder, "ask");
  execFileSync("cc", ["-O2", "-o", client, SOURCE]);
  /** Milliseconds for each of so many calls. */
  const ask = (daemon: Daemon, calls: number) =>
    Number(
      execFileSync(PIN, [
        ...CORE,
        client,
        `${daemon.folder}/s.sock`,
        String(calls),
        "supervisor.getAllProcessInfo",
      ]),
    ) / 1000;
  for (const [count, goal] of GOALS) {
    const columns = await inTurns(5, async (subject) => {
      const daemon = await startDaemon(subject, idle(count), undefined, ON_ONE_CORE);
      const calls = Math.max(20, Math.min(3000, 30_000 / count));
      ask(daemon, calls);
      const each = ask(daemon, calls);
      const pair = count === 10 ? [await startStop(daemon)] : [];
      await daemon.stop();
      return [each, ...pair];
    });
    result.push(
      ...rows(columns, [
        { question: `getAllProcessInfo of ${count} programs`, unit: "ms", goal },
        ...(count === 10
          ? [{ question: "startProcess and stopProcess, waited for", unit: "ms", goal: 0.05 }]
          : []),
      ]),
    );
  }
  rmSync(folder, { recursive: true });
  return result;
};

async function startStop(daemon: Daemon): Promise<number> {
  const rounds = 2;
  const begun = performance.now();
  for (let round = 0; round < rounds; round++) {
    await daemon.rpc.call("supervisor.startProcess", "<string>one</string>");
    await daemon.rpc.call("supervisor.stopProcess", "<string>one</string>");
  }
  return (performance.now() - begun) / rounds;
}
