/** How long does a plain supervisorctl take, the stock one beside ours, both asking our daemon? */
import { spawnSync } from "node:child_process";
import { startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const CLIENTS = {
  original: "/usr/bin/supervisorctl",
  ours: new URL("../dist/supervisorctl", import.meta.url).pathname,
} as const;

const MANY = `[program:cat]
command=/bin/cat
process_name=%(program_name)s_%(process_num)03d
numprocs=200
autostart=false
`;

export const bench: Bench = async () => {
  const daemon = await startDaemon("ours", MANY);
  const took = (client: string, ...words: readonly string[]): number => {
    const begun = performance.now();
    const run = spawnSync(client, ["-s", `unix://${daemon.folder}/s.sock`, ...words], { cwd: "/" });
    if (run.status === null || run.stdout.length === 0) throw new Error(`${client}: ${run.stderr}`);
    return performance.now() - begun;
  };
  try {
    const columns = await inTurns(15, async (subject) => [
      took(CLIENTS[subject], "pid"),
      took(CLIENTS[subject], "status", "cat:cat_000"),
      took(CLIENTS[subject], "status"),
    ]);
    return rows(columns, [
      { question: "supervisorctl pid", unit: "ms", goal: 0.5 },
      { question: "supervisorctl status of one", unit: "ms", goal: 0.5 },
      { question: "supervisorctl status of 200", unit: "ms", goal: 0.5 },
    ]);
  } finally {
    await daemon.stop();
  }
};
