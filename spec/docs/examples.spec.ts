/** The code of docs/extending.md passes the compiler as its reader would call it: strict, and with nothing but the package. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;
const dir = mkdtempSync(join(tmpdir(), "examples-"));
after(() => rmSync(dir, { recursive: true }));

const COMPILER = {
  strict: true,
  noEmit: true,
  target: "es2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  allowJs: true,
  checkJs: true,
};

/** The compiler's complaints, one a line, about the files by their names; the package is installed beside them. */
function complaints(files: ReadonlyMap<string, string>): string {
  const home = join(dir, "node_modules/supervisord-node");
  mkdirSync(join(dir, "node_modules/@types"), { recursive: true });
  mkdirSync(home, { recursive: true });
  cpSync(join(ROOT, "package.json"), join(home, "package.json"));
  cpSync(join(ROOT, "dist/types"), join(home, "dist/types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"])
    symlinkSync(join(ROOT, "node_modules", name), join(dir, "node_modules", name));
  for (const [name, text] of files) writeFileSync(join(dir, name), text);
  const config = { compilerOptions: COMPILER, files: [...files.keys()] };
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify(config));
  return spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", dir], { cwd: dir, encoding: "utf8" }).stdout;
}

describe("the examples of docs/extending.md", () => {
  it("pass the compiler", () => {
    const text = readFileSync(join(ROOT, "docs/extending.md"), "utf8");
    const blocks = [...text.matchAll(/^```(ts|js)\n([\s\S]*?)^```$/gm)];
    assert.equal(blocks.length, 4);
    const files = new Map(
      blocks.map(([, language = "", code = ""], at) => [`example-${at}.m${language}`, code]),
    );
    // Ways of writing a method that the document does not show.
    files.set(
      "more.mts",
      `import type { PluginCall, RpcInterfaceFactory } from "supervisord-node/plugin";
const echo: PluginCall = (value) => value ?? "";
export const make: RpcInterfaceFactory = (daemon) => ({
  echo,
  both: { call: async (one, two) => [one ?? "", two ?? ""] },
  refuse: { arity: [0, 5], call: () => { throw daemon.fault(777, "NO: never"); } },
  method(value) { return value ?? ""; },
});
`,
    );
    assert.equal(complaints(files), "");
  });
});
