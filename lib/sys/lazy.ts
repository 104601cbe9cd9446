/** Parts of Node that take milliseconds to load and that most runs never need. */
import type * as Crypto from "node:crypto";
import { createRequire } from "node:module";
import type * as Zlib from "node:zlib";

const load = createRequire(import.meta.url);

let crypto: typeof Crypto | null = null;

/** `node:crypto`, loaded when it is first wanted. */
export function cryptography(): typeof Crypto {
  crypto ??= load("node:crypto") as typeof Crypto;
  return crypto;
}

let zlib: typeof Zlib | null = null;

/** `node:zlib`, loaded when it is first wanted. */
export function compression(): typeof Zlib {
  zlib ??= load("node:zlib") as typeof Zlib;
  return zlib;
}
