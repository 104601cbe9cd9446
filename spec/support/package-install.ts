/** The package as a user gets it: packed, and installed where there is neither network nor compiler. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "./daemon-subject.ts";

/** What the commands and npm use beside Node; no compiler, no Python, no make. */
const TOOLS = ["sh", "readlink", "cat", "env", "sleep"];

const which = (name: string): string =>
  execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();

/** Makes every addon, and the tarball in `folder`; gives its path and the files in it. */
export function pack(folder: string): { readonly tarball: string; readonly files: readonly string[] } {
  execFileSync(process.execPath, [join(ROOT, "scripts/prebuild.mjs")], { stdio: "pipe" });
  const told = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [{ filename, files }] = JSON.parse(told) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

/** The environment of a machine that has Node and nothing to build with. */
export function bareEnvironment(folder: string): Record<string, string> {
  const bin = join(folder, "bin");
  if (!existsSync(bin)) {
    mkdirSync(bin);
    for (const tool of TOOLS) symlinkSync(which(tool), join(bin, tool));
    symlinkSync(process.execPath, join(bin, "node"));
  }
  return { PATH: bin, HOME: folder, LC_ALL: "C.UTF-8", TZ: "UTC" };
}

/** Installs the tarball below `folder`, without a network; gives the folder of the package. */
export function install(folder: string, tarball: string): string {
  const npm = resolve(
    dirname(which("npm")),
    execFileSync("readlink", ["-f", which("npm")], { encoding: "utf8" }).trim(),
  );
  const done = spawnSync(
    which("unshare"),
    [
      "--net",
      process.execPath,
      npm,
      "install",
      "--no-audit",
      "--no-fund",
      "--omit=dev",
      "--prefix",
      folder,
      tarball,
    ],
    {
      cwd: folder,
      env: { ...bareEnvironment(folder), npm_config_cache: join(folder, "cache") },
      encoding: "utf8",
    },
  );
  if (done.status !== 0) throw new Error(`npm install: ${done.stdout}${done.stderr}`);
  return join(folder, "node_modules/supervisord-node");
}
