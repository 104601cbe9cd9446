/** Links between documents lead somewhere. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"), { recursive: true })
    .map((name) => join("docs", String(name)))
    .filter((name) => name.endsWith(".md")),
];

/** Written by a command that takes long, and on the machine that it speaks of. */
const MADE = ["docs/benchmarks.md"];

const anchorsOf = (text: string): string[] => [
  ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? ""),
  ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  ),
];

const linksOf = (document: string): string[] => {
  const text = readFileSync(join(ROOT, document), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? "")
    .filter((target) => !/^\w+:/.test(target));
};

/** What npm would pack; what is built counts as much as it is there. */
function packed(): string[] {
  const words = ["pack", "--dry-run", "--ignore-scripts", "--json"];
  const told = execFileSync("npm", words, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(told) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

describe("documents", () => {
  it("in the package link to what is in the package", () => {
    const files = packed();
    const has = (path: string) =>
      files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, "")}/`));
    const broken = files
      .filter((path) => path.endsWith(".md"))
      .flatMap((document) =>
        linksOf(document)
          .map((target) => target.split("#")[0] ?? "")
          .filter((path) => path !== "" && !has(normalize(join(dirname(document), path))))
          .map((path) => `${document}: ${path}`),
      );
    assert.deepEqual(broken, []);
  });

  it("link to files and headings that are there", () => {
    const broken = documents.flatMap((document) => {
      return linksOf(document)
        .filter((target) => {
          const [path = "", anchor] = target.split("#");
          const file = path === "" ? document : normalize(join(dirname(document), path));
          if (MADE.includes(file)) return false;
          if (!existsSync(join(ROOT, file))) return true;
          return anchor !== undefined && !anchorsOf(readFileSync(join(ROOT, file), "utf8")).includes(anchor);
        })
        .map((target) => `${document}: ${target}`);
    });
    assert.deepEqual(broken, []);
  });
});

describe("the picture of the status", () => {
  it("shows the programs of the example in the states that the README tells", () => {
    const rows = (text: string): string[] =>
      [...text.matchAll(/^(\S+) +([A-Z]+) /gm)].map(([, name, state]) => `${name} ${state}`);
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const drawing = readFileSync(join(ROOT, "docs/images/status.svg"), "utf8");
    const drawn = drawing.replaceAll("</tspan>", " ").replace(/<[^>]*>/g, "");
    assert.equal(rows(readme).length, 6);
    assert.deepEqual(rows(drawn), rows(readme));
  });
});

describe("the figures of the README", () => {
  it("promise no more than docs/benchmarks.md has measured", () => {
    const cells = (text: string): string[][] =>
      [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
    const measured = new Map(
      cells(readFileSync(join(ROOT, "docs/benchmarks.md"), "utf8")).map((row) => [row[0], Number(row[3])]),
    );
    const promised = cells(readFileSync(join(ROOT, "README.md"), "utf8")).slice(1);
    assert.equal(promised.length, 5);
    for (const [question = "", most] of promised) {
      const ratio = measured.get(question);
      assert.ok(ratio !== undefined && ratio <= Number(most), `${question}: ${ratio}, promised ${most}`);
    }
  });
});
