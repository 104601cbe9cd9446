/** The daemon's heart: groups, mood, and who is told when a child ends. */
import { diffGroups } from "../config/diff.ts";
import type { Moment } from "../core/process-record.ts";
import { describeWaitStatus } from "../core/wait-text.ts";
import { EventBus } from "../events/bus.ts";
import { processGroupEvent, supervisorStateEvent } from "../events/event.ts";
import type { Serial } from "../events/serial.ts";
import type { ActivityLog } from "../log/activity-log.ts";
import type { SyslogSink } from "../log/syslog-log.ts";
import type { Config, GroupSpec, ProcessSpec } from "../model/spec.ts";
import { PROCESS_STATE_NAMES, type SupervisorMood } from "../model/states.ts";
import type { WaitStatus } from "../model/wait-status.ts";
import { monotonic, wall } from "../sys/clock.ts";
import { schedule } from "../sys/deadline.ts";
import { reserveDescriptors } from "../sys/pipes.ts";
import { openSyslog } from "../sys/syslog.ts";
import type { Engine, Reaped } from "./engine.ts";
import { byPriority, Group } from "./group.ts";
import { Housekeeping } from "./housekeeping.ts";
import type { Callable, Plugins } from "./plugins.ts";
import type { Process } from "./process.ts";
import type { ResultHandler } from "./result-handler.ts";
import { ShutdownSequence } from "./shutdown.ts";
import { Ticks } from "./ticks.ts";

/** Names of groups, as reloadConfig tells them. */
export interface GroupChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface SupervisorOptions {
  readonly config: Config;
  readonly log: ActivityLog;
  readonly environment: ReadonlyMap<string, string>;
  readonly nofileSoft: number | null;
  /** Reads and validates the configuration anew; throws ConfigError. */
  readonly reread: () => Config;
  /** Tries, beside what runs, what a reload with this configuration would open; throws ConfigError where it can't. */
  readonly rehearse: (next: Config) => void;
  /** Reads a program that the configuration does not have; throws ConfigError. */
  readonly readProgram: ReadProgram;
  /** What the configuration's result handlers and RPC namespaces are made of. */
  readonly plugins: Plugins;
  /** Counts events over reloads. */
  readonly serials: Serial;
  /** Everything is stopped: `next` says how to go on. */
  readonly onStopped: () => void;
}

/** A program's options as a section would have them, to its processes. */
export type ReadProgram = (
  config: Config,
  group: string,
  program: string,
  options: ReadonlyMap<string, string>,
) => ProcessSpec[];

/** The tag of records in the system's log. */
const IDENT = "supervisord";
/** Descriptors: three pipes and two logs for each process, and what everything else needs. */
const EACH = 5;
const OTHERS = 64;

const STATE_EVENTS = PROCESS_STATE_NAMES.map((state) => `PROCESS_STATE_${state}` as const);

/** How long autostarts may hold the event loop before requests get a turn, in milliseconds. */
const START_SLICE = 20;

/**
 * One from a start to the shutdown or reload that ends it; a reload makes the next. It begins without groups:
 * `addConfigured` makes them, and `run` starts their processes.
 */
export class Supervisor implements Engine {
  readonly bus: EventBus;
  readonly log: ActivityLog;
  readonly nofileSoft: number | null;
  readonly environment: ReadonlyMap<string, string>;
  readonly #options: SupervisorOptions;
  readonly #housekeeping = new Housekeeping();
  readonly #groups = new Map<string, Group>();
  readonly #children = new Map<number, Reaped>();
  #config: Config;
  #mood: SupervisorMood = "RUNNING";
  #stopping = false;
  #next: Config | null = null;
  #syslog: SyslogSink | null = null;
  readonly #ticks: Ticks;

  constructor(options: SupervisorOptions, bus = new EventBus(options.serials)) {
    this.#options = options;
    this.#config = options.config;
    this.log = options.log;
    this.nofileSoft = options.nofileSoft;
    this.bus = bus;
    this.#ticks = new Ticks(bus);
    this.environment = options.environment;
  }

  get mood(): SupervisorMood {
    return this.#mood;
  }

  /** What to go on with once everything is stopped; null to exit. It may change until then, and while the servers close. */
  get next(): Config | null {
    return this.#mood === "SHUTDOWN" ? null : this.#next;
  }

  /** The configuration that was read last, be it in use or not. */
  get config(): Config {
    return this.#config;
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#groups;
  }

  get identifier(): string {
    return this.#config.daemon.identifier;
  }

  get childlogdir(): string {
    return this.#config.daemon.childlogdir;
  }

  get stripAnsi(): boolean {
    return this.#config.daemon.stripAnsi;
  }

  get serverurl(): string | null {
    return this.#config.serverurl;
  }

  syslog(): SyslogSink {
    this.#syslog ??= openSyslog(IDENT);
    return this.#syslog;
  }

