/** Where the output of a process goes: its logs, the echo in the activity log, and the events of its channels. */

import { pyrepr } from "../config/pyrepr.ts";
import {
  type OutputChannel,
  processCommunicationEvent,
  processLogEvent,
  type SupervisorEvent,
} from "../events/event.ts";
import { type ChannelLog, type ChannelLogOptions, openChannelLog } from "../log/child-log.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { decodeOrRepr } from "../wire/python-repr.ts";
import type { Engine } from "./engine.ts";

/** Whose output it is. */
export interface OutputOwner {
  readonly spec: ProcessSpec;
  readonly group: string;
  readonly record: { readonly pid: number };
  /** Set for an event listener, whose stdout is its protocol. */
  readonly stdoutTap: unknown;
}

const EVENTS = {
  stdout: { log: "PROCESS_LOG_STDOUT", communication: "PROCESS_COMMUNICATION_STDOUT" },
  stderr: { log: "PROCESS_LOG_STDERR", communication: "PROCESS_COMMUNICATION_STDERR" },
} as const;

/** Opens the log of a channel. Throws the system's error where it can't. */
export function openOutputLog(
  owner: OutputOwner,
  channel: OutputChannel,
  path: string | null,
  engine: Engine,
): ChannelLog {
  const { log, stripAnsi } = engine;
  const spec = owner.spec[channel];
  // Of a listener's stdout only the log counts.
  const isProtocol = channel === "stdout" && owner.stdoutTap !== null;
  const events = isProtocol ? SILENT : channelEvents(owner, channel, engine);
  // Written out, since V8 gives each copy by `...` a hidden class of its own.
  return openChannelLog({
    path,
    name: owner.spec.name,
    channel,
    stripAnsi,
    onTrouble: (text: string) => log.error(text),
    spec: isProtocol ? { maxbytes: spec.maxbytes, backups: spec.backups, captureMaxbytes: 0 } : spec,
    syslog: !isProtocol && spec.syslog ? engine.syslog() : null,
    debugEcho: !isProtocol && log.enabled("debug") ? (text) => log.debug(text) : null,
    onLogEvent: events.onLogEvent,
    onCommunication: events.onCommunication,
  });
}

const SILENT = { onLogEvent: null, onCommunication: null } as const;

function channelEvents(
  owner: OutputOwner,
  channel: OutputChannel,
  { bus, log }: Engine,
): Pick<ChannelLogOptions, "onLogEvent" | "onCommunication"> {
  const { eventsEnabled, captureMaxbytes } = owner.spec[channel];
  if (!eventsEnabled && captureMaxbytes === 0) return SILENT;
  const { name } = owner.spec;
  /** An event that nobody wants is not even decoded. */
  const publish = (
    event: "log" | "communication",
    make: (detail: Parameters<typeof processLogEvent>[0]) => SupervisorEvent,
    bytes: Uint8Array,
  ) => {
    if (!bus.wants(EVENTS[channel][event])) return;
    const { pid } = owner.record;
    bus.publish(make({ process: name, group: owner.group, pid, channel, text: decodeOrRepr(bytes) }));
  };
  return {
    onLogEvent: eventsEnabled ? (bytes) => publish("log", processLogEvent, bytes) : null,
    onCommunication:
      captureMaxbytes > 0
        ? (bytes) => {
            publish("communication", processCommunicationEvent, bytes);
            log.debug(`${pyrepr(name)} ${channel} emitted a comm event`);
          }
        : null,
  };
}
