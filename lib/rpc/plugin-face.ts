/**
 * What an [rpcinterface:x] of one's own is written against: a narrow face of the daemon, and the shape of what its factory
 * returns. In the configuration: `supervisor.rpcinterface_factory = ./file.mjs:name`.
 */
import type { EventName } from "../model/events.ts";
import type { FaultName } from "../model/faults.ts";
import type { LogLevel } from "../model/spec.ts";
import type { ProcessState, SupervisorMood } from "../model/states.ts";
import type { XmlRpcValue } from "../wire/xmlrpc-value.ts";

/** One process as a plug-in sees it. */
export interface PluginProcess {
  readonly group: string;
  readonly name: string;
  readonly state: ProcessState;
  /** 0 where no child lives. */
  readonly pid: number;
}

/** An event as a plug-in sees it. */
export interface PluginEvent {
  readonly name: EventName;
  readonly payload: string;
}

export interface PluginDaemon {
  readonly mood: SupervisorMood;
  readonly identifier: string;
  /** In the order in which they were added. */
  groupNames(): string[];
  /** The processes of one group, or of all. Throws a BAD_NAME fault for an unknown group. */
  processes(group?: string): PluginProcess[];
  /**
   * Adds a program to a group as if its section stood in the configuration, and starts it where it says `autostart`.
   * Gives the names of its processes. Throws faults: BAD_NAME for an unknown group or a name that is taken,
   * INCORRECT_PARAMETERS for options that are not valid.
   */
  addProgram(group: string, program: string, options: ReadonlyMap<string, string>): string[];
  /** Throws faults: BAD_NAME for what is unknown, STILL_RUNNING for a process that is not at rest. */
  removeProcess(group: string, process: string): void;
  /** Writes a line to the daemon's own log. */
  log(level: LogLevel, text: string): void;
  /** Hears events from now on; the returned function ends it. */
  subscribe(types: EventName | readonly EventName[], listener: (event: PluginEvent) => void): () => void;
  /** Calls any method that a client could call, as `supervisor.startProcess`. Rejects with a fault. */
  call(method: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue>;
  /**
   * An error to throw: the caller gets it as a fault. One of the catalogue's by name, whose text is `NAME` or `NAME: text`; or
   * a code of one's own with its text.
   */
  fault(fault: FaultName | number, text?: string): Error;
}

/**
 * Arguments as clients send them: structs are Maps, arrays are arrays. Every function has a `call` of its own, of any
 * parameters; said here with ours, it leaves the compiler to tell the parameters of a {@link PluginMethod}'s `call`.
 */
export type PluginCall = ((...params: readonly XmlRpcValue[]) => XmlRpcValue | Promise<XmlRpcValue>) & {
  readonly call?: (...params: readonly XmlRpcValue[]) => unknown;
};

export interface PluginMethod {
  /** With lines `@param TYPE NAME text` and `@return TYPE text`, which methodSignature is made from. */
  readonly help?: string;
  /** Least and most arguments; as many as `call` names unless given. Others are an INCORRECT_PARAMETERS fault. */
  readonly arity?: readonly [number, number];
  readonly call: PluginCall;
}

/** A namespace's methods by their name after the dot. */
export type PluginMethods = Readonly<Record<string, PluginMethod | PluginCall>>;

/**
 * Makes the methods of a namespace; called each time the daemon starts or reloads. `options` are the section's other keys, in
 * lower case. What it throws is why the daemon does not start.
 */
export type RpcInterfaceFactory = (
  daemon: PluginDaemon,
  options: Readonly<Record<string, string>>,
) => PluginMethods;
