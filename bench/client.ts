/** How long does a plain supervisorctl take, the stock one beside ours, both asking our daemon? */
import { spawnSync } from "node:child_process";
import { type Daemon, startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const CLIENTS = {
  original: "/usr/bin/supervisorctl",
  ours: new URL("../dist/supervisorctl", import.meta.url).pathname,
} as const;

const programs = (count: number): string => `[program:cat]
command=/bin/cat
process_name=%(program_name)s_%(process_num)04d
numprocs=${count}
autostart=false
`;

export const bench: Bench = async () => {
  const few = await startDaemon("ours", programs(10));
  const many = await startDaemon("ours", programs(1000));
  const took = (daemon: Daemon, client: string, ...words: readonly string[]): number => {
    const begun = performance.now();
    const run = spawnSync(client, ["-s", `unix://${daemon.folder}/s.sock`, ...words], { cwd: "/" });
    if (run.status === null || run.stdout.length === 0) throw new Error(`${client}: ${run.stderr}`);
    return performance.now() - begun;
  };
  try {
    const columns = await inTurns(15, async (subject) => [
      took(few, CLIENTS[subject], "pid"),
      took(few, CLIENTS[subject], "status"),
      took(many, CLIENTS[subject], "status"),
    ]);
    return rows(columns, [
      { question: "supervisorctl pid", unit: "ms", goal: 0.5 },
      { question: "supervisorctl status of 10", unit: "ms", goal: 0.5 },
      { question: "supervisorctl status of 1000", unit: "ms", goal: 0.33 },
    ]);
  } finally {
    await few.stop();
    await many.stop();
  }
};
