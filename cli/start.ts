/** The first file of each command: runs the bundle beside it (scripts/build.mjs says which). */
import { join } from "node:path";
import { runCached } from "../lib/sys/code-cache.ts";

declare const BUNDLE: { readonly file: string; readonly digest: string };

const OLDEST = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  const here = `${process.execPath} is ${process.version}`;
  process.stderr.write(
    `this needs Node.js ${OLDEST} or newer, and ${here}: name another in SUPERVISORD_NODE\n`,
  );
  process.exit(1);
}
runCached(join(__dirname, BUNDLE.file), BUNDLE.digest, { exports: {}, require });
