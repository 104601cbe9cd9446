// Builds the status page into dist/web/: script and style under names that change with what they hold, each also packed,
// and a manifest that maps the paths that are asked for to files.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const out = join(root, "dist/web");
const images = join(root, "web/images");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  absWorkingDir: join(root, "web"),
  entryPoints: ["app.ts"],
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const files = {};
const add = (path, name, bytes) => {
  writeFileSync(join(out, name), bytes);
  if (!name.endsWith(".png") && !name.endsWith(".gif")) {
    writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  files[path] = name;
};

let script = "";
for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
  const name = basename(path);
  add(`assets/${name}`, name, readFileSync(join(out, name)));
  if (entryPoint === "app.ts") script = `assets/${name}`;
}

const { outputFiles } = await build({
  absWorkingDir: root,
  stdin: {
    contents: '@import "./web/style.css"; @import "./node_modules/uplot/dist/uPlot.min.css";',
    resolveDir: root,
    loader: "css",
  },
  bundle: true,
  minify: true,
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  write: false,
  logLevel: "warning",
});
const css = outputFiles[0].contents;
const hash = createHash("sha256").update(css).digest("hex").slice(0, 8).toUpperCase();
const style = `assets/style-${hash}.css`;
add(style, basename(style), css);
files["stylesheets/supervisor.css"] = basename(style);

for (const name of readdirSync(images)) add(`images/${name}`, name, readFileSync(join(images, name)));
// When the files came to be, in whole seconds: those of a package carry the time that its packer gave them.
const time = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000)) * 1000;
writeFileSync(join(out, "manifest.json"), JSON.stringify({ files, script, style, time }));
