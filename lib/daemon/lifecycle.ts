/** From a validated configuration to a running daemon, through reloads, to the exit (supervisor.md sections 3.7, 4.4). */
import { ConfigError } from "../config/errors.ts";
import { pyrepr } from "../config/pyrepr.ts";
import { Serial } from "../events/serial.ts";
import { type ActivityLog, openActivityLog } from "../log/activity-log.ts";
import { cleanAutoLogs } from "../log/auto-log.ts";
import { streamsSettled } from "../log/outlet.ts";
import type { Config, DaemonSpec } from "../model/spec.ts";
import { monotonic } from "../sys/clock.ts";
import { keepAlive, schedule } from "../sys/deadline.ts";
import { isPlainFile } from "../sys/file-facts.ts";
import { removeFile } from "../sys/files.ts";
import { processId } from "../sys/host.ts";
import { confineHeap, settleHeap } from "../sys/memory.ts";
import { type Notifier, openNotifier } from "../sys/notify.ts";
import { onChildExit } from "../sys/reap.ts";
import { onSignal } from "../sys/signals.ts";
import { failureOf } from "../sys/sys-error.ts";
import { writeTextFile } from "../sys/text-files.ts";
import { currentUid } from "../sys/users.ts";
import type { Plugins } from "./plugins.ts";
import { prepare, StartupError } from "./privileges.ts";
import { endStandardOutput } from "./stdout-handler.ts";
import { type ReadProgram, Supervisor } from "./supervisor.ts";

/** The servers, which stand above the daemon in the house and are handed in. */
export interface Frontend {
  /** Tries what a configuration asks for that the current one does not, and leaves nothing open. Throws StartupError. */
  rehearse(supervisor: Supervisor, next: Config, current: Config): void;
  /** Opens them all, or throws StartupError and leaves none open. */
  open(supervisor: Supervisor, config: Config): OpenServers;
}

export interface OpenServers {
  /** Stops accepting, lets replies that are under way go out for a moment, and removes the socket files. */
  close(): Promise<void>;
}

/** How a process goes to the background, where it does. */
export interface Backgrounding {
  /** Lets go of the terminal and of whoever started us. The reason where the folder can't be entered. */
  detach(options: { readonly directory: string | null; readonly umask: number }): string | null;
  /** Sends whoever started us home: the pidfile is written by then, so that a script may read it at once. */
  ready(): void;
}

export interface LifecycleOptions {
  readonly config: Config;
  readonly environment: ReadonlyMap<string, string>;
  readonly reread: () => Config;
  readonly plugins: Plugins;
  readonly readProgram: ReadProgram;
  readonly frontend: Frontend;
  /** Null where the daemon stays in the foreground. */
  readonly background: Backgrounding | null;
  readonly exit: (code: number) => void;
}

/** When the start is over, in milliseconds: what came of it is compiled, and the first requests have been answered. */
const SETTLED = 1000;