  moment(): Moment {
    return { monotonic: monotonic(), wall: wall(), mayStart: this.#mood === "RUNNING" };
  }

  /** Whoever is told of an event may look at the log: then each line is written when it is said. */
  together<T>(work: () => T): T {
    return STATE_EVENTS.some((name) => this.bus.wants(name)) ? work() : this.log.together(work);
  }

  /** Something was done that leaves garbage behind. */
  touch(): void {
    this.#housekeeping.touch();
  }

  adopt(pid: number, owner: Reaped): void {
    this.touch();
    this.#children.set(pid, owner);
  }

  /** A child of ours, or an orphan that fell to us, has ended. */
  reaped(pid: number, status: WaitStatus): void {
    const owner = this.#children.get(pid);
    if (owner === undefined) {
      this.log.info(`reaped unknown pid ${pid} (${describeWaitStatus(status)})`);
      return;
    }
    this.#children.delete(pid);
    owner.reaped(status);
  }

  callable(spec: string): Callable {
    return this.#options.plugins.callable(spec);
  }

  resultHandler(spec: string): ResultHandler {
    return this.#options.plugins.resultHandler(spec);
  }

  /** Groups by priority, then in the order in which they were added. */
  inOrder(): Group[] {
    return byPriority(this.#groups.values());
  }

  /** Adds the configuration's groups, without starting anything. */
  addConfigured(): void {
    const { groups } = this.#config;
    const processes = groups.reduce((sum, group) => sum + group.processes.length, 0);
    reserveDescriptors(EACH * processes + OTHERS);
    for (const spec of groups) this.#add(spec);
  }

  /** Says that we run, and starts what starts by itself. */
  run(): void {
    this.bus.publish(supervisorStateEvent("RUNNING"));
    this.#autostart(this.inOrder().flatMap((group) => [...group.processes.values()]));
  }

  /** Adds a group of the configuration that was read last; its processes start in the next turn of the event loop. */
  addGroup(name: string): "added" | "present" | "unknown" {
    const spec = this.#config.groups.find((group) => group.name === name);
    if (spec === undefined) return "unknown";
    const group = this.#add(spec);
    if (group === null) return "present";
    schedule(0, () => this.#autostart([...group.processes.values()]));
    return "added";
  }

  readProgram(group: string, program: string, options: ReadonlyMap<string, string>): ProcessSpec[] {
    return this.#options.readProgram(this.#config, group, program, options);
  }

  /** Adds processes to a group; they start in the next turn of the event loop. */
  addProcesses(group: Group, specs: readonly ProcessSpec[]): void {
    const before = group.spec;
    const processes = group.add(specs);
    this.#show(before, group.spec);
    schedule(0, () => this.#autostart(processes));
  }

  /** Forgets a process, which has to be at rest. */
  removeProcess(group: Group, name: string): void {
    const before = group.spec;
    group.remove(name);
    this.#show(before, group.spec);
  }

  /** What was added or removed at run time shows in the configuration until it is read again, as in the original. */
  #show(before: GroupSpec, after: GroupSpec): void {
    const groups = this.#config.groups.map((group) => (group === before ? after : group));
    this.#config = { ...this.#config, groups };
  }

  removeGroup(name: string): "removed" | "running" | "unknown" {
    const group = this.#groups.get(name);
    if (group === undefined) return "unknown";
    if (group.unstopped().length > 0) return "running";
    group.dispose();
    this.#groups.delete(name);
    this.bus.publish(processGroupEvent("REMOVED", name));
    return "removed";
  }

  /** The configuration as it is on disk now. Throws ConfigError. */
  peek(): Config {
    return this.#options.reread();
  }

  /** Reads the configuration anew and compares it with what runs. Rejects with ConfigError and changes nothing then. */
  async reread(): Promise<GroupChanges> {
    const config = this.#options.reread();
    await this.#options.plugins.prepare(config);
    this.#config = config;
    const active = [...this.#groups.values()].map((group) => group.spec);
    const { added, changed, removed } = diffGroups(active, config.groups);
    const names = (groups: readonly GroupSpec[]) => groups.map((group) => group.name);
    return { added: names(added), changed: names(changed), removed: names(removed) };
  }

  /** Stops everything and exits; a reload under way becomes a shutdown. */
  requestShutdown(): void {
    this.#mood = "SHUTDOWN";
    this.#next = null;
    this.#beginStopping();
  }

  /**
   * Stops everything and starts over with the configuration as it is on disk now. Rejects with ConfigError, and nothing
   * is stopped, where that is not valid: the original stops everything first and then dies of it.
   */
  async requestReload(): Promise<void> {
    if (this.#mood === "SHUTDOWN") return;
    const next = this.#options.reread();
    await this.#options.plugins.prepare(next);
    this.#options.rehearse(next);
    // A shutdown may have been asked for meanwhile.
    if (this.mood === "SHUTDOWN") return;
    this.#next = next;
    this.#mood = "RESTARTING";
    this.#beginStopping();
  }

  reopenLogs(): void {
    this.log.info("supervisord logreopen");
    this.log.reopen();
    for (const group of this.#groups.values()) {
      for (const process of group.processes.values()) process.reopenLogs();
    }
  }

  #add(spec: GroupSpec): Group | null {
    if (this.#groups.has(spec.name)) return null;
    const group = new Group(spec, this);
    this.#groups.set(spec.name, group);
    this.bus.publish(processGroupEvent("ADDED", spec.name));
    return group;
  }

  #autostart(processes: readonly Process[]): void {
    const begun = monotonic();
    for (const [index, process] of processes.entries()) {
      if (monotonic() - begun > START_SLICE) {
        schedule(0, () => this.#autostart(processes.slice(index)));
        return;
      }
      if (this.#groups.get(process.group)?.processes.get(process.spec.name) === process) process.autostart();
    }
  }

  /** In the next turn, so that the reply to whoever asked goes out first. */
  #beginStopping(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    schedule(0, () => {
      this.bus.publish(supervisorStateEvent("STOPPING"));
      new ShutdownSequence(this.#groups.values(), this.log, () => this.#stopped()).begin();
    });
  }

  #stopped(): void {
    for (const group of this.#groups.values()) group.dispose();
    this.#ticks.dispose();
    this.#options.onStopped();
  }
}
