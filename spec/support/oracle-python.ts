/** Runs a Python script that imports the installed original, with one JSON value in and one out. */
import { spawnSync } from "node:child_process";

/** `script` reads JSON from standard input and prints JSON; a failure throws with Python's own words. */
export function runOracle(script: string, input: unknown): unknown {
  const run = spawnSync("/usr/bin/python3", ["-c", script], {
    input: JSON.stringify(input),
    maxBuffer: 1 << 30,
    env: { ...process.env, PYTHONWARNINGS: "ignore" },
  });
  if (run.status !== 0) throw new Error(`the oracle failed: ${run.stderr.toString()}`);
  return JSON.parse(run.stdout.toString());
}
