// Runs the specs: `node scripts/test.mjs [PATH...]`, each PATH a file or folder below spec/ (default: all of spec/).
// Every file runs in a process of its own, because the addon reaps every child of the process it is loaded in.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const wanted = process.argv.slice(2);

function specsBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((name) => name.endsWith(".spec.ts"))
    .sort();
}

const files = (wanted.length > 0 ? wanted : ["spec"]).flatMap((path) => specsBelow(join(root, path)));
if (files.length === 0) {
  console.error(`no spec below ${wanted.join(" ")}`);
  process.exit(1);
}
const concurrency = process.env.SPEC_CONCURRENCY ?? "2";
const { status, signal } = spawnSync(
  process.execPath,
  [
    "--import",
    "tsx",
    "--import",
    join(root, "spec/support/property-seed.ts"),
    "--test",
    `--test-concurrency=${concurrency}`,
    ...files,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(signal === null ? (status ?? 1) : 1);
