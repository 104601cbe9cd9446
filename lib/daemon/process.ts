/** One process: its spec, its record, and the hands that do what the state machine decides. */
import { transition } from "../core/process-machine.ts";
import {
  INITIAL_RECORD,
  type ProcessEffect,
  type ProcessInput,
  type ProcessRecord,
} from "../core/process-record.ts";
import { type OutputChannel, processStateEvent } from "../events/event.ts";
import { signalName } from "../model/signals.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { isRunningState, isStoppedState } from "../model/states.ts";
import type { WaitStatus } from "../model/wait-status.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { killProcess } from "../sys/signals.ts";
import { strerror } from "../sys/sys-error.ts";
import { AutoLogs } from "./auto-logs.ts";
import type { Child } from "./child.ts";
import { type ResolvedCommand, resolveCommand } from "./command.ts";
import type { Engine, Reaped } from "./engine.ts";
import type { Acquired } from "./fcgi-socket.ts";
import { History } from "./history.ts";
import { type Launched, launch, type Wiring } from "./launch.ts";
import { openOutputLog } from "./process-output.ts";

/** Told after each step of a process; the state may have changed or not. */
export type ProcessWatcher = (process: Process) => void;

/**
 * One over all the children that it has in turn, until it is removed or the daemon reloads. What each input brings
 * about is for the state machine to say (supervisor.md section 4.2).
 */
export class Process implements Reaped {
  readonly spec: ProcessSpec;
  readonly group: string;
  readonly history = new History();
  /** Sees what the child prints, after its log (an event listener's protocol). */
  stdoutTap: ((chunk: Uint8Array) => void) | null = null;
  /** Gives and takes back a FastCGI socket for the time a child lives. */
  socket: { acquire(): Acquired; release(): void } | null = null;

  readonly #engine: Engine;
  readonly #logs: AutoLogs;
  #watchers: readonly ProcessWatcher[] = [];
  #record: ProcessRecord = INITIAL_RECORD;
  /** Why the signal of the stop under way could not be sent. */
  #failure: string | null = null;
  #reportedAt: number | null = null;
  /** What the start under way was given. */
  #command: ResolvedCommand | null = null;
  #child: Child | null = null;
  #deadline: { readonly at: number; readonly timer: Deadline } | null = null;

  constructor(spec: ProcessSpec, group: string, engine: Engine) {
    this.spec = spec;
    this.group = group;
    this.#engine = engine;
    this.#logs = new AutoLogs(spec, engine);
  }

  get record(): ProcessRecord {
    return this.#record;
  }

