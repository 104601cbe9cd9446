/** The daemon's command: reads what it is told, goes to the background, and hands over to the lifecycle. */
import { parseDaemonCommandLine } from "../lib/config/command-line.ts";
import { ConfigError, usageText } from "../lib/config/errors.ts";
import { loadConfig, pinConfiguration, searchWarning } from "../lib/config/load.ts";
import { absolutePath, directoryName } from "../lib/config/posixpath.ts";
import { readOneProgram } from "../lib/config/read-one-program.ts";
import { Lifecycle } from "../lib/daemon/lifecycle.ts";
import { Plugins } from "../lib/daemon/plugins.ts";
import { StartupError } from "../lib/daemon/privileges.ts";
import { httpFrontend } from "../lib/http/frontend.ts";
import type { Config } from "../lib/model/spec.ts";
import { BUILTIN_FACTORIES } from "../lib/rpc/namespaces.ts";
import { configHost } from "../lib/sys/config-host.ts";
import { daemonReady, isDaemonChild, letGo, spawnDaemon } from "../lib/sys/daemonise.ts";
import { dropOwnVariables, environment, exit } from "../lib/sys/host.ts";
import { ignoreSigpipe, ignoreSigusr1, onInternalError, setProcessName } from "../lib/sys/signals.ts";
import { STDERR, STDOUT } from "../lib/sys/stdio.ts";
import { check } from "./check.ts";
import { print } from "./print.ts";

/** Usage, configuration, ports and privileges: as the original. */
const EXIT_USAGE = 2;
/** As Python's, of an exception that nobody catches. */
const EXIT_UNFORESEEN = 1;

async function main(): Promise<void> {
  ignoreSigusr1();
  const host = configHost();
  try {
    const invocation = parseDaemonCommandLine(host, process.argv.slice(2));
    if ("text" in invocation) {
      print(STDOUT, invocation.text);
      return exit(0);
    }
    const warning = searchWarning(host, invocation.commandLine);
    if (warning !== null && !isDaemonChild()) print(STDERR, `${host.argv0}: UserWarning: ${warning}\n`);
    const commandLine = pinConfiguration(host, invocation.commandLine);

    const folder = directoryName(absolutePath(host, commandLine.configuration ?? ""));
    const plugins = new Plugins(folder, BUILTIN_FACTORIES);
    const readingHost = { ...host, resolvePlugin: (spec: string) => plugins.problem(spec) };

    if (invocation.kind === "check") {
      const { text, ok } = check(readingHost, commandLine);
      print(STDOUT, text);
      return exit(ok ? 0 : EXIT_USAGE);
    }
    const remembered = new Map<string, string>();
    const read = (): Config => {
      const config = loadConfig(readingHost, commandLine, remembered);
      for (const [name, value] of config.daemon.environment) remembered.set(name, value);
      return config;
    };
    const config = read();
    if (!config.daemon.nodaemon && !isDaemonChild()) exit(await spawnDaemon());

    dropOwnVariables();
    setProcessName("supervisord");
    ignoreSigpipe();
    const lifecycle = new Lifecycle({
      config,
      environment: environment(),
      reread: read,
      plugins,
      readProgram: ({ file, daemon }, group, program, options) =>
        readOneProgram(host, { file, group, program, options, daemonEnvironment: daemon.environment }),
      frontend: httpFrontend,
      background: config.daemon.nodaemon ? null : { detach: letGo, ready: daemonReady },
      exit,
    });
    // Whatever goes wrong inside must not take the programs down with it.
    onInternalError((detail) => lifecycle.log.critical(`internal error, going on: ${detail}`));
    await lifecycle.begin();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StartupError) {
      print(STDERR, usageText(error.message, host.argv0));
      exit(EXIT_USAGE);
    }
    print(STDERR, `Error: ${error instanceof Error ? error.message : String(error)}\n`);
    exit(EXIT_UNFORESEEN);
  }
}

void main();
