/** Runs the questions (all, or those named) and writes docs/benchmarks.md. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { type Bench, median, type Row, ratio, spread } from "./support/report.ts";

const here = new URL(".", import.meta.url);
const wanted = process.argv.slice(2);
const names = readdirSync(here)
  .filter((name) => name.endsWith(".ts") && name !== "main.ts")
  .map((name) => name.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

const all: Row[] = [];
for (const name of names) {
  const { bench } = (await import(new URL(`${name}.ts`, here).href)) as { bench: Bench };
  const found = await bench();
  all.push(...found);
  for (const row of found) console.log(line(row));
}

function line(row: Row): string {
  const figure = (values: readonly number[]) =>
    values.length === 0
      ? ""
      : `${median(values).toPrecision(3)} ±${(spread(values) * 100 || 0).toFixed(0)} %`;
  const met = row.goal === null ? "" : ratio(row) <= row.goal ? "met" : "**missed**";
  const goal = row.goal === null ? "" : `≤ ${row.goal}`;
  const unit = row.unit === "" ? "" : ` (${row.unit})`;
  return `| ${row.question}${unit} | ${figure(row.original)} | ${figure(row.ours)} | ${row.original.length === 0 ? "" : ratio(row).toPrecision(2)} | ${goal} | ${met} |`;
}

const page = new URL("../docs/benchmarks.md", here);

/** The rows that stand there, with those that were asked anew in their places; new questions come last. */
function merged(fresh: readonly string[]): string[] {
  const questionOf = (row: string) => row.split("|")[1]?.trim() ?? "";
  const found = new Map(fresh.map((row) => [questionOf(row), row]));
  if (wanted.length > 0 && existsSync(page)) {
    const standing = readFileSync(page, "utf8")
      .split("\n")
      .filter((row) => /^\| (?!question)/.test(row));
    return [
      ...new Map([...standing.map((row): [string, string] => [questionOf(row), row]), ...found]).values(),
    ];
  }
  return [...found.values()];
}

const version = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8" }).trim();
writeFileSync(
  page,
  `# Benchmarks

Ours beside the original (Supervisor ${version("/usr/bin/supervisord", "-v")} on ${version("/usr/bin/python3", "-V")}), in turns in one run: medians, and half the distance
between the quartiles. Node.js ${process.version}, ${cpus().length} cores. \`npm run bench\` makes this page; \`npm run bench -- startup calls\` asks single questions
anew. A ratio is ours by the original's: below 1 is better. In the rows against \`cat\`, and against kill and wait in C, these stand in place of the original.
Small calls and events are timed with the daemon and who talks to it on one core (bench/support/daemon.ts): in a virtual machine, waking another core can take longer than they do.

| question | original | ours | ratio | goal | |
|--|--|--|--|--|--|
${merged(all.map(line)).join("\n")}
`,
);
