/**
 * Hours of random work over a hundred programs: `npm run soak -- [SECONDS [SEED]]`, an hour unless told otherwise. Prints
 * what was done and what was found; exits with 1 where anything is not as it should be.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Dice } from "../spec/support/config-oracle.ts";
import { Daemon } from "../spec/support/daemon-process.ts";
import { OURS } from "../spec/support/daemon-subject.ts";
import { pause, until } from "../spec/support/daemon-wait.ts";
import { descriptorsOf, residentOf, sleepsOf, zombiesOf } from "../spec/support/faults-daemon.ts";
import { checkSequences } from "./soak/sequences.ts";
import { bringUpToDate, doSomething } from "./soak/work.ts";
import { EMPTY, FULL, PROGRAMS } from "./soak/world.ts";

const SECONDS = Number(process.argv[2] ?? 3600);
const SEED = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const WORKERS = 4;
/** Resident memory may differ by what V8 keeps from one burst to the next. */
const SLACK = 24 << 20;
const MIB = 1 << 20;

const problems: string[] = [];
const counts = new Map<string, { done: number; faults: number }>();
const daemon = await Daemon.start(OURS, { config: EMPTY });

interface Gauge {
  readonly at: number;
  readonly descriptors: number;
  readonly resident: number;
}
const gauges: Gauge[] = [];

/** No programs, and quiet for as long as it takes to give memory back. */
async function atRest(): Promise<Gauge> {
  await until("all programs to be gone", () => bringUpToDate(daemon, EMPTY).then(() => true), 60_000);
  await daemon.rpc("supervisor.stopProcess", "notes", true).catch(() => undefined);
  await pause(15_000);
  return gauge();
}

const gauge = (): Gauge => ({
  at: performance.now(),
  descriptors: descriptorsOf(daemon.pid).length,
  resident: residentOf(daemon.pid),
});

async function worker(seed: number, end: number): Promise<void> {
  const dice = new Dice(seed);
  while (performance.now() < end) {
    const { name, fault } = await doSomething(daemon, dice);
    const count = counts.get(name) ?? { done: 0, faults: 0 };
    counts.set(name, { done: count.done + 1, faults: count.faults + (fault ? 1 : 0) });
    await pause(dice.below(30));
  }
}

console.log(
  `seed ${SEED}, ${SECONDS} s, ${PROGRAMS} programs, ${WORKERS} workers, ${cpus().length} cores, Node ${process.version}`,
);
await bringUpToDate(daemon, FULL);
const first = await atRest();
await daemon.rpc("supervisor.startProcess", "notes", true);
await bringUpToDate(daemon, FULL);

const begun = performance.now();
const end = begun + SECONDS * 1000;
const measuring = setInterval(() => {
  gauges.push(gauge());
}, 5000);
try {
  await Promise.all(Array.from({ length: WORKERS }, (_, n) => worker(SEED + n, end)));
} catch (error) {
  problems.push(`the work stopped: ${error instanceof Error ? error.stack : error}`);
}
clearInterval(measuring);
const worked = (performance.now() - begun) / 1000;

const last = await atRest();
const sleeps = sleepsOf(daemon.pid);
await pause(5000);
const wakeups = sleepsOf(daemon.pid) - sleeps;
const log = daemon.log();
const told = (pattern: RegExp): number => log.match(pattern)?.length ?? 0;
const { changes, illegal } = checkSequences(readFileSync(join(daemon.dir, "events"), "utf8"));
for (const text of illegal) problems.push(text);
if (last.descriptors > first.descriptors)
  problems.push(`descriptors: ${first.descriptors} before, ${last.descriptors} after`);
if (last.resident > first.resident + SLACK)
  problems.push(`resident memory: ${first.resident} before, ${last.resident} after`);
if (wakeups > 0) problems.push(`${wakeups} wake-ups in five seconds of rest`);
if (zombiesOf(daemon).length > 0) problems.push("zombies are left");
for (const pattern of [
  /internal error.*/g,
  /unexpected exception.*/g,
  /buffer overflowed.*/g,
  /^\S+ \S+ CRIT (?!Server).*/gm,
]) {
  for (const line of log.match(pattern) ?? []) problems.push(line);
}
daemon.signal("SIGTERM");
const exit = await daemon.reachExit();
if (exit?.code !== 0) problems.push(`the daemon ended with ${JSON.stringify(exit)}`);
await daemon.destroy();

const total = [...counts.values()].reduce((sum, { done }) => sum + done, 0);
const peak = (of: (gauge: Gauge) => number): number => Math.max(...gauges.map(of));
/** The busy hours' memory: the median of each fifth, which must not climb. */
const fifths = [0, 1, 2, 3, 4].map((n) => {
  const part = gauges.slice(Math.floor((gauges.length * n) / 5), Math.floor((gauges.length * (n + 1)) / 5));
  return part.map(({ resident }) => resident).sort((a, b) => a - b)[part.length >> 1] ?? 0;
});
console.log(`\n${total} deeds in ${worked.toFixed(0)} s\n\n| deed | done | of these refused |\n|--|--|--|`);
for (const [name, { done, faults }] of [...counts].sort()) console.log(`| ${name} | ${done} | ${faults} |`);
console.log("\n| change of state | times |\n|--|--|");
for (const [change, times] of [...changes].sort()) console.log(`| ${change} | ${times} |`);
console.log(`
spawned ${told(/INFO spawned:/g)}, SIGKILL after stopwaitsecs ${told(/with SIGKILL/g)}, log reopenings ${told(/supervisord logreopen/g)}, reloads ${told(/received SIGHUP/g)}
descriptors: ${first.descriptors} at rest before, ${peak((gauge) => gauge.descriptors)} at the most, ${last.descriptors} at rest after
resident memory in MiB: ${(first.resident / MIB).toFixed(1)} at rest before, ${(peak((gauge) => gauge.resident) / MIB).toFixed(1)} at the most, ${(last.resident / MIB).toFixed(1)} at rest after
medians of the five fifths: ${fifths.map((bytes) => (bytes / MIB).toFixed(1)).join(", ")}
wake-ups in five seconds at rest: ${wakeups}`);
console.log(
  problems.length === 0
    ? "\nnothing found"
    : `\n${problems.length} problems\n${problems.slice(0, 50).join("\n")}`,
);
process.exit(problems.length === 0 ? 0 : 1);
