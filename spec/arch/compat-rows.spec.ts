/** docs/compat.md is the list of differences: every case that allows one names a row, and every row the specs that show it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;

interface Row {
  readonly id: string;
  readonly specs: readonly string[];
}

const rows: readonly Row[] = readFileSync(join(ROOT, "docs/compat.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| [a-z0-9-]+ \|/.test(line) && !line.startsWith("| id |"))
  .map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    return { id: cells[1] ?? "", specs: (cells[4] ?? "").split(", ").filter((spec) => spec !== "") };
  });

const named = readdirSync(join(ROOT, "spec"), { recursive: true })
  .map((name) => join(ROOT, "spec", String(name)))
  .filter((path) => path.endsWith(".ts"))
  .flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/\brow: *"([a-z0-9-]+)"/g)].map(([, id]) => id ?? ""),
  );

describe("docs/compat.md", () => {
  it("has a row for every difference that a case allows", () => {
    const known = new Set(rows.map(({ id }) => id));
    assert.ok(named.length > 20, "the cases were found");
    assert.deepEqual([...new Set(named)].filter((id) => !known.has(id)).sort(), []);
  });

  it("names each difference once", () => {
    const ids = rows.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it("names specs that show it: each has its id behind a test's title, or as the row of a case", () => {
    const missing = rows.flatMap(({ id, specs }) => {
      // `(id)` or `(id, id)` at the end of a text.
      const title = new RegExp(`[( ]${id}(?:, [a-z0-9, -]+)?\\)["\`]`);
      const shows = (text: string): boolean => text.includes(`row: "${id}"`) || title.test(text);
      return specs.filter((spec) => !textsOf(spec).some(shows)).map((spec) => `${id}: ${spec}`);
    });
    assert.deepEqual(missing, []);
  });

  it("has a spec for every row", () => {
    assert.deepEqual(
      rows.filter(({ specs }) => specs.length === 0).map(({ id }) => id),
      [],
    );
  });
});

/** What a row's spec is made of: a file and the scenes that it plays, or all files of a folder. None where there is none. */
function textsOf(spec: string): readonly string[] {
  const file = join(ROOT, "spec", `${spec}.spec.ts`);
  if (existsSync(file)) {
    const text = readFileSync(file, "utf8");
    const scenes = [...text.matchAll(/ from "(\.\/[^"]+)";/g)].map(([, path]) =>
      join(dirname(file), path ?? ""),
    );
    return [text, ...scenes.map((path) => readFileSync(path, "utf8"))];
  }
  const folder = join(ROOT, "spec", spec);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}
