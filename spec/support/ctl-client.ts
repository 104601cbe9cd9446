/** The two clients, stock and ours, run as programs: same words, same folder, same environment. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = new URL("../..", import.meta.url).pathname;

export const STOCK_CTL = "/usr/bin/supervisorctl";

/** Nothing of the caller's but PATH. */
const BASE_ENV: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  HOME: "/nonexistent",
};

let bundled: Promise<string> | undefined;

/** Our client as a user has it: bundled, behind its launcher, readable by everybody. Made once for each spec file. */
export function ownCtl(): Promise<string> {
  bundled ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "ctl-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    await build({
      absWorkingDir: ROOT,
      entryPoints: ["cli/supervisorctl.ts"],
      outfile: join(folder, "supervisorctl.cjs"),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      define: { "import.meta.url": "__bundleUrl" },
      banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
      logLevel: "error",
    });
    const launcher = readFileSync(join(ROOT, "scripts/launcher.sh"), "utf8");
    const path = join(folder, "supervisorctl");
    writeFileSync(path, launcher.replaceAll("@NAME@", "supervisorctl").replaceAll("@FLAGS@ ", ""));
    chmodSync(path, 0o755);
    return path;
  })();
  return bundled;
}

export interface CtlRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface CtlOptions {
  readonly cwd?: string;
  /** What is typed: all of it, then the end of input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Interrupts the client once it has said this, and a little later, in case it says more: for commands without an end. */
  readonly interruptAfter?: RegExp;
}

/** How long a client that has said what it is to say may take to say too much. */
const MORE_MS = 300;
const DEADLINE_MS = 60_000;

/** Runs a client to its end. Rejects when it does not come to one. */
export function runCtl(program: string, args: readonly string[], options: CtlOptions = {}): Promise<CtlRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...BASE_ENV, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let interruption: NodeJS.Timeout | undefined;
    child.stdout.on("data", (bytes: Buffer) => {
      stdout += bytes.toString();
      if (options.interruptAfter?.test(stdout) === true)
        interruption ??= setTimeout(() => child.kill("SIGINT"), MORE_MS);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${program} ${args.join(" ")} does not end\n${stdout}${stderr}`));
    }, DEADLINE_MS);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(interruption);
      clearTimeout(deadline);
      resolve({ stdout, stderr, code });
    });
  });
}

/** What no script can rely on: which client it is, and which line of its source an `error:` line names. */
export function anonymous(text: string, program: string): string {
  return text.replaceAll(program, "@CTL@").replace(/: file: \S+ line: \d+/g, ": file: @FILE@ line: @N@");
}
