// Writes docs/reference and the man pages from the tables: `npm run docs`. Needs the addon (npm run build:native).
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pages } from "./reference/pages.ts";

const root = new URL("..", import.meta.url).pathname;
for (const [path, text] of pages()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
