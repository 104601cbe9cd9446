// Builds everything into dist/: the native addon, the bundled commands, and their launchers.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");

// Only what V8 does not count among the flags that compiled code depends on (lib/sys/memory.ts). One thread to collect
// garbage and to optimise is plenty, and each has a heap of its own.
const DAEMON_FLAGS = "--no-memory-reducer --v8-pool-size=1";
const COMMANDS = [
  { name: "supervisord", source: "cli/supervisord.ts", flags: DAEMON_FLAGS },
  { name: "supervisorctl", source: "cli/supervisorctl.ts", flags: "" },
  { name: "echo_supervisord_conf", source: "cli/echo-supervisord-conf.ts", flags: "" },
  { name: "pidproxy", source: "cli/pidproxy.ts", flags: "" },
].filter(({ source }) => existsSync(join(root, source)));

mkdirSync(dist, { recursive: true });
const native = spawnSync(process.execPath, [join(root, "native/build.mjs")], { stdio: "inherit" });
if (native.status !== 0) process.exit(native.status ?? 1);

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: COMMANDS.map(({ name, source }) => ({ in: source, out: `${name}.bundle` })),
  outdir: dist,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // Bundles are CommonJS, which has no import.meta: the addon is looked for beside the bundle.
  // What winston loads of its own accord is half of the daemon's start, and none of it is used: a diagnosis of itself in
  // colours, and a copy of Node's streams.
  define: { "import.meta.url": "__bundleUrl", "process.env.NODE_ENV": '"production"' },
  alias: {
    "@colors/colors/safe": join(root, "scripts/bundle/no-colours.cjs"),
    "readable-stream/lib/_stream_writable.js": join(root, "scripts/bundle/stream-writable.cjs"),
    "readable-stream": "node:stream",
  },
  banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
  metafile: true,
  logLevel: "warning",
});

writeFileSync(join(dist, "package.json"), '{ "type": "commonjs" }\n');
for (const { name } of COMMANDS) {
  const file = `${name}.bundle.cjs`;
  const digest = createHash("sha256")
    .update(readFileSync(join(dist, file)))
    .digest("hex")
    .slice(0, 16);
  await build({
    absWorkingDir: root,
    entryPoints: [{ in: "cli/start.ts", out: name }],
    outdir: dist,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    define: { BUNDLE: JSON.stringify({ file, digest }) },
    logLevel: "warning",
  });
}
const template = readFileSync(join(root, "scripts/launcher.sh"), "utf8");
/** The C library otherwise gives each of Node's threads a heap of its own. The programs are not told (lib/sys/host.ts). */
const ONE_HEAP = `if [ -z "\${MALLOC_ARENA_MAX+set}" ]; then
  export MALLOC_ARENA_MAX=1 SUPERVISORD_ARENA_MAX=1
fi
`;
for (const { name, flags } of COMMANDS) {
  const path = join(dist, name);
  writeFileSync(
    path,
    template
      .replaceAll("@NAME@", name)
      .replaceAll("@FLAGS@ ", flags === "" ? "" : `${flags} `)
      .replace("# @DAEMON@\n", name === "supervisord" ? ONE_HEAP : ""),
  );
  chmodSync(path, 0o755);
}

const { clientInputs } = await import("./build-client.mjs");
await import("./build-web.mjs");
const { writeLicences } = await import("./licences.mjs");
writeLicences(join(dist, "THIRD-PARTY.txt"), [...Object.keys(metafile.inputs), ...clientInputs]);

rmSync(join(dist, "cache"), { recursive: true, force: true });
copyFileSync(join(root, "scripts/warm.mjs"), join(dist, "warm.mjs"));
await import("../dist/warm.mjs");
