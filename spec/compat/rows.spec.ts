/** Each difference that a spec of this folder allows has its row in docs/compat.md. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ROOT } from "../support/daemon-subject.ts";

const here = join(ROOT, "spec/compat");
const document = readFileSync(join(ROOT, "docs/compat.md"), "utf8");
const rows = new Set([...document.matchAll(/^\| ([\w-]+) \|/gm)].map(([, id]) => id));

describe("docs/compat.md", () => {
  const sources = readdirSync(here, { recursive: true }).map(String);
  for (const name of sources.filter((each) => each.endsWith(".ts"))) {
    const used = [...readFileSync(join(here, name), "utf8").matchAll(/\brow: "([^"]+)"/g)].map(
      ([, id]) => id,
    );
    if (used.length === 0) continue;
    it(`has the rows that ${name} names`, () => {
      assert.deepEqual(
        used.filter((id) => !rows.has(id)),
        [],
      );
    });
  }
});