  /** True in RUNNING, STARTING and BACKOFF. */
  get isRunning(): boolean {
    return isRunningState(this.#record.state);
  }

  get isStopped(): boolean {
    return isStoppedState(this.#record.state);
  }

  /** The file that a channel logs to, AUTO resolved; null for none. */
  logfile(channel: OutputChannel): string | null {
    return this.#logs.path(channel);
  }

  resolveCommand(): ResolvedCommand {
    return resolveCommand(this.spec, this.#engine.environment.get("PATH"));
  }

  /** Calls `watcher` after each step; the returned function ends it. */
  watch(watcher: ProcessWatcher): () => void {
    this.#watchers = this.#watchers.concat(watcher);
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  autostart(): void {
    this.#apply({ kind: "autostart" });
  }

  /** @param command what `resolveCommand` has just said */
  start(command: ResolvedCommand = this.resolveCommand()): void {
    this.#command = command;
    this.#apply({ kind: "start" });
    this.#command = null;
    this.#ifDue();
  }

  /** Stops it with its stopsignal. Returns why that failed, null where the signal is on its way or not needed. */
  stop(): string | null {
    this.#failure = null;
    this.#reportedAt = null;
    this.#apply({ kind: "stop" });
    return this.#failure;
  }

  /** Says that it is waited for, at most once in `interval` milliseconds, while it is stopping. */
  reportStopping(interval: number): void {
    if (this.#record.state !== "STOPPING") return;
    const now = this.#engine.moment().monotonic;
    if (this.#reportedAt !== null && now - this.#reportedAt < interval) return;
    this.#reportedAt = now;
    this.#engine.log.info(`waiting for ${this.spec.name} to stop`);
  }

  giveUp(): void {
    this.#apply({ kind: "give-up" });
  }

  /** Sends any signal to the child alone, never to its group. Returns why that failed, null where it did not. */
  signal(signal: number): string | null {
    const { pid } = this.#record;
    const name = this.spec.name;
    if (pid === 0) {
      const text = `attempted to send ${name} sig ${signalName(signal)} but it wasn't running`;
      this.#engine.log.debug(text);
      return text;
    }
    this.#engine.log.debug(`sending ${name} (pid ${pid}) sig ${signalName(signal)}`);
    const errno = killProcess(pid, signal);
    if (errno === null) return null;
    if (errno === "ESRCH") {
      this.#engine.log.debug(
        `unable to signal ${name} (pid ${pid}), it probably just now exited on its own: ${strerror(errno)}`,
      );
      return null;
    }
    const message = `unknown problem sending sig ${name} (${pid}):${strerror(errno)}`;
    this.#apply({ kind: "signal-failed", message });
    return message;
  }

  /** Queues bytes for the child's stdin; "closed" where there is none. */
  send(bytes: Uint8Array): "ok" | "closed" | "full" {
    return this.#child?.send(bytes) ?? "closed";
  }

  /** The child was reaped. */
  reaped(status: WaitStatus): void {
    const child = this.#child;
    this.#child = null;
    child?.finish();
    this.history.reaped(status);
    this.#apply({ kind: "exited", status });
    this.socket?.release();
  }

  reopenLogs(): void {
    this.#child?.reopenLogs();
  }

  /** Empties both logs or the one of a channel, also where it is not running. False where a file can't be removed. */
  clearLogs(channel?: OutputChannel): boolean {
    return this.#child === null ? this.#logs.clear(channel) : this.#child.clearLogs(channel);
  }

  /** The group is gone: no timer of a removed process may fire. */
  dispose(): void {
    this.#deadline?.timer.cancel();
    this.#deadline = null;
  }

  #apply(input: ProcessInput): void {
    const { next, effects } = transition(this.#record, input, this.spec, this.#engine.moment());
    this.#record = next;
    for (const effect of effects) this.#perform(effect);
    this.#arm();
    for (const watcher of this.#watchers) watcher(this);
  }

  #perform(effect: ProcessEffect): void {
    switch (effect.kind) {
      case "log":
        this.#engine.log.log(effect.level, effect.text);
        return;
      case "state":
        this.history.changed(effect, this.#record.spawnerr, this.#engine.moment().wall);
        if (this.#engine.bus.wants(`PROCESS_STATE_${effect.to}`)) {
          this.#engine.bus.publish(
            processStateEvent({ ...effect, process: this.spec.name, group: this.group }),
          );
        }
        return;
      case "spawn":
        this.#spawn();
        return;
      case "kill":
        this.#kill(effect.signal, effect.group);
        return;
    }
  }

  #spawn(): void {
    const acquired = this.socket?.acquire() ?? null;
    if (acquired?.ok === false) {
      this.#apply({ kind: "spawn-failed", reason: acquired.reason });
      return;
    }
    const launched = this.#launch(acquired?.fd ?? null);
    if (!launched.ok) {
      this.socket?.release();
      this.#apply({ kind: "spawn-failed", reason: launched.reason });
      return;
    }
    this.#child = launched.child;
    this.#engine.adopt(launched.child.pid, this);
    this.#apply({ kind: "spawned", pid: launched.child.pid });
  }

  /** Whatever goes wrong, STARTING does not last. */
  #launch(stdin: number | null): Launched {
    try {
      const command = this.#command ?? this.resolveCommand();
      return launch(this.spec, command, this.group, this.#engine, this.#wiring(stdin));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, reason: `unknown error starting '${this.spec.name}': ${reason}` };
    }
  }

  #wiring(stdin: number | null): Wiring {
    return {
      stdin,
      stdoutTap: this.stdoutTap,
      openLog: (channel) => openOutputLog(this, channel, this.#logs.open(channel), this.#engine),
      onOutputEnd: (channel, fd) => this.#outputEnded(channel, fd),
    };
  }

  #outputEnded(channel: OutputChannel, fd: number): void {
    const { log } = this.#engine;
    if (!log.enabled("debug")) return;
    const { name } = this.spec;
    const { state, pid } = this.#record;
    const process = `<Subprocess at ${pid} with name ${name} in state ${state}>`;
    log.debug(`fd ${fd} closed, stopped monitoring <POutputDispatcher at ${fd} for ${process} (${channel})>`);
  }

  #kill(signal: number, group: boolean): void {
    const { pid } = this.#record;
    let errno = killProcess(group ? -pid : pid, signal);
    // A child that was stopped in its first steps has no group of its own yet.
    if (group && errno === "ESRCH") errno = killProcess(pid, signal);
    if (errno === null) return;
    const name = this.spec.name;
    if (errno === "ESRCH") {
      this.#engine.log.debug(
        `unable to signal ${name} (pid ${pid}), it probably just exited on its own: ${strerror(errno)}`,
      );
      return;
    }
    const message = `unknown problem killing ${name} (${pid}):${strerror(errno)}`;
    this.#failure = message;
    this.#apply({ kind: "signal-failed", message });
  }

  /** Keeps one timer for the record's deadline. */
  #arm(): void {
    const at = this.#record.deadline;
    if (at === (this.#deadline?.at ?? null)) return;
    this.#deadline?.timer.cancel();
    this.#deadline = null;
    if (at === null) return;
    const delay = Math.max(0, Math.ceil(at - this.#engine.moment().monotonic));
    this.#deadline = { at, timer: schedule(delay, () => this.#due()) };
  }

  #due(): void {
    this.#deadline = null;
    if (!this.#ifDue()) this.#arm();
  }

  /** Feeds the deadline if it has come (a timer may be a fraction of a millisecond early). */
  #ifDue(): boolean {
    const { deadline } = this.#record;
    if (deadline === null || this.#engine.moment().monotonic < deadline) return false;
    this.#apply({ kind: "deadline" });
    return true;
  }
}
