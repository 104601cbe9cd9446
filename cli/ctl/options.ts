/** The command line, the [supervisorctl] section and the context in use made one. */
import { type ClientCommandLine, parseClientCommandLine, readClientConfig } from "../../lib/config/client.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import { contextsFile, hasContexts, readContexts } from "./contexts.ts";
import { takeOwnOptions } from "./own-options.ts";
import type { ServerTarget } from "./rpc.ts";
import type { SessionOptions } from "./session.ts";

export type Invocation =
  | { readonly kind: "help"; readonly text: string }
  | {
      readonly kind: "run";
      readonly options: SessionOptions;
      readonly words: readonly string[];
      /** `-i`: at a terminal a shell follows the command. */
      readonly stay: boolean;
    };

const OWN_HELP = `
More options, which the original does not have:
      --context NAME             talk to the supervisord that "context add" gave this name
      --history-file FILE        the same as --history_file
NO_COLOR in the environment keeps colours off a terminal.
`;

/** Throws ConfigError for a usage error or a configuration that cannot be used: exit status 2. */
export async function readInvocation(argv: readonly string[], host: ConfigHost): Promise<Invocation> {
  const own = takeOwnOptions(argv);
  const parsed = parseClientCommandLine(host, own.argv);
  if (parsed.kind !== "run") return { kind: "help", text: parsed.text + OWN_HELP };
  const { commandLine } = parsed;
  const context = await contextInUse(host, own.context, commandLine);
  const options = context === null ? configured(host, commandLine) : named(host, commandLine, context);
  return { kind: "run", options, words: commandLine.words, stay: commandLine.interactive };
}

const configured = (host: ConfigHost, commandLine: ClientCommandLine): SessionOptions =>
  readClientConfig(host, commandLine);

/** The server of a context; what else the configuration says counts if there is one that can be read. */
function named(host: ConfigHost, commandLine: ClientCommandLine, context: ServerTarget): SessionOptions {
  const fallback: SessionOptions = {
    ...context,
    prompt: "supervisor",
    historyFile: commandLine.historyFile,
    interactive: commandLine.interactive || commandLine.words.length === 0,
  };
  const over: ServerTarget = {
    serverurl: commandLine.serverurl ?? context.serverurl,
    username: commandLine.username ?? context.username,
    password: commandLine.password ?? context.password,
  };
  try {
    return { ...configured(host, commandLine), ...over };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...fallback, ...over };
  }
}

/** The context named on the command line, or the one in use where neither -c nor -s says where to go. */
async function contextInUse(
  host: ConfigHost,
  asked: string | null,
  commandLine: ClientCommandLine,
): Promise<ServerTarget | null> {
  const elsewhere = commandLine.configuration !== null || commandLine.serverurl !== null;
  if (asked === null && elsewhere) return null;
  const path = contextsFile(Object.fromEntries(host.environment));
  if (asked === null && !hasContexts(path)) return null;
  const { byName, current } = await readContexts(path);
  const name = asked ?? current;
  if (name === null) return null;
  const context = byName.get(name);
  if (context === undefined && asked !== null) throw new ConfigError(`no such context: ${asked}`);
  return context ?? null;
}
