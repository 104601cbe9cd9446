// Builds what the package exports to programs: `supervisord-node/client` and the types of plug-ins.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [{ in: "lib/client/index.ts", out: "client" }],
  outdir: join(root, "dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // What `xmlrpc` requires of Node's own.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
});
export const clientInputs = Object.keys(metafile.inputs);

const types = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/typescript/bin/tsc"),
    ...["--ignoreConfig", "--declaration", "--emitDeclarationOnly", "--rewriteRelativeImportExtensions"],
    ...["--rootDir", ".", "--outDir", "dist/types", "--target", "es2022", "--module", "nodenext"],
    ...["--types", "node", "--strict", "--skipLibCheck", "--esModuleInterop", "--allowImportingTsExtensions"],
    "lib/client/index.ts",
    "lib/rpc/plugin-face.ts",
    "lib/daemon/result-handler.ts",
    "cli/ctl/plugin/face.ts",
  ],
  { cwd: root, stdio: "inherit" },
);
if (types.status !== 0) process.exit(types.status ?? 1);
