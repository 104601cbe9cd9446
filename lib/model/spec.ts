/**
 * What a configuration says, as plain frozen records: the contract between `config`, which makes them, and `daemon`,
 * which runs them. Sizes are bytes, times whole seconds, modes and umasks numbers.
 */
import type { EventName } from "./events.ts";

/** Where a channel writes. `auto` becomes a generated file in childlogdir when the group is added. */
export type LogTarget =
  | { readonly kind: "none" }
  | { readonly kind: "auto" }
  | { readonly kind: "file"; readonly path: string };

/** One output channel of a process. `maxbytes` 0: never rotated. `captureMaxbytes` 0: capture mode off. */
export interface ChannelSpec {
  readonly logfile: LogTarget;
  readonly maxbytes: number;
  readonly backups: number;
  readonly captureMaxbytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
}

export type Autorestart = "always" | "never" | "unexpected";

/** `auto`: the daemon's own URL; `none`: the variable is not set. */
export type ServerUrlChoice =
  | { readonly kind: "auto" }
  | { readonly kind: "none" }
  | { readonly kind: "url"; readonly url: string };

/** The socket of a FastCGI program, opened by the daemon and inherited as descriptor 0. */
export type FcgiSocketSpec = FcgiTcpSocketSpec | FcgiUnixSocketSpec;

export interface FcgiTcpSocketSpec {
  readonly kind: "tcp";
  /** As the original prints it: `tcp://host:port`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly backlog: number | null;
}

export interface FcgiUnixSocketSpec {
  readonly kind: "unix";
  /** As the original prints it: `unix:///path`. */
  readonly url: string;
  readonly path: string;
  readonly mode: number;
  /** Null: the owner is left as it is. A gid of -1: the group is left as it is. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly backlog: number | null;
}

/** One process of a program, expanded (numprocs makes several of one section). */
export interface ProcessSpec {
  readonly name: string;
  /** The section it came from, `program:web`, for messages. */
  readonly section: string;
  readonly command: string;
  readonly directory: string | null;
  readonly umask: number | null;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: Autorestart;
  readonly startsecs: number;
  readonly startretries: number;
  readonly uid: number | null;
  readonly stdout: ChannelSpec;
  readonly stderr: ChannelSpec;
  readonly redirectStderr: boolean;
  readonly stopsignal: number;
  readonly stopwaitsecs: number;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  readonly exitcodes: readonly number[];
  /** [supervisord] environment with the program's own on top. */
  readonly environment: ReadonlyMap<string, string>;
  readonly serverurl: ServerUrlChoice;
  /** Set for every process of an [fcgi-program:x], also inside a [group:x]. */
  readonly fcgiSocket: FcgiSocketSpec | null;
}

interface GroupBase {
  readonly name: string;
  readonly priority: number;
  /** By priority; of equal ones, those of one program by name, those of several as [group:x] lists them. */
  readonly processes: readonly ProcessSpec[];
}

/** A [group:x], or the group that a lone [program:x] or [fcgi-program:x] makes. */
export interface ProcessGroupSpec extends GroupBase {
  readonly kind: "group";
  /** Set for the group of a lone [fcgi-program:x]: part of the group's identity in a diff. */
  readonly fcgiSocket: FcgiSocketSpec | null;
}

/** An [eventlistener:x]. */
export interface ListenerPoolSpec extends GroupBase {
  readonly kind: "eventlistener";
  readonly bufferSize: number;
  readonly events: readonly EventName[];
  /** `module:attribute` as written; `supervisor.dispatchers:default_handler` unless the file says otherwise. */
  readonly resultHandler: string;
}

export type GroupSpec = ProcessGroupSpec | ListenerPoolSpec;

interface ServerBase {
  /** The section's name as written, for the CRIT line. */
  readonly section: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** `host` empty: every IPv4 interface. */
export interface InetServerSpec extends ServerBase {
  readonly kind: "inet";
  readonly host: string;
  readonly port: number;
}

/** `uid` and `gid` -1: left as they are. */
export interface UnixServerSpec extends ServerBase {
  readonly kind: "unix";
  readonly file: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type ServerSpec = InetServerSpec | UnixServerSpec;

/** An [rpcinterface:x]: `factory` is `module:attribute` as written, `extras` its other keys, expanded. */
export interface RpcInterfaceSpec {
  readonly name: string;
  readonly section: string;
  readonly factory: string;
  readonly extras: ReadonlyMap<string, string>;
}

export type LogLevel = "critical" | "error" | "warn" | "info" | "debug" | "trace" | "blather";

/** The [supervisord] section with the command line on top. Paths are absolute. */
export interface DaemonSpec {
  /** An absolute path, or `{kind: "syslog"}`. */
  readonly logfile: { readonly kind: "syslog" } | { readonly kind: "file"; readonly path: string };
  readonly logfileMaxbytes: number;
  readonly logfileBackups: number;
  readonly loglevel: LogLevel;
  readonly pidfile: string;
  readonly umask: number;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly minfds: number;
  readonly minprocs: number;
  readonly nocleanup: boolean;
  readonly childlogdir: string;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly directory: string | null;
  readonly stripAnsi: boolean;
  readonly identifier: string;
  /** [supervisord] environment=, which the daemon's own environment takes over before it spawns. */
  readonly environment: ReadonlyMap<string, string>;
}

/** What the parser wants said once there is a log: criticals first, then warnings, then infos. */
export interface ConfigMessages {
  readonly critical: readonly string[];
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** A whole configuration, read and validated. */
export interface Config {
  /** Absolute path of the main file. */
  readonly file: string;
  readonly daemon: DaemonSpec;
  /** Sorted by priority, then name. Groups of the same name may stand here: the first one counts. */
  readonly groups: readonly GroupSpec[];
  readonly servers: readonly ServerSpec[];
  readonly rpcInterfaces: readonly RpcInterfaceSpec[];
  /** The URL that children get for `serverurl=AUTO`: the first unix server, else the last inet one, else null. */
  readonly serverurl: string | null;
  readonly messages: ConfigMessages;
}
