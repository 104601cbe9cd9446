/** One daemon on a temporary folder of its own: started from a template, watched, driven, stopped. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import xmlrpc from "xmlrpc";
import { normalise } from "./daemon-normalise.ts";
import { BASE_ENV, CONFIGS, PROGRAMS, type Subject } from "./daemon-subject.ts";
import { DEADLINE_MS, until } from "./daemon-wait.ts";
import { freePort } from "./free-port.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Launch {
  /** The configuration, with the marks @DIR@, @PORT@, @PROGRAMS@ and @CONFIGS@. */
  readonly config: string;
  /** More files, by name below the folder, with the same marks. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments; by default `-n -c @DIR@/s.conf`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What to wait for: the HTTP server, a line in the activity log, or the exit. */
  readonly ready?: "http" | "exit" | RegExp;
  /** For daemons that detach: their pid stands in @DIR@/s.pid. */
  readonly detached?: boolean;
  /** A reason to leave the original's one-second naps alone: the scenario measures them. */
  readonly unhurried?: boolean;
  /** Words before the daemon's own, such as `unshare --pid`. */
  readonly prefix?: readonly string[];
}

export type State = "STOPPED" | "STARTING" | "RUNNING" | "BACKOFF" | "STOPPING" | "EXITED" | "FATAL";

export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const link = connect(socket, () => link.write("GET /ok.html HTTP/1.0\r\n\r\n"));
    const done = (is: boolean): void => {
      link.destroy();
      resolve(is);
    };
    link.on("data", () => done(true));
    link.on("error", () => done(false));
    link.on("close", () => done(false));
  });
}

const kill = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

/** The children of a process, as the kernel lists them; each leads its own process group. */
export function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
    return list.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

export class Daemon {
  readonly subject: Subject;
  readonly dir: string;
  readonly port: number;
  readonly socket: string;
  stdout = "";
  stderr = "";
  exit: Exit | undefined;
  readonly #launch: Launch;
  #child: ChildProcess | undefined;
  #pump: NodeJS.Timeout | undefined;
  #detachedPid: number | undefined;

  private constructor(subject: Subject, launch: Launch, dir: string, port: number) {
    this.#launch = launch;
    this.subject = subject;
    this.dir = dir;
    this.port = port;
    this.socket = join(dir, "s.sock");
  }

  /** Starts a daemon and waits until it is ready. @throws Error with its output and its log when it is not in time */
  static async start(subject: Subject, launch: Launch): Promise<Daemon> {
    const dir = mkdtempSync(join(tmpdir(), "compat-"));
    const daemon = new Daemon(subject, launch, dir, await freePort());
    daemon.write("s.conf", launch.config);
    for (const [name, text] of Object.entries(launch.files ?? {})) daemon.write(name, text);
    await daemon.#run();
    if (subject.name === "oracle" || subject.daemon.startsWith("/usr/")) {
      if (launch.unhurried !== true && launch.ready !== "exit") daemon.#hurry();
    }
    return daemon;
  }

  /** Starts it once more after its end: same folder, same port. @throws Error as `start` does */
  async again(): Promise<void> {
    await this.reachExit();
    this.exit = undefined;
    await this.#run();
  }

  async #run(): Promise<void> {
    const { args, detached, env, prefix } = this.#launch;
    const words = [
      ...(prefix ?? []),
      this.subject.daemon,
      ...(args ?? ["-n", "-c", join(this.dir, "s.conf")]).map((word) => this.fill(word)),
    ];
    const child = spawn(words[0] as string, words.slice(1), {
      cwd: this.dir,
      // AUTO logs of a configuration without childlogdir= stay here, and the clean-up of others does no harm.
      env: { ...BASE_ENV, TMPDIR: this.dir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stdout.on("data", (bytes: Buffer) => {
      this.stdout += bytes.toString("latin1");
    });
    child.stderr.on("data", (bytes: Buffer) => {
      this.stderr += bytes.toString("latin1");
    });
    child.on("error", (error) => {
      this.stderr += String(error);
      this.exit = { code: null, signal: "ENOENT" };
    });
    child.on(detached === true ? "exit" : "close", (code, signal) => {
      this.exit = { code, signal };
    });
    try {
      await this.#ready(this.#launch);
    } catch (error) {
      const told = `${this.subject.name} is not ready\n${this.stdout}${this.stderr}\n${this.log()}`;
      await this.destroy();
      throw new Error(told, { cause: error });
    }
  }

  async #ready(launch: Launch): Promise<void> {
    const { ready = "http" } = launch;
    if (ready === "exit" || launch.detached === true) await until("the exit", () => this.exit !== undefined);
    if (ready === "exit") return;
    const alive = (): void => {
      if (this.exit !== undefined && launch.detached !== true) throw new Error("it has exited");
    };
    await until("the daemon to be ready", () => {
      if (this.exit !== undefined && launch.detached !== true) return true;
      return ready === "http" ? answers(this.socket) : ready.test(this.log());
    });
    alive();
    if (launch.detached === true) this.#detachedPid = await until("the pid file", () => this.pidfile());
  }

  /** The original sleeps up to a second between two looks at the world; a connection now and then wakes it. */
  #hurry(): void {
    const poke = (): void => {
      const link = connect(this.socket, () => link.destroy());
      link.on("error", () => undefined);
    };
    this.#pump = setInterval(poke, 60);
    this.#pump.unref();
  }

