import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

/** What exists at run time: types are gone by then, and plug-ins have them from the package. */
const valuesImported = (text: string): string[] =>
  [...text.matchAll(/^import (?!type\b)[^;]*? from "([^"]+)";/gms)].map((match) => match[1] ?? "");

describe("the plug-ins that are built in", () => {
  for (const name of ["twiddler", "cache"]) {
    it(`${name} does with what any plug-in gets, and a function that lays out text`, () => {
      const path = new URL(`../../lib/rpc/${name}.ts`, import.meta.url);
      assert.deepEqual(valuesImported(readFileSync(path, "utf8")), ["./help.ts"]);
    });
  }
});
