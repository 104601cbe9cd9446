/** What a plain command line loads: the original's commands, and nothing that they do not need. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { build } from "esbuild";

const ROOT = new URL("../..", import.meta.url).pathname;

/** The files behind static imports alone: what runs before the first command does. */
async function loadedAtOnce(): Promise<{ readonly files: readonly string[]; readonly bytes: number }> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["cli/supervisorctl.ts"],
    outdir: "unwritten",
    write: false,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    metafile: true,
    logLevel: "error",
  });
  const entry = Object.keys(metafile.outputs).find(
    (name) => metafile.outputs[name]?.entryPoint === "cli/supervisorctl.ts",
  );
  const files = new Set<string>();
  let bytes = 0;
  const visit = (name: string): void => {
    const output = metafile.outputs[name];
    if (output === undefined || files.has(name)) return;
    files.add(name);
    bytes += output.bytes;
    for (const input of Object.keys(output.inputs)) files.add(input);
    for (const { path, kind } of output.imports) if (kind === "import-statement") visit(path);
  };
  visit(entry ?? "");
  return { files: [...files].filter((name) => name.endsWith(".ts") || name.includes("node_modules")), bytes };
}

describe("a plain supervisorctl status", () => {
  it("loads no package, no native addon, nothing of our own commands, and no line editor", async () => {
    const { files, bytes } = await loadedAtOnce();
    assert.ok(files.includes("cli/ctl/commands/status.ts"), files.join("\n"));
    const heavy = files.filter(
      (name) =>
        name.includes("node_modules") ||
        name.includes("/extra/") ||
        /addon|line-editor|line-reader|lib\/daemon/.test(name),
    );
    assert.deepEqual(heavy, []);
    assert.ok(bytes < 250_000, `${bytes} bytes`);
  });
});
