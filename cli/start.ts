/** The first file of each command: runs the bundle beside it (scripts/build.mjs says which). */
import { join } from "node:path";
import { runCached } from "../lib/sys/code-cache.ts";

declare const BUNDLE: { readonly file: string; readonly digest: string };

runCached(join(__dirname, BUNDLE.file), BUNDLE.digest, { exports: {}, require });
