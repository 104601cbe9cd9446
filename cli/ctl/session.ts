/**
 * One run of supervisorctl: what it talks to, what it has to say, and the exit status so far (which, as in the original,
 * no later success puts back to 0).
 */
import type { PluginSpec } from "../../lib/config/read-plugins.ts";
import { FAULTS } from "../../lib/model/faults.ts";
import { API_VERSION } from "../../lib/model/version.ts";
import { ClientError, Fault } from "./errors.ts";
import { EXIT } from "./exit-status.ts";
import type { Io } from "./io.ts";
import { RpcClient, type ServerTarget } from "./rpc.ts";
import { Spinner } from "./spinner.ts";
import { textOf } from "./values.ts";

/** The options in force; `open` and the password prompt change the first three. */
export interface SessionOptions extends ServerTarget {
  readonly prompt: string;
  readonly historyFile: string | null;
  /** `-i`, or no command on the command line: ask before a shutdown, and for a password. */
  readonly interactive: boolean;
  /** The configuration's file, and its [ctlplugin:x] sections. */
  readonly file?: string | null;
  readonly plugins?: readonly PluginSpec[];
}

const NO_NAMESPACE =
  "Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to " +
  "control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see " +
  "sample.conf).";

/** Lasts for a command line and the shell that may follow it; its connection for one command only. */
export class Session {
  readonly io: Io;
  /** Our own name, for the place that an `error:` line ends with. */
  readonly program: string;
  options: SessionOptions;
  exitStatus: number = EXIT.SUCCESS;
  #rpc: RpcClient | null = null;
  #spinner: Spinner | null = null;

  constructor(options: SessionOptions, io: Io, program: string) {
    this.options = options;
    this.io = io;
    this.program = program;
  }

  /** One line to standard output. */
  output(message: string): void {
    this.#spinner?.step();
    this.io.write(`${message}\n`);
  }

  /** Shows a sign of life from now on, until the returned function is called. */
  busy(label: string): () => void {
    if (!this.io.errorIsTerminal) return () => undefined;
    const spinner = new Spinner(this.io, label);
    this.#spinner = spinner;
    return () => {
      spinner.end();
      this.#spinner = null;
    };
  }

  /** Advice that the original does not give: only where a person reads it. */
  hint(message: string): void {
    if (this.io.errorIsTerminal) this.io.writeError(`${message}\n`);
  }

  /** An error of the command itself: the text, exit status 1. */
  fail(message: string, status: number = EXIT.GENERIC): void {
    this.output(message);
    this.exitStatus = status;
  }

  /** The connection of the present command, opened at its first call. Throws a ValueError for a bad URL. */
  rpc(): RpcClient {
    this.#rpc ??= new RpcClient(this.options);
    return this.#rpc;
  }

  /** Ends the present command's connection: the daemon may be another one by the next. */
  disconnect(): void {
    this.#rpc?.close();
    this.#rpc = null;
  }

  /** Talks to another server from now on, or as another user. */
  retarget(target: Partial<ServerTarget>): void {
    this.disconnect();
    this.options = { ...this.options, ...target };
  }

  /** Exit status for a fault in the way of starting, stopping or signalling; `ignored` is the fault that is no failure. */
  noteFault(code: number, ignored?: number): void {
    if (code === ignored || code === FAULTS.SUCCESS) return;
    const dead =
      code === FAULTS.SPAWN_ERROR || code === FAULTS.ABNORMAL_TERMINATION || code === FAULTS.NOT_RUNNING;
    this.exitStatus = dead ? EXIT.NOT_RUNNING : EXIT.GENERIC;
  }

  /** True if a daemon answers that speaks our version. Says why not and sets the exit status; other errors are thrown. */
  async upcheck(): Promise<boolean> {
    try {
      const version = textOf(await this.rpc().call("getVersion"));
      if (version === API_VERSION) return true;
      this.fail(
        `Sorry, this version of supervisorctl expects to talk to a server with API version ${API_VERSION}, ` +
          `but the remote version is ${version}.`,
        EXIT.NOT_INSTALLED,
      );
      return false;
    } catch (error) {
      if (error instanceof Fault && error.faultCode === FAULTS.UNKNOWN_METHOD) {
        this.fail(NO_NAMESPACE, EXIT.UNIMPLEMENTED_FEATURE);
        return false;
      }
      if (error instanceof ClientError && error.code === "ECONNREFUSED") {
        this.fail(`${this.options.serverurl} refused connection`, EXIT.INSUFFICIENT_PRIVILEGES);
        return false;
      }
      if (error instanceof ClientError && error.code === "ENOENT") {
        this.fail(`${this.options.serverurl} no such file`, EXIT.NOT_RUNNING);
        return false;
      }
      throw error;
    }
  }
}
