/** The events of the original with their payloads, byte for byte (supervisor.md section 6.2). */
import type { EventName } from "../model/events.ts";
import type { ProcessState } from "../model/states.ts";

/** One event. The payload is made only when somebody listens, from values captured at emission. */
export interface SupervisorEvent {
  readonly name: EventName;
  payload(): string;
}

interface ProcessStateDetail {
  readonly process: string;
  readonly group: string;
  readonly from: ProcessState;
  readonly to: ProcessState;
  readonly pid: number;
  readonly tries: number;
  readonly expected: boolean;
}

function stateExtra(detail: ProcessStateDetail): string {
  switch (detail.to) {
    case "STARTING":
    case "BACKOFF":
      return ` tries:${detail.tries}`;
    case "EXITED":
      return ` expected:${detail.expected ? 1 : 0} pid:${detail.pid}`;
    case "RUNNING":
    case "STOPPING":
    case "STOPPED":
      return ` pid:${detail.pid}`;
    case "FATAL":
    case "UNKNOWN":
      return "";
  }
}

/**
 * The end of the payload depends on the new state: `tries` for STARTING and BACKOFF, `expected` and `pid` for EXITED,
 * `pid` for RUNNING, STOPPING and STOPPED, nothing for FATAL and UNKNOWN.
 */
export const processStateEvent = (detail: ProcessStateDetail): SupervisorEvent => ({
  name: `PROCESS_STATE_${detail.to}`,
  payload: () =>
    `processname:${detail.process} groupname:${detail.group} from_state:${detail.from}${stateExtra(detail)}`,
});

export type OutputChannel = "stdout" | "stderr";

interface OutputDetail {
  readonly process: string;
  readonly group: string;
  readonly pid: number;
  readonly channel: OutputChannel;
  /** Decoded by whoever emits: the bytes are gone by the time the payload is made. */
  readonly text: string;
}

/**
 * For a piece of output where `stdout_events_enabled` or `stderr_events_enabled` is set. The payload names the channel.
 */
export const processLogEvent = (detail: OutputDetail): SupervisorEvent => ({
  name: detail.channel === "stdout" ? "PROCESS_LOG_STDOUT" : "PROCESS_LOG_STDERR",
  payload: () =>
    `processname:${detail.process} groupname:${detail.group} pid:${detail.pid} channel:${detail.channel}\n${detail.text}`,
});

/** For what stood between the tags of capture mode, at its END tag. Only the name of the event tells the channel. */
export const processCommunicationEvent = (detail: OutputDetail): SupervisorEvent => ({
  name: detail.channel === "stdout" ? "PROCESS_COMMUNICATION_STDOUT" : "PROCESS_COMMUNICATION_STDERR",
  payload: () => `processname:${detail.process} groupname:${detail.group} pid:${detail.pid}\n${detail.text}`,
});

/** What a client hands to sendRemoteCommEvent, unescaped: a line feed in `type` is a line feed in the payload. */
export const remoteCommunicationEvent = (type: string, data: string): SupervisorEvent => ({
  name: "REMOTE_COMMUNICATION",
  payload: () => `type:${type}\n${data}`,
});

/**
 * The payload is empty. RUNNING comes at the start and after each reload, STOPPING before a shutdown and before a
 * reload.
 */
export const supervisorStateEvent = (state: "RUNNING" | "STOPPING"): SupervisorEvent => ({
  name: `SUPERVISOR_STATE_CHANGE_${state}`,
  payload: () => "",
});

/** The payload ends in a line feed, as in the original; no other has one of its own. */
export const processGroupEvent = (change: "ADDED" | "REMOVED", group: string): SupervisorEvent => ({
  name: `PROCESS_GROUP_${change}`,
  payload: () => `groupname:${group}\n`,
});

/** `when`: epoch seconds, a multiple of the period. */
export const tickEvent = (period: 5 | 60 | 3600, when: number): SupervisorEvent => ({
  name: `TICK_${period}`,
  payload: () => `when:${when}`,
});
