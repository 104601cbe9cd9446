/** A daemon's engine without servers, in the spec's own process: a configuration in, real children out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { Plugins } from "../../lib/daemon/plugins.ts";
import { Supervisor } from "../../lib/daemon/supervisor.ts";
import { Serial } from "../../lib/events/serial.ts";
import type { Config } from "../../lib/model/spec.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { onChildExit } from "../../lib/sys/reap.ts";
import { ignoreSigpipe } from "../../lib/sys/signals.ts";
import { until } from "./daemon-wait.ts";
import { type MemoryLog, memoryLog } from "./events-log.ts";

export interface EngineRun {
  readonly dir: string;
  readonly supervisor: Supervisor;
  readonly log: MemoryLog;
  /** A file of the folder as text; empty where there is none. */
  read(name: string): string;
  state(group: string, process?: string): string;
  /** Stops everything and removes the folder; done by itself at the end of the test. */
  stop(): Promise<void>;
}

/**
 * @param sections the configuration behind [supervisord], with `@DIR@` for the folder
 * @param files more files, by name, before it starts
 */
export async function runEngine(
  t: TestContext,
  sections: string,
  { files = {}, debug = false }: { files?: Readonly<Record<string, string>>; debug?: boolean } = {},
): Promise<EngineRun> {
  const dir = mkdtempSync(join(tmpdir(), "engine-"));
  const file = join(dir, "s.conf");
  const fill = (text: string): string => text.replaceAll("@DIR@", dir);
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(dir, name), fill(text), { mode: 0o755 });
  writeFileSync(file, fill(`[supervisord]\nchildlogdir=@DIR@\n${sections}`));
  const plugins = new Plugins(dir);
  const read = (): Config =>
    loadConfig(configHost("supervisord"), { ...NO_COMMAND_LINE, configuration: file });
  const config = read();
  await plugins.prepare(config);
  const log = memoryLog(debug);
  let stopped = false;
  let left = false;
  ignoreSigpipe();
  const supervisor = new Supervisor({
    config,
    log,
    environment: new Map(Object.entries(process.env) as [string, string][]),
    nofileSoft: null,
    reread: read,
    rehearse: () => {},
    plugins,
    readProgram: () => [],
    serials: new Serial(),
    onStopped: () => {
      stopped = true;
    },
  });
  const leave = onChildExit((pid, status) => supervisor.reaped(pid, status));
  supervisor.addConfigured();
  supervisor.run();
  const stop = async (): Promise<void> => {
    if (left) return;
    left = true;
    supervisor.requestShutdown();
    await until("everything to stop", () => stopped);
    leave();
    rmSync(dir, { recursive: true });
  };
  t.after(stop);
  return {
    dir,
    supervisor,
    log,
    read: (name) => {
      try {
        return readFileSync(join(dir, name), "utf8");
      } catch {
        return "";
      }
    },
    state: (group, name = group) => supervisor.groups.get(group)?.processes.get(name)?.record.state ?? "",
    stop,
  };
}
