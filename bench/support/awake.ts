/** Latencies of machines that do not sleep. */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { inTurns } from "./report.ts";

/**
 * As `inTurns`, and keeps every core busy at idle priority meanwhile: whoever has work takes the core at once, and nobody measures
 * how long a virtual machine needs to wake a halted one (20 µs and more, twice in each round trip, more than the work itself).
 */
export const inTurnsAwake: typeof inTurns = async (rounds, measure) => {
  const spinners = cpus().map(() =>
    spawn("chrt", ["--idle", "0", "sh", "-c", "while :; do :; done"], { stdio: "ignore" }),
  );
  try {
    return await inTurns(rounds, measure);
  } finally {
    for (const spinner of spinners) spinner.kill("SIGKILL");
  }
};
