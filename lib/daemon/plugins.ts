/**
 * The callables that a configuration names as `module:attribute`: result handlers and factories of RPC namespaces. Names
 * that the original's configurations use for its own parts are built in; any other is a Node module.
 */
import { ConfigError } from "../config/errors.ts";
import type { Config } from "../model/spec.ts";
import { findModule, importModule } from "../sys/modules.ts";
import { DEFAULT_HANDLER, defaultHandler, type ResultHandler } from "./result-handler.ts";
import { STDOUT_HANDLER, stdoutHandler } from "./stdout-handler.ts";

/** Called with what its kind of plug-in gets; the caller looks at what it returns. */
export type Callable = (...args: never[]) => unknown;

const HANDLERS: readonly (readonly [string, Callable])[] = [
  [DEFAULT_HANDLER, defaultHandler as Callable],
  [STDOUT_HANDLER, stdoutHandler as Callable],
];

interface Named {
  readonly spec: string;
  readonly section: string;
}

/** One for the life of the daemon: what is loaded stays over rereads and reloads, until its file changes. */
export class Plugins {
  readonly #folder: string;
  readonly #builtin: ReadonlyMap<string, Callable>;
  /** Loaded from modules, with the URL that each came from. */
  readonly #loaded = new Map<string, { readonly url: string; readonly callable: Callable }>();

  /**
   * @param folder where `./file.mjs` and packages are looked for: the configuration's
   * @param builtin callables by the names that configurations use for them
   */
  constructor(folder: string, builtin: ReadonlyMap<string, Callable> = new Map()) {
    this.#folder = folder;
    this.#builtin = new Map([...HANDLERS, ...builtin]);
  }

  /** Why a name can't be one of ours, as far as that shows without running it; null where it may be. */
  problem(spec: string): string | null {
    if (this.#builtin.has(spec)) return null;
    const found = this.#find(spec);
    return typeof found === "string" ? found : null;
  }

  /**
   * Loads all that a configuration names and that is not loaded yet, or whose file has changed since.
   * @throws {ConfigError} where one can't be loaded, or is no function
   */
  async prepare(config: Config): Promise<void> {
    for (const { spec, section } of namesOf(config)) {
      if (this.#builtin.has(spec)) continue;
      const problem = await this.#load(spec);
      if (problem !== null) {
        throw new ConfigError(`${spec} cannot be resolved within [${section}]: ${problem}`, { section });
      }
    }
  }

  /** A callable that `prepare` has seen. */
  callable(spec: string): Callable {
    const callable = this.#builtin.get(spec) ?? this.#loaded.get(spec)?.callable;
    if (callable === undefined) throw new Error(`${spec} is not loaded`);
    return callable;
  }

  resultHandler(spec: string): ResultHandler {
    return this.callable(spec) as ResultHandler;
  }

  /** Null, or why it can't be loaded. */
  async #load(spec: string): Promise<string | null> {
    const found = this.#find(spec);
    if (typeof found === "string") return found;
    const { attribute, module, url } = found;
    if (this.#loaded.get(spec)?.url === url) return null;
    try {
      const exported = (await importModule(url))[attribute];
      if (typeof exported !== "function") return `${module} exports no function ${attribute}`;
      this.#loaded.set(spec, { url, callable: exported as Callable });
      return null;
    } catch (error) {
      return `${module} fails to load: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #find(spec: string): Located | string {
    const colon = spec.lastIndexOf(":");
    const module = spec.slice(0, Math.max(colon, 0));
    const attribute = spec.slice(colon + 1);
    if (module === "" || attribute === "") return "it has to be written as module:attribute";
    const found = findModule(module, this.#folder);
    if (found.ok) return { module, attribute, url: found.url };
    return (
      `${found.reason}. Python code cannot run here: name a Node module instead that exports a function of the same ` +
      `use, as ./file.mjs:${attribute} (relative to the configuration file) or package:${attribute}`
    );
  }
}

interface Located {
  readonly module: string;
  readonly attribute: string;
  readonly url: string;
}

function namesOf(config: Config): Named[] {
  const handlers = config.groups.flatMap((group) =>
    group.kind === "eventlistener"
      ? [{ spec: group.resultHandler, section: `eventlistener:${group.name}` }]
      : [],
  );
  const factories = config.rpcInterfaces.map(({ factory, section }) => ({ spec: factory, section }));
  return [...factories, ...handlers];
}
