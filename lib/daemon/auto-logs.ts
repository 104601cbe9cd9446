import type { OutputChannel } from "../events/event.ts";
import { createAutoLog } from "../log/auto-log.ts";
import { clearLogPath } from "../log/log-file.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Engine } from "./engine.ts";

/**
 * The files of a process's two channels, AUTO ones generated when the group is added (supervisor.md section 3.7). A file
 * that can't be generated then is tried again at each start: one bad folder must not keep the daemon from starting.
 */
export class AutoLogs {
  readonly #spec: ProcessSpec;
  readonly #engine: Engine;
  readonly #generated: Record<OutputChannel, string | null> = { stdout: null, stderr: null };

  constructor(spec: ProcessSpec, engine: Engine) {
    this.#spec = spec;
    this.#engine = engine;
    for (const channel of ["stdout", "stderr"] as const) {
      try {
        this.open(channel);
      } catch {
        // Said at the first start, as the spawnerr of this program alone.
      }
    }
  }

  /** The file of a channel where there is one already, else null. */
  path(channel: OutputChannel): string | null {
    const { logfile } = this.#spec[channel];
    return logfile.kind === "file" ? logfile.path : this.#generated[channel];
  }

  /** The file of a channel, generated now if it has to be; null for no log. Throws the system's error. */
  open(channel: OutputChannel): string | null {
    if (this.#spec[channel].logfile.kind === "auto" && this.#generated[channel] === null) {
      const { childlogdir, identifier } = this.#engine;
      const { name } = this.#spec;
      const wanted = { directory: childlogdir, process: name, channel, identifier };
      this.#generated[channel] = createAutoLog(wanted);
    }
    return this.path(channel);
  }

  /** Empties the logs of a process that has no child, or the one of a channel. False where one can't be. */
  clear(only?: OutputChannel): boolean {
    return (["stdout", "stderr"] as const).every((channel) => {
      if (only !== undefined && channel !== only) return true;
      const path = this.path(channel);
      return path === null || ["ok", "missing"].includes(clearLogPath(path));
    });
  }
}
