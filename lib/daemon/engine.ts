import type { Moment } from "../core/process-record.ts";
import type { EventBus } from "../events/bus.ts";
import type { ActivityLog } from "../log/activity-log.ts";
import type { SyslogSink } from "../log/syslog-log.ts";
import type { WaitStatus } from "../model/wait-status.ts";
import type { ResultHandler } from "./result-handler.ts";

/** What a process needs of the daemon that it belongs to. */
export interface Engine {
  readonly log: ActivityLog;
  readonly bus: EventBus;
  /** The environment that children inherit. ([supervisord] environment= stands in each program's own.) */
  readonly environment: ReadonlyMap<string, string>;
  /** The daemon's own URL for children, null where it has no server. */
  readonly serverurl: string | null;
  /** Soft RLIMIT_NOFILE for children, null to leave it. */
  readonly nofileSoft: number | null;
  readonly stripAnsi: boolean;
  readonly identifier: string;
  readonly childlogdir: string;
  /** The system's log, opened at the first call. */
  syslog(): SyslogSink;
  moment(): Moment;
  /** Does what belongs together: what it says in the activity log is written in one go, unless somebody hears of events. */
  together<T>(work: () => T): T;
  /** The handler that a pool's `result_handler` names. */
  resultHandler(spec: string): ResultHandler;
  /** Remembers whose child a pid is, until it is reaped. */
  adopt(pid: number, owner: Reaped): void;
}

/** Whoever is told of a child's end. */
export interface Reaped {
  reaped(status: WaitStatus): void;
}
