// The packages that went into the bundles, and under which terms: what their authors ask to be handed on.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;

/** @param inputs the files of the bundles, as esbuild names them */
export function writeLicences(path, inputs) {
  const folders = inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  // uPlot goes into the page, whose files carry no names of where they come from.
  const all = new Set([...folders.filter(Boolean), "node_modules/uplot"]);
  const parts = [...all].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    );
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? "" : readFileSync(join(root, folder, file), "utf8").trim();
    const by = typeof author === "string" ? author : (author?.name ?? "its authors");
    return `${name} ${version} (${license ?? "see below"})\n\n${text || `By ${by}. No text of the licence comes with it.`}`;
  });
  writeFileSync(path, `${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
