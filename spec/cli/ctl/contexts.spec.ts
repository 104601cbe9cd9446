import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { readContexts, writeContexts } from "../../../cli/ctl/contexts.ts";

describe("the file of contexts", () => {
  const folder = mkdtempSync(join(tmpdir(), "contexts-"));
  const path = join(folder, "contexts.ini");
  after(() => rmSync(folder, { recursive: true, force: true }));

  const roundTrip = async (username: string, password: string): Promise<void> => {
    const target = { serverurl: "http://h:9001", username, password };
    await writeContexts(path, { current: "true", byName: new Map([["true", target]]) });
    const { current, byName } = await readContexts(path);
    assert.equal(current, "true");
    assert.deepEqual(byName.get("true"), target);
  };

  it("gives back what ini would take for something else", async () => {
    const odd = ["true", "false", "null", "", " lead", "trail ", "a;b", "#a", ";", "a=b", "[x]", "1e3", "0"];
    const quoted = [
      `"`,
      `'`,
      `""`,
      `"x"`,
      `'x'`,
      `"\\"x\\""`,
      `a"b`,
      "\\",
      "\\;",
      "\\\\",
      "a\\",
      `"true"`,
      "\u00a0x",
      "\ufeff",
    ];
    for (const text of [...odd, ...quoted]) await roundTrip(text, text);
  });

  it("gives back any user name and password", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom(..."\"'\\;#=[] \ttrue.:") }),
    );
    await fc.assert(fc.asyncProperty(text, text, roundTrip), { numRuns: 1000 });
  });

  it("takes what is written by hand, and is its owner's alone", async () => {
    writeFileSync(
      path,
      "current = a\n[context.a]\nserverurl = unix:///x\nusername = joe\npassword = true\n[context.b]\n",
    );
    const { current, byName } = await readContexts(path);
    assert.equal(current, "a");
    assert.deepEqual([...byName], [["a", { serverurl: "unix:///x", username: "joe", password: "true" }]]);
    await writeContexts(path, { current, byName });
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});
