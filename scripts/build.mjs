// Builds everything into dist/: the native addon, the bundled commands, and their launchers.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");

const DAEMON_FLAGS = "--max-semi-space-size=1 --expose-gc --no-memory-reducer";
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
  entryPoints: COMMANDS.map(({ name, source }) => ({ in: source, out: name })),
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
  define: { "import.meta.url": "__bundleUrl" },
  alias: { "@colors/colors/safe": join(root, "scripts/no-colours.cjs") },
  banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
  metafile: true,
  logLevel: "warning",
});

writeFileSync(join(dist, "package.json"), '{ "type": "commonjs" }\n');
const template = readFileSync(join(root, "scripts/launcher.sh"), "utf8");
for (const { name, flags } of COMMANDS) {
  const path = join(dist, name);
  writeFileSync(
    path,
    template.replaceAll("@NAME@", name).replaceAll("@FLAGS@ ", flags === "" ? "" : `${flags} `),
  );
  chmodSync(path, 0o755);
}

const { clientInputs } = await import("./build-client.mjs");
await import("./build-web.mjs");
const { writeLicences } = await import("./licences.mjs");
writeLicences(join(dist, "THIRD-PARTY.txt"), [...Object.keys(metafile.inputs), ...clientInputs]);
