/** The files of the status page, which the build puts beside the bundle; read when they are first asked for. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Beside the bundle in `dist/`, or seen from `lib/sys/` in the sources. */
const PLACES = ["./web/", "../../dist/web/"];

const cache = new Map<string, Buffer | null>();

/** A file by its name, which must be one of the page's own; null where the build did not make it. */
export function readWebFile(name: string): Buffer | null {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const bytes = find(name);
  cache.set(name, bytes);
  return bytes;
}

function find(name: string): Buffer | null {
  for (const place of PLACES) {
    try {
      return readFileSync(fileURLToPath(new URL(place + name, import.meta.url)));
    } catch {
      // The other place, or none.
    }
  }
  return null;
}
