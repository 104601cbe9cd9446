/** What does it cost to take children's output: a line a second of 200, and a gigabyte of one? */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSeconds, pause, startDaemon, until } from "./support/daemon.ts";
import { type Bench, inTurns, median, type Row, rows } from "./support/report.ts";

const CHATTER =
  "[program:c]\ncommand=/bin/sh -c 'while :; do echo a line of log output that is fairly ordinary; sleep 1; done'\nnumprocs=200\nprocess_name=%(program_name)s_%(process_num)03d\nstopasgroup=true\nstderr_logfile=NONE\n";

const GIGABYTE = 1 << 30;
const FLOOD = `[program:flood]\ncommand=/bin/dd if=/dev/zero bs=64k count=${GIGABYTE / 65536}\nautostart=false\nautorestart=false\nstartsecs=0\nstdout_logfile=%F%/flood.log\nstdout_logfile_maxbytes=50MB\nstdout_logfile_backups=1\nstderr_logfile=NONE\n`;

export const bench: Bench = async () => [...(await chatter()), ...(await flood())];

async function chatter(): Promise<Row[]> {
  const seconds = 10;
  const columns = await inTurns(3, async (subject) => {
    const daemon = await startDaemon(subject, CHATTER);
    await pause(4000);
    const before = cpuSeconds(daemon.pid);
    await pause(seconds * 1000);
    const used = cpuSeconds(daemon.pid) - before;
    await daemon.stop();
    return [(used / seconds) * 100];
  });
  return rows(columns, [
    { question: "200 programs, one line a second: CPU", unit: "% of a core", goal: 0.1 },
  ]);
}

async function flood(): Promise<Row[]> {
  const columns = await inTurns(5, async (subject) => {
    const daemon = await startDaemon(subject, FLOOD);
    const before = cpuSeconds(daemon.pid);
    const begun = performance.now();
    await daemon.rpc.call("supervisor.startProcess", "<string>flood</string>", "<boolean>0</boolean>");
    await until(
      async () =>
        (await daemon.rpc.call("supervisor.getProcessInfo", "<string>flood</string>")).includes("EXITED"),
      20,
    );
    const wall = performance.now() - begun;
    const used = cpuSeconds(daemon.pid) - before;
    await daemon.stop();
    return [wall, used * 1000];
  });
  const cat: number[] = [];
  for (let round = 0; round < 5; round++) cat.push(catCpu());
  const [, oursCpu = []] = columns.ours;
  return [
    ...rows(columns, [
      { question: "1 GB of one child into a rotated file: wall", unit: "ms", goal: 0.65 },
      { question: "1 GB of one child into a rotated file: CPU", unit: "ms", goal: 0.65 },
    ]),
    {
      question: "1 GB of one child: CPU against `cat > file`",
      unit: "ms",
      original: cat,
      ours: oursCpu,
      goal: 1.2,
      note: `cat: ${median(cat).toFixed(0)} ms`,
    },
  ];
}

/** Processor milliseconds of `cat` doing the same: from a pipe into a file. */
function catCpu(): number {
  const folder = mkdtempSync(join(tmpdir(), "bench-cat-"));
  const file = join(folder, "out");
  const script = `dd if=/dev/zero bs=64k count=${GIGABYTE / 65536} 2>/dev/null | { cat > ${file}; times; }`;
  const { stdout } = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
  if (statSync(file).size !== GIGABYTE) throw new Error("cat lost something");
  rmSync(folder, { recursive: true });
  const children = stdout.trim().split("\n")[1] ?? "";
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    (match) => Number(match[1]) * 60 + Number(match[2]),
  );
  return times.reduce((sum, time) => sum + time, 0) * 1000;
}
