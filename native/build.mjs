// Compiles the addon: `node native/build.mjs` -> dist/native/linux-<arch>-<libc>.node. No download, no node-gyp, no Python.
// CC: the compiler (default cc). SUPERVISORD_NATIVE_CFLAGS: more flags (sanitizers, -DNO_CLOSE_RANGE).
// SUPERVISORD_NODE_HEADERS: where node_api.h is. SUPERVISORD_NATIVE_OUT: another output file. SUPERVISORD_NATIVE_TARGET: `arm64-musl` and its like, for cross compilers.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const env = process.env;
const source = path("supervisord.c");
const script = path("build.mjs");
const libc = readFileSync("/proc/self/maps", "latin1").includes("/ld-musl-") ? "musl" : "glibc";
const target = env.SUPERVISORD_NATIVE_TARGET || `${process.arch}-${libc}`;
const output = env.SUPERVISORD_NATIVE_OUT || path(`../dist/native/linux-${target}.node`);
const extra = (env.SUPERVISORD_NATIVE_CFLAGS ?? "").split(/\s+/).filter(Boolean);

function fail(message) {
  console.error(`native: ${message}`);
  process.exit(1);
}

const age = (file) => statSync(file).mtimeMs;
const fresh = existsSync(output) && age(output) > Math.max(age(source), age(script));
// Other flags make another file: the stamp of one build says nothing about the next.
if (fresh && extra.length === 0) process.exit(0);

/** Those of the package node-api-headers, or, in an installed package, those that came with the running Node. */
function headersFolder() {
  try {
    return createRequire(import.meta.url)("node-api-headers").include_dir;
  } catch {
    const own = [env.SUPERVISORD_NODE_HEADERS, join(dirname(process.execPath), "../include/node")].filter(
      Boolean,
    );
    const found = own.find((folder) => existsSync(join(folder, "node_api.h")));
    if (found !== undefined) return found;
    fail(
      `node_api.h is not in ${own.join(" or ")}: run \`npm install --no-save node-api-headers\`, or name Node's include folder in SUPERVISORD_NODE_HEADERS`,
    );
  }
}

const headers = headersFolder();

const compiler = env.CC || "cc";
const [command, ...leading] = compiler.split(/\s+/).filter(Boolean);
mkdirSync(dirname(output), { recursive: true });
// Built aside and renamed: a process that has the old file loaded keeps it.
const temporary = `${output}.${process.pid}`;
const flags = [
  "-std=gnu11",
  "-shared",
  "-fPIC",
  "-O2",
  "-fvisibility=hidden",
  "-fno-strict-aliasing",
  "-Wall",
  "-Wextra",
];
const hardening = ["-Wl,-z,relro,-z,now", ...(extra.includes("-g") ? [] : ["-s"])];
const result = spawnSync(
  command,
  [...leading, ...flags, ...extra, "-I", headers, source, "-o", temporary, ...hardening],
  { stdio: "inherit" },
);
if (result.error !== undefined) {
  fail(
    result.error.code === "ENOENT"
      ? `no C compiler: \`${compiler}\` is not there. Install one (Debian: apt-get install gcc libc6-dev; Alpine: apk add gcc musl-dev) or set CC`
      : `cannot run \`${compiler}\`: ${result.error.message}`,
  );
}
if (result.status !== 0) {
  rmSync(temporary, { force: true });
  fail(`\`${compiler}\` failed on ${source}`);
}
renameSync(temporary, output);
