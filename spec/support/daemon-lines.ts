/** Command lines of the daemon that end by themselves: standard output, standard error and exit code. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Forks, Ran } from "./daemon-forks.ts";
import { normalise } from "./daemon-normalise.ts";
import { BASE_ENV, PROGRAMS, type Subject } from "./daemon-subject.ts";

export interface Line {
  readonly title: string;
  readonly args: readonly string[];
  /** The configuration @DIR@/s.conf. */
  readonly config?: string;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Listens on @PORT@ and on @DIR@/s.sock meanwhile. */
  readonly taken?: boolean;
  readonly mend?: (ran: Ran) => unknown;
}

const listening = (server: Server, where: number | string): Promise<void> =>
  new Promise((resolve) => {
    if (typeof where === "number") server.listen(where, "127.0.0.1", resolve);
    else server.listen(where, resolve);
  });

function spawned(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...BASE_ENV, TMPDIR: cwd },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => {
      stdout += bytes.toString("latin1");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      stderr += bytes.toString("latin1");
    });
    const patience = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.on("close", (code) => {
      clearTimeout(patience);
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

/** Runs one line in a folder of its own. The original comes from a fork, ours from its launcher. */
export async function runLine(subject: Subject, line: Line, forks: Forks): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), "compat-"));
  const guests = [createServer((link) => link.end("x")), createServer()] as const;
  let port = -1;
  try {
    if (line.taken === true) {
      await listening(guests[0], join(dir, "s.sock"));
      await listening(guests[1], 0);
      const address = guests[1].address();
      port = typeof address === "object" && address !== null ? address.port : 0;
    }
    const fill = (text: string): string =>
      text.replaceAll("@DIR@", dir).replaceAll("@PORT@", String(port)).replaceAll("@PROGRAMS@", PROGRAMS);
    const files = { ...line.files, ...(line.config === undefined ? {} : { "s.conf": line.config }) };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), typeof content === "string" ? fill(content) : content);
    }
    const args = line.args.map(fill);
    const ran = subject.daemon.startsWith("/usr/bin/")
      ? await forks.run({ script: subject.daemon, args, cwd: dir, env: { TMPDIR: dir } })
      : await spawned(subject.daemon, args, dir);
    const text = (raw: string): string =>
      normalise(raw.replaceAll(subject.daemon, "supervisord"), { dir, port, pid: -1 });
    const shown = { code: ran.code, stdout: text(ran.stdout), stderr: text(ran.stderr) };
    return line.mend === undefined ? shown : line.mend(shown);
  } finally {
    for (const guest of guests) guest.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
