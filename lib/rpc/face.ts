/** The narrow face of the daemon that methods may use. */
import type { Group } from "../daemon/group.ts";
import type { Callable } from "../daemon/plugins.ts";
import type { GroupChanges } from "../daemon/supervisor.ts";
import type { EventBus } from "../events/bus.ts";
import type { ActivityLog } from "../log/activity-log.ts";
import type { Config, ProcessSpec } from "../model/spec.ts";
import type { SupervisorMood } from "../model/states.ts";

export interface DaemonFace {
  readonly mood: SupervisorMood;
  readonly identifier: string;
  readonly config: Config;
  readonly log: ActivityLog;
  readonly bus: EventBus;
  readonly groups: ReadonlyMap<string, Group>;
  /** Writes what is said in `work` to the activity log in one go, where nobody could notice. */
  together<T>(work: () => T): T;
  /** Groups by priority, then in the order in which they were added. */
  inOrder(): Group[];
  /** Rejects with ConfigError, with nothing changed. */
  reread(): Promise<GroupChanges>;
  /** The configuration as it is on disk now, without taking note of it. Throws ConfigError. */
  peek(): Config;
  /** A factory of RPC methods by the name that the configuration has for it. */
  callable(spec: string): Callable;
  /** The processes of a program that the configuration does not have. Throws ConfigError. */
  readProgram(group: string, program: string, options: ReadonlyMap<string, string>): ProcessSpec[];
  /** Adds processes to a group, and starts them where they start by themselves. */
  addProcesses(group: Group, specs: readonly ProcessSpec[]): void;
  /** Forgets a process that is at rest. */
  removeProcess(group: Group, name: string): void;
  addGroup(name: string): "added" | "present" | "unknown";
  removeGroup(name: string): "removed" | "running" | "unknown";
  requestShutdown(): void;
  /** Rejects with ConfigError, with nothing changed. */
  requestReload(): Promise<void>;
}
