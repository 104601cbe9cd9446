/** The documents that are made from the tables say what the tables say now. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pages } from "../../scripts/reference/pages.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const made = pages();

describe("the reference", () => {
  for (const [path, text] of made) {
    it(`${path} is what \`npm run docs\` writes`, () => {
      const there = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : "";
      assert.ok(there === text, `${path} is stale: run \`npm run docs\``);
    });
  }

  it("has no page that nothing makes", () => {
    const there = readdirSync(join(ROOT, "docs/reference")).map((name) => `docs/reference/${name}`);
    assert.deepEqual(
      there.filter((path) => !made.has(path)),
      [],
    );
  });

  it("has commands with something said of them, and notes that are no commands", () => {
    const man = made.get("man/supervisorctl.1") ?? "";
    assert.doesNotMatch(man, /^\.$|^\\fB\\fR$/m);
    assert.match(man, /^\.PP\nThe configuration is not read again: see reread and update\.$/m);
    assert.doesNotMatch(made.get("docs/reference/commands.md") ?? "", / $/m);
  });

  it("names the option, the method, the event and the log line that everybody knows", () => {
    const says = (name: string, what: RegExp) =>
      assert.match(made.get(`docs/reference/${name}.md`) ?? "", what);
    says("configuration", /`stopwaitsecs` \| Seconds to wait .*\| integer \| `10` \|/);
    says("rpc", /^### supervisor\.startProcess\(name, \[wait\]\)$/m);
    says("events", /`PROCESS_STATE_FATAL`/);
    says("commands", /`-n, --nodaemon`/);
    says("log-lines", /^\| INFO \| `spawned: '\{name\}' with pid \{pid\}` \|$/m);
  });
});