  get pid(): number {
    return this.#detachedPid ?? this.#child?.pid ?? -1;
  }

  pidfile(): number | undefined {
    const pid = Number.parseInt(this.read("s.pid") ?? "", 10);
    return Number.isNaN(pid) ? undefined : pid;
  }

  fill(text: string): string {
    return text
      .replaceAll("@DIR@", this.dir)
      .replaceAll("@PORT@", String(this.port))
      .replaceAll("@PROGRAMS@", PROGRAMS)
      .replaceAll("@CONFIGS@", CONFIGS);
  }

  write(name: string, text: string, mode?: number): void {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, this.fill(text), mode === undefined ? {} : { mode });
  }

  /** A file below the folder as text, bytes kept as Latin-1; undefined when it is not there. */
  read(name: string): string | undefined {
    try {
      return readFileSync(join(this.dir, name), "latin1");
    } catch {
      return undefined;
    }
  }

  /** The activity log so far, raw. */
  log(): string {
    return this.read("supervisord.log") ?? "";
  }

  /** The activity log's lines without their time, normalised; `about` keeps those that match. */
  logLines(about: RegExp = /./): string[] {
    return this.log()
      .split("\n")
      .map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /, ""))
      .filter((line) => about.test(line))
      .map((line) => this.text(line));
  }

  text(raw: string): string {
    return normalise(raw, this);
  }

  /** Calls a method through npm `xmlrpc`; rejects with the fault. */
  rpc(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const client = xmlrpc.createClient({
      socketPath: this.socket,
      path: "/RPC2",
      agent: false,
    } as unknown as Parameters<typeof xmlrpc.createClient>[0]);
    return new Promise((resolve, reject) => {
      client.methodCall(method, [...params], (error: unknown, value: unknown) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  async states(): Promise<Record<string, string>> {
    const all = (await this.rpc("supervisor.getAllProcessInfo")) as {
      group: string;
      name: string;
      statename: string;
    }[];
    return Object.fromEntries(
      all.map(({ group, name, statename }) => [group === name ? name : `${group}:${name}`, statename]),
    );
  }

  /** Waits until every named process is in its state. */
  async reach(wanted: Readonly<Record<string, State>>, deadlineMs: number = DEADLINE_MS): Promise<void> {
    let seen: Record<string, string> = {};
    try {
      await until(
        "states",
        async () => {
          seen = await this.states();
          return Object.entries(wanted).every(([name, state]) => seen[name] === state);
        },
        deadlineMs,
      );
    } catch (error) {
      const told = `${this.subject.name}: wanted ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}`;
      throw new Error(told, { cause: error });
    }
  }

  async reachLog(pattern: RegExp, deadlineMs: number = DEADLINE_MS): Promise<void> {
    await until(`${pattern} in the log of ${this.subject.name}`, () => pattern.test(this.log()), deadlineMs);
  }

  async reachFile(name: string, pattern: RegExp, deadlineMs: number = DEADLINE_MS): Promise<void> {
    await until(
      `${pattern} in ${name} of ${this.subject.name}`,
      () => pattern.test(this.read(name) ?? ""),
      deadlineMs,
    );
  }

  /** Sends a signal to the daemon itself. */
  signal(signal: NodeJS.Signals): void {
    kill(this.pid, signal);
  }

  #gone(): boolean {
    return this.#detachedPid === undefined ? this.exit !== undefined : !kill(this.#detachedPid, 0 as never);
  }

  async reachExit(deadlineMs: number = DEADLINE_MS): Promise<Exit | undefined> {
    await until(`the exit of ${this.subject.name}`, () => this.#gone(), deadlineMs);
    return this.exit;
  }

  /** Ends the daemon and whatever it started, in haste, and removes the folder. */
  async destroy(): Promise<void> {
    clearInterval(this.#pump);
    if (!this.#gone()) {
      const children = childrenOf(this.pid);
      kill(this.pid, "SIGKILL");
      await this.reachExit(5_000).catch(() => undefined);
      for (const child of children) kill(-child, "SIGKILL");
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
