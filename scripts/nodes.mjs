// Runs the engine's specs on other versions of Node.js, the specs themselves and the daemon: `npm run spec:nodes [VERSION...] [PATH...]`,
// e.g. `npm run spec:nodes 26 spec/sys`; `npm run spec:nodes -- --short` runs what differs most between versions, in half a minute each. The binaries are those of the npm package `node`, which has one package for each platform;
// they are kept in node_modules/.nodes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const words = process.argv.slice(2);
const wanted = words.filter((word) => /^\d/.test(word));
const paths = words.filter((word) => !/^\d|^--short$/.test(word));
const versions = wanted.length > 0 ? wanted : ["20", "22", "24", "26"];

/** What depends on the version: all that runs in the daemon and the commands. What is the same text everywhere (arch, docs) is left out. */
const ENGINE = [
  ...["core", "config", "wire", "sys", "log", "http", "rpc", "events", "daemon", "client", "cli", "web"],
  ...[
    "boot",
    "code-cache",
    "docker-idioms",
    "idle",
    "notify",
    "pid1",
    "plugins",
    "stdout-handler",
    "tutorial",
  ].map((name) => `e2e/${name}.spec.ts`),
  "compat/process-scenarios.spec.ts",
].map((path) => `spec/${path}`);

const SHORT = ["sys", "client", "cli/terminal.spec.ts", "e2e/pid1.spec.ts", "e2e/tutorial.spec.ts"].map(
  (path) => `spec/${path}`,
);

/** The folder with the binary of a version, fetched if need be; null where there is none to be had. */
function binOf(version) {
  const bin = join(root, "node_modules/.nodes", version);
  if (existsSync(join(bin, "node"))) return bin;
  const scratch = `${bin}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  try {
    const packed = spawnSync("npm", ["pack", "--silent", `node-linux-${process.arch}@${version}`], {
      cwd: scratch,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const tarball = packed.stdout?.trim().split("\n").pop() ?? "";
    const unpacked = spawnSync("tar", ["-xzf", tarball, "--strip-components=2", "package/bin/node"], {
      cwd: scratch,
      stdio: "inherit",
    });
    if (packed.status !== 0 || unpacked.status !== 0) return null;
    rmSync(join(scratch, tarball));
    renameSync(scratch, bin);
    return bin;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const failed = [];
for (const version of versions) {
  const bin = binOf(version);
  const node = bin === null ? "" : join(bin, "node");
  const found = bin === null ? null : spawnSync(node, ["--version"], { encoding: "utf8" });
  if (found?.status !== 0) {
    console.log(`Node.js ${version}: not to be had`);
    failed.push(version);
    continue;
  }
  console.log(`Node.js ${found.stdout.trim()}`);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const specs = paths.length > 0 ? paths : words.includes("--short") ? SHORT : ENGINE;
  const { status } = spawnSync(node, [join(root, "scripts/test.mjs"), ...specs], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  if (status !== 0) failed.push(version);
}
if (failed.length > 0) console.error(`failed on Node.js ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
