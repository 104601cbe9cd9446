/** How does each cost grow with the number of programs? The original beside ours as far as it goes within reason. */
import { type Daemon, type Subject, startDaemon, until } from "./support/daemon.ts";
import { type Bench, type Row, rows } from "./support/report.ts";

const COUNTS = [10, 100, 1000, 5000] as const;

const CALLS = 10;

/** Beyond this the original takes minutes for each step. */
const ORIGINAL_GOES_TO = 1000;

const programs = (count: number) =>
  `[program:s]\ncommand=/bin/sleep 10000\nnumprocs=${count}\nprocess_name=%(program_name)s_%(process_num)04d\nautostart=false\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n`;

export const bench: Bench = async () => {
  const found: Row[] = [];
  for (const count of COUNTS) {
    const ours = await costs("ours", count);
    const original = count <= ORIGINAL_GOES_TO ? await costs("original", count) : null;
    const columns = {
      ours: ours.map((value) => [value / count]),
      original: ours.map((_, index) => (original === null ? [] : [(original[index] ?? 0) / count])),
    };
    found.push(
      ...rows(columns, [
        { question: `${count} programs: start of each`, unit: "ms", goal: null },
        { question: `${count} programs: status of each`, unit: "ms", goal: null },
        { question: `${count} programs: shutdown of each`, unit: "ms", goal: null },
      ]),
    );
  }
  return found;
};

/** Milliseconds to start all, to tell the state of all, and from SIGTERM to the end. */
async function costs(subject: Subject, count: number): Promise<[number, number, number]> {
  const daemon = await startDaemon(subject, programs(count), 20_000);
  const start = await timed(async () => {
    await daemon.rpc.call("supervisor.startAllProcesses", "<boolean>0</boolean>");
    await until(async () => (await running(daemon)) === count, 50);
  });
  const status = await timed(async () => {
    for (let call = 0; call < CALLS; call++) await running(daemon);
  });
  return [start, status / CALLS, await daemon.stop()];
}

async function running(daemon: Daemon): Promise<number> {
  return (await daemon.rpc.call("supervisor.getAllProcessInfo")).split("<string>RUNNING</string>").length - 1;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
