/** Finding, loading and asking the plug-ins of a configuration for their commands. */
import { ConfigError } from "../../../lib/config/errors.ts";
import type { PluginSpec } from "../../../lib/config/read-plugins.ts";
import { findModule, importModule } from "../../../lib/sys/modules.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";
import type { CtlCommand, CtlController, CtlPluginFactory } from "./face.ts";

/** The commands of one [ctlplugin:x]. */
export interface CommandGroup {
  readonly name: string;
  readonly commands: readonly Command[];
}

const BUILTIN: Readonly<Record<string, () => Promise<CtlPluginFactory>>> = {
  "supervisor_cache.controllerplugin:make_cache_controllerplugin": async () =>
    (await import("./cache.ts")).cachePlugin,
};

/**
 * @param folder where `./file.mjs` and packages are looked for: the configuration's
 * @throws {ConfigError} where one can't be loaded or made
 */
export async function loadPlugins(
  specs: readonly PluginSpec[],
  folder: string,
  session: Session,
): Promise<CommandGroup[]> {
  const controller: CtlController = {
    output: (line) => session.output(line),
    fail: (line, status) => session.fail(line, status),
    call: (method, ...params) => session.rpc().call(method, ...params),
  };
  const groups: CommandGroup[] = [];
  for (const { name, factory: spec, section, extras } of specs) {
    const refuse = (why: string) =>
      new ConfigError(`${spec} cannot be resolved within [${section}]: ${why}`, { section });
    const factory = await resolve(spec, folder, refuse);
    try {
      const made = Object.entries(factory(controller, Object.fromEntries(extras)));
      groups.push({
        name,
        commands: made.map(([word, command]) =>
          toCommand(word, typeof command === "function" ? { run: command } : command),
        ),
      });
    } catch (error) {
      throw refuse(messageOf(error));
    }
  }
  return groups;
}

async function resolve(
  spec: string,
  folder: string,
  refuse: (why: string) => ConfigError,
): Promise<CtlPluginFactory> {
  const builtin = BUILTIN[spec];
  if (builtin !== undefined) return builtin();
  const colon = spec.lastIndexOf(":");
  const module = spec.slice(0, Math.max(colon, 0));
  const attribute = spec.slice(colon + 1);
  if (module === "" || attribute === "") throw refuse("it has to be written as module:attribute");
  const found = findModule(module, folder);
  if (!found.ok) {
    throw refuse(
      `${found.reason}. Python code cannot run here: name a Node module instead, as ./file.mjs:${attribute}`,
    );
  }
  const loaded = await importModule(found.url).catch((error: unknown) => {
    throw refuse(`${module} fails to load: ${messageOf(error)}`);
  });
  const factory = loaded[attribute];
  if (typeof factory !== "function") throw refuse(`${module} exports no function ${attribute}`);
  return factory as CtlPluginFactory;
}

function toCommand(name: string, { help = "", run }: CtlCommand): Command {
  return {
    name,
    help: help === "" ? `*** No help on ${name}` : help,
    slow: true,
    // What its words mean is its own business.
    hasFlags: true,
    async run(_session, arg) {
      await run(arg);
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
