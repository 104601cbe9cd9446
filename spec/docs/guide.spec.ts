/** Every command of the guide does what the guide says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ROOT } from "../support/daemon-subject.ts";
import { blocksOf, DocRun } from "../support/doc-runner.ts";
import { freePort } from "../support/free-port.ts";

const PAGES = [
  ...readdirSync(join(ROOT, "docs/guide")).map((name) => `docs/guide/${name}`),
  "docs/switching.md",
  "README.md",
];

/** Commands that need a machine of their own, and the spec that proves them in another form. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm install": "e2e/package",
  "npm pack": "e2e/package, e2e/container",
  "sudo sh": "e2e/debian",
  "sudo update-rc.d": "e2e/boot",
  "sudo ln": "e2e/boot",
  "sudo systemctl": "e2e/boot, e2e/notify; by hand scripts/try-systemd.sh",
  "supervisord --check": "cli/check",
  'sudo "$(command -v supervisord)"': "this spec, in every guide",
  journalctl: "e2e/boot",
  "kill -USR2": "compat/daemon-life",
  "npm ci && npm test": "what runs this very spec",
};

describe("the guide", { concurrency: 2 }, () => {
  for (const page of PAGES) {
    it(page, async () => {
      const run = new DocRun(await freePort());
      try {
        for (const block of blocksOf(page)) {
          await run.run(block).catch((error: unknown) => {
            throw new Error(
              `${page}:${block.line}: ${error instanceof Error ? error.message : String(error)}`,
            );
          });
        }
      } finally {
        await run.close();
      }
    });
  }

  it("has no code that this spec does not see", () => {
    for (const page of PAGES) {
      const fences = readFileSync(join(ROOT, page), "utf8").match(/^\s*(?:```|~~~)/gm) ?? [];
      assert.equal(fences.length, 2 * blocksOf(page).length, page);
    }
  });

  it("leaves to other specs only what needs a machine of its own", () => {
    const left = PAGES.flatMap((page) => blocksOf(page).filter(({ kind }) => kind === "elsewhere"));
    const commands = left.flatMap(({ text }) => text.split("\n").filter(Boolean));
    const unknown = commands.filter(
      (command) => !Object.keys(ELSEWHERE).some((known) => command.startsWith(known)),
    );
    assert.deepEqual(unknown, []);
  });
});
