// Runs bench/main.ts with the questions named on the command line.
import { spawnSync } from "node:child_process";

const root = new URL("..", import.meta.url).pathname;
const { status } = spawnSync(
  process.execPath,
  ["--import", "tsx", "bench/main.ts", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
