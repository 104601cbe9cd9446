// Runs the engine's specs with the daemon on other versions of Node.js: `npm run spec:nodes [VERSION...]`.
// The npm package `node` carries the binaries; they are kept in node_modules/.nodes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "26"];
const SPECS = [
  "spec/e2e/tutorial.spec.ts",
  "spec/e2e/pid1.spec.ts",
  "spec/e2e/docker-idioms.spec.ts",
  "spec/compat/process-scenarios.spec.ts",
];

let failed = false;
for (const version of versions) {
  const folder = join(root, "node_modules/.nodes", version);
  const bin = join(folder, "node_modules/node/bin");
  if (!existsSync(join(bin, "node"))) {
    mkdirSync(folder, { recursive: true });
    const words = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, `node@${version}`];
    spawnSync("npm", words, { cwd: folder, stdio: "inherit" });
  }
  const found = spawnSync(join(bin, "node"), ["--version"], { encoding: "utf8" });
  console.log(`daemon on Node.js ${found.stdout?.trim()}`);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const { status } = spawnSync(process.execPath, [join(root, "scripts/test.mjs"), ...SPECS], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  failed = failed || found.status !== 0 || status !== 0;
}
process.exit(failed ? 1 : 0);
