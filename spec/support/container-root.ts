/**
 * A container without an engine: a root file system with Node, a shell and the installed package, and processes in namespaces
 * of their own in it, as a user that is not root, and as compose.yaml says: read only but for /tmp, no capabilities, no new privileges.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ROOT } from "./daemon-subject.ts";

/** As the image's user node. */
const USER = 1000;
const TOOLS = ["/bin/sh", "/bin/cat", "/bin/sleep", "/bin/readlink", "/usr/bin/env", "/usr/bin/setpriv"];

/** Copies a program and what it is linked with. */
export function copyWithLibraries(root: string, file: string, to = file): void {
  const put = (from: string, path: string): void => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(from, join(root, path));
    chmodSync(join(root, path), 0o755);
  };
  put(file, to);
  const { stdout } = spawnSync("ldd", [file], { encoding: "utf8" });
  for (const [, library = ""] of stdout.matchAll(/(\/\S+) \(0x/g)) put(library, library);
}

/** Makes the root file system below `root`, with the files of container/ where the Dockerfile puts them. */
export function makeRoot(root: string): void {
  mkdirSync(root, { recursive: true });
  for (const tool of TOOLS) copyWithLibraries(root, tool);
  copyWithLibraries(root, process.execPath, "/usr/bin/node");
  for (const folder of ["dev", "proc", "tmp", "etc/supervisor/conf.d"])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
  execFileSync("mknod", ["-m", "666", join(root, "dev/urandom"), "c", "1", "9"]);
  symlinkSync("/proc/self/fd", join(root, "dev/fd"));
  symlinkSync("/proc/self/fd/1", join(root, "dev/stdout"));
  symlinkSync("/proc/self/fd/2", join(root, "dev/stderr"));
  writeFileSync(join(root, "etc/passwd"), `root:x:0:0::/:/bin/sh\nnode:x:${USER}:${USER}::/tmp:/bin/sh\n`);
  writeFileSync(join(root, "etc/group"), `root:x:0:\nnode:x:${USER}:\n`);
  execFileSync("sh", [join(ROOT, "init/install.sh"), "--prefix", "/usr", "--no-conf"], {
    env: { ...process.env, DESTDIR: root },
    stdio: "pipe",
  });
  copyFileSync(join(ROOT, "container/supervisord.conf"), join(root, "etc/supervisor/supervisord.conf"));
}

/** A JSON array of the Dockerfile, such as CMD's. */
export function wordsOf(instruction: string): string[] {
  const text = readFileSync(join(ROOT, "container/Dockerfile"), "utf8").replaceAll("\\\n", "");
  const words = new RegExp(`^${instruction}\\b[^[]*(\\[.*\\])$`, "m").exec(text)?.[1];
  if (words === undefined) throw new Error(`no ${instruction} in the Dockerfile`);
  return JSON.parse(words) as string[];
}

export class Container {
  output = "";
  exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  readonly #child: ChildProcess;

  /** Runs what the image would, with these recipes. */
  constructor(root: string, recipes: readonly string[]) {
    const folder = join(root, "etc/supervisor/conf.d");
    for (const old of readdirSync(folder)) writeFileSync(join(folder, old), "");
    for (const recipe of recipes) copyFileSync(recipe, join(folder, basename(recipe)));
    // Not in a folder that is everybody's: there, fs.protected_fifos keeps root from a user's FIFO.
    const pipes = ["o", "e"].map((name) => `${root}.${name}`);
    execFileSync("rm", ["-f", ...pipes]);
    execFileSync("mkfifo", pipes);
    for (const pipe of pipes) chownSync(pipe, USER, USER);
    const inside =
      `mount --bind ${root} ${root} && mount -o remount,bind,ro ${root} && mount -t tmpfs tmpfs ${root}/tmp && ` +
      `mount -t proc proc ${root}/proc && exec chroot ${root} setpriv --reuid=${USER} --regid=${USER} --clear-groups ` +
      '--inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"';
    const script =
      `cat ${pipes[0]} & cat ${pipes[1]} >&2 & ` +
      "exec unshare --pid --mount --uts --ipc --net --fork --kill-child " +
      `sh -c '${inside}' sh "$@" >${pipes[0]} 2>${pipes[1]} </dev/null`;
    this.#child = spawn("sh", ["-c", script, "sh", ...wordsOf("ENTRYPOINT"), ...wordsOf("CMD")], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (bytes: Buffer) => {
      this.output += bytes.toString();
    });
    this.#child.stderr?.on("data", (bytes: Buffer) => {
      this.output += bytes.toString();
    });
    this.#child.on("close", (code, signal) => {
      this.exit = { code, signal };
    });
  }

  /** The daemon's pid out here. */
  get pid(): number {
    const { pid } = this.#child;
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .split(" ")
      .filter(Boolean)
      .map(Number);
    const inner = list.find((child) =>
      /^NSpid:\s+\d+\s+1$/m.test(readFileSync(`/proc/${child}/status`, "latin1")),
    );
    if (inner === undefined) throw new Error("there is no process 1");
    return inner;
  }

  /** A command in the container, as `docker exec` and health checks run it. */
  run(words: readonly string[]): { readonly status: number | null; readonly output: string } {
    const flags = [
      "--target",
      String(this.pid),
      "--mount",
      "--pid",
      "--net",
      "--root",
      "--wd",
      "-S",
      String(USER),
      "-G",
      String(USER),
    ];
    const { status, stdout, stderr } = spawnSync("nsenter", [...flags, "--", ...words], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      encoding: "utf8",
    });
    return { status, output: stdout + stderr };
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(this.pid, signal);
    } catch {
      this.#child.kill(signal);
    }
  }
}
