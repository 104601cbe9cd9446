/**
 * Starting a bundled command from what V8 compiled the last time, as Python starts from its `.pyc` files: in a folder
 * `cache` beside the bundle, one file for each bundle and Node. What cannot be read or written is done without.
 */
import {
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** What a CommonJS file is given. */
type Scope = Pick<NodeJS.Module, "exports"> & { readonly require: NodeJS.Require };

/** What the first file of a command leaves for its bundle. */
interface Left {
  /** How to save what was compiled. */
  [SAVE]?: (() => void) | undefined;
  /** A script that was not loaded as a file cannot import by itself. */
  [IMPORT]?: Importer;
}
type Importer = (url: string) => Promise<Record<string, unknown>>;
const SAVE = Symbol.for("supervisord.saveCodeCache");
const IMPORT = Symbol.for("supervisord.import");
const left = globalThis as typeof globalThis & Left;
const importHere: Importer = (url) => import(url);

/** Whose word counts as much as the bundle's own: the bundle's owner's, and root's. */
const isTrusted = (uid: number, bundle: Stats): boolean => uid === 0 || uid === bundle.uid;

/**
 * Runs the CommonJS bundle at `path`. `digest` names its content, so that a cache of another content is never taken. Saved
 * is at the end, where nobody has asked before (see {@link saveCodeCache}).
 */
export function runCached(path: string, digest: string, scope: Scope): void {
  const cache = join(
    dirname(path),
    "cache",
    `${basename(path, ".cjs")}-${digest}-${process.version}-${process.arch}`,
  );
  const bundle = statSync(path);
  const cachedData = readCache(cache, bundle);
  // Bundles are ASCII, and so is the source one byte a character.
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(path, "latin1")}\n})`;
  const script = new Script(source, {
    filename: path,
    ...(cachedData === null ? {} : { cachedData }),
  });
  if (cachedData === null || script.cachedDataRejected === true) saveLater(script, cache, bundle);
  left[IMPORT] = importHere;
  script.runInThisContext()(scope.exports, scope.require, scope, path, dirname(path));
}

function readCache(path: string, bundle: Stats): Buffer | null {
  try {
    const fd = openSync(path, "r");
    try {
      const { uid, mode } = fstatSync(fd);
      return isTrusted(uid, bundle) && (mode & 0o022) === 0 ? readFileSync(fd) : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

function saveLater(script: Script, path: string, bundle: Stats): void {
  if (!isTrusted(process.geteuid?.() ?? -1, bundle)) return;
  const save = (): void => {
    if (left[SAVE] === undefined) return;
    left[SAVE] = undefined;
    writeCache(path, script.createCachedData(), bundle);
  };
  left[SAVE] = save;
  process.once("exit", save);
}

/** Whole or not at all: another process may read it at any time. */
function writeCache(path: string, bytes: Buffer, bundle: Stats): void {
  const fresh = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(fresh, "wx");
    try {
      writeFileSync(fd, bytes);
      fchmodSync(fd, bundle.mode & 0o644);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
  } catch {
    try {
      unlinkSync(fresh);
    } catch {
      // It was never there.
    }
  }
}

/**
 * Saves what has been compiled so far, if it is to be saved at all: for a program that runs for long, as soon as its start is
 * behind it. V8 refuses a cache that was made under other flags, so this comes before any are changed.
 */
export const saveCodeCache = (): void => left[SAVE]?.();

/** `import` of an absolute URL, in a bundle too. */
export const importUrl: Importer = (url) => (left[IMPORT] ?? importHere)(url);
