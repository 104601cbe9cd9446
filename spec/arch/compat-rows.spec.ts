/** docs/compat.md is the list of differences: every case that allows one names a row, and every row a spec that exists. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

  it("names specs that are there", () => {
    const missing = rows.flatMap(({ id, specs }) =>
      specs
        .filter(
          (spec) =>
            !existsSync(join(ROOT, "spec", spec)) && !existsSync(join(ROOT, "spec", `${spec}.spec.ts`)),
        )
        .map((spec) => `${id}: ${spec}`),
    );
    assert.deepEqual(missing, []);
  });
});