/**
 * One for the life of the daemon, over all its reloads. It ends with `exit`: 0 after a shutdown, 2 where a reload can
 * start neither the new configuration nor the one before, 1 for what nobody foresaw.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  #log: ActivityLog;
  /** What the daemon has started with, at first or after the last reload. */
  #config: Config;
  readonly #nofileSoft: number;
  readonly #serials = new Serial();
  #supervisor: Supervisor | null = null;
  #servers: OpenServers | null = null;
  #pidfile: string | null = null;
  #notifier: Notifier | null = null;
  #leaving = false;

  /** Takes on user and limits, and opens the log. Throws StartupError. */
  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#config = options.config;
    const { daemon, messages } = options.config;
    const prepared = prepare(daemon, true);
    this.#nofileSoft = prepared.nofileSoft;
    this.#log = openLog(daemon);
    for (const text of [...messages.critical, ...prepared.critical]) this.#log.critical(text);
    for (const text of messages.warn) this.#log.warn(text);
    for (const text of [...messages.info, ...prepared.info]) this.#log.info(text);
  }

  get log(): ActivityLog {
    return this.#log;
  }

  /** Loads the plug-ins, opens the servers, goes to the background, and starts the programs. Rejects with StartupError. */
  async begin(): Promise<void> {
    const { config, background, plugins } = this.#options;
    await plugins.prepare(config);
    keepAlive();
    onChildExit(
      (pid, status) => this.#supervisor?.reaped(pid, status),
      (tell) => (this.#supervisor === null ? tell() : this.#supervisor.together(tell)),
    );
    this.#open(config);
    this.#listen();
    if (background !== null) this.#detach(background, config.daemon);
    // In the background, so that the pid that the service manager is told is the one that stays.
    this.#notifier = openNotifier(this.#options.environment);
    this.#writePidfile(config.daemon.pidfile);
    background?.ready();
    confineHeap();
    this.#run();
    schedule(SETTLED, settleHeap);
  }

  /** Starts the programs, and tells the service manager that we serve; later, too, that we no longer do. */
  #run(): void {
    const supervisor = this.#supervisor;
    supervisor?.bus.subscribe("SUPERVISOR_STATE_CHANGE_STOPPING", () => {
      const reloading = `RELOADING=1\nMONOTONIC_USEC=${Math.trunc(monotonic() * 1000)}`;
      this.#notifier?.send(supervisor.mood === "SHUTDOWN" ? "STOPPING=1" : reloading);
    });
    supervisor?.run();
    this.#notifier?.send(`READY=1\nMAINPID=${processId()}`);
  }

  #open(config: Config): void {
    const { environment, reread, frontend, plugins, readProgram } = this.#options;
    const supervisor = new Supervisor({
      config,
      log: this.#log,
      environment,
      nofileSoft: this.#nofileSoft,
      reread,
      rehearse: (next) => this.#rehearse(next),
      plugins,
      readProgram,
      serials: this.#serials,
      onStopped: () => void this.#stopped().catch((error: unknown) => this.#collapse(error)),
    });
    this.#supervisor = supervisor;
    this.#servers = frontend.open(supervisor, config);
    // Only now: a second launch of this configuration has failed at the servers, and has touched nothing.
    const { nocleanup, childlogdir, identifier } = config.daemon;
    if (!nocleanup) for (const text of cleanAutoLogs(childlogdir, identifier)) this.#log.warn(text);
    supervisor.addConfigured();
  }

  #detach(background: Backgrounding, { directory, umask }: DaemonSpec): void {
    this.#log.info("daemonizing the supervisord process");
    const failure = background.detach({ directory, umask });
    if (directory === null) return;
    if (failure === null) this.#log.info(`set current directory: ${pyrepr(directory)}`);
    else this.#log.critical(`can't chdir into ${pyrepr(directory)}: ${failure}`);
  }

  #writePidfile(path: string): void {
    const pid = processId();
    try {
      writeTextFile(path, `${pid}\n`, 0o666);
    } catch {
      this.#log.critical(`could not write pidfile ${path}`);
      return;
    }
    this.#pidfile = path;
    this.#log.info(`supervisord started with pid ${pid}`);
  }

  #listen(): void {
    for (const name of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
      onSignal(name, () => {
        this.#log.warn(`received ${name} indicating exit request`);
        if (!this.#leaving) this.#supervisor?.requestShutdown();
      });
    }
    onSignal("SIGHUP", () => void this.#hangUp());
    onSignal("SIGUSR2", () => {
      this.#log.info("received SIGUSR2 indicating log reopen request");
      this.#supervisor?.reopenLogs();
    });
    onSignal("SIGCHLD", () => this.#log.debug("received SIGCHLD indicating a child quit"));
  }

  async #hangUp(): Promise<void> {
    if (this.#leaving || this.#supervisor?.mood === "SHUTDOWN") {
      this.#log.warn("ignored SIGHUP indicating restart request (shutdown in progress)");
      return;
    }
    this.#log.warn("received SIGHUP indicating restart request");
    try {
      await this.#supervisor?.requestReload();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#log.error(`restart refused, everything keeps running: ${error.message}`);
    }
  }

  /** Everything is at rest: start over, or leave. Asked when the servers are closed: a signal may have come meanwhile. */
  async #stopped(): Promise<void> {
    await this.#servers?.close();
    this.#servers = null;
    const pidfile = this.#pidfile;
    // As root, /dev/null would go.
    if (pidfile !== null && isPlainFile(pidfile)) failureOf(() => removeFile(pidfile));
    this.#pidfile = null;
    const next = this.#supervisor?.next ?? null;
    if (next === null) await this.#leave(0);
    else this.#startOver(next);
  }

  #rehearse(next: Config): void {
    if (this.#supervisor === null) return;
    try {
      this.#options.frontend.rehearse(this.#supervisor, next, this.#config);
    } catch (error) {
      throw error instanceof StartupError ? new ConfigError(error.message) : error;
    }
  }

  /** What could not be foreseen does not cost everything: then the programs run on as they were configured before. */
  #startOver(config: Config, isLastTry = false): void {
    const uid = currentUid();
    try {
      const prepared = prepare(config.daemon, false);
      this.#changeLog(config.daemon);
      for (const text of [...config.messages.critical, ...prepared.critical]) this.#log.critical(text);
      for (const text of config.messages.warn) this.#log.warn(text);
      for (const text of [...config.messages.info, ...prepared.info]) this.#log.info(text);
      this.#open(config);
      this.#config = config;
      this.#writePidfile(config.daemon.pidfile);
      this.#run();
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      this.#log.critical(error.message);
      if (isLastTry) {
        void this.#leave(2);
        return;
      }
      this.#log.critical("can't start over with the new configuration: going on with the one before");
      const before = this.#config;
      const now = currentUid();
      if (now === uid) {
        this.#startOver(before, true);
        return;
      }
      this.#log.critical(`the user has changed to UID ${now} all the same, for good`);
      this.#startOver({ ...before, daemon: { ...before.daemon, uid: now } }, true);
    }
  }

  /** What nobody foresaw, with nothing running: there is nothing to go on with. */
  #collapse(error: unknown): void {
    this.#log.critical(`can't start over: ${error instanceof Error ? error.message : String(error)}`);
    void this.#leave(1);
  }

  /** Where the new log can't be opened, the one there is goes on: better than to end over it. */
  #changeLog(daemon: DaemonSpec): void {
    const before = this.#log;
    try {
      this.#log = openLog(daemon);
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      before.critical(`${error.message}; the log stays where it was`);
      return;
    }
    before.close();
  }

  /** With all that was said written, as far as anybody reads it. */
  async #leave(code: number): Promise<void> {
    // It may take seconds, in which signals come.
    this.#leaving = true;
    endStandardOutput();
    await streamsSettled();
    this.#log.close();
    await streamsSettled();
    this.#options.exit(code);
  }
}

const logOptions = (daemon: DaemonSpec) => ({
  target: daemon.logfile,
  maxbytes: daemon.logfileMaxbytes,
  backups: daemon.logfileBackups,
  level: daemon.loglevel,
  stdout: daemon.nodaemon && !daemon.silent,
  ident: "supervisord",
});

function openLog(daemon: DaemonSpec): ActivityLog {
  try {
    return openActivityLog(logOptions(daemon));
  } catch (error) {
    throw new StartupError(error instanceof Error ? error.message : String(error));
  }
}
