/** The Node side of daemon-forks.py: many runs of a stock Python command for the price of one start. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BASE_ENV, ROOT } from "./daemon-subject.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Run {
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export class Forks {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (ran: Ran) => void>();
  #next = 0;

  constructor() {
    const script = join(ROOT, "spec/support/daemon-forks.py");
    const child = spawn("/usr/bin/python3", ["-W", "ignore", script], {
      env: BASE_ENV,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id, ...ran } = JSON.parse(line) as Ran & { id: number };
      this.#waiting.get(id)?.(ran);
      this.#waiting.delete(id);
    });
  }

  run(request: Run): Promise<Ran> {
    const id = this.#next++;
    const env = { ...BASE_ENV, ...request.env };
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ ...request, env, id })}\n`);
    });
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
