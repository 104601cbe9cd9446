/** The commands of the add-on supervisor_cache, for the namespace cache.* */

import { pyrepr } from "../../../lib/config/pyrepr.ts";
import { shlexSplit } from "../../../lib/config/shlex.ts";
import type { XmlRpcValue } from "../../../lib/wire/xmlrpc-value.ts";
import { isXmlRpcArray } from "../../../lib/wire/xmlrpc-value.ts";
import type { CtlCommands, CtlPluginFactory } from "./face.ts";

const HELP = {
  cache_clear: "cache_clear\tClear all items from the cache.",
  cache_count: "cache_count\tGet a count of all items in the cache.",
  cache_delete: "cache_delete <key>\tDelete the item cached at <key>.",
  cache_fetch: "cache_fetch <key>\tFetch the item cached at <key>.",
  cache_keys: "cache_keys\tList the keys of all items in the cache.",
  cache_store: "cache_store <key> <value>\tStore <value> in the cache at <key>.",
} as const;

/** As Python would show it. */
function shown(value: XmlRpcValue): string {
  if (typeof value === "string") return pyrepr(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isXmlRpcArray(value)) return `[${value.map(shown).join(", ")}]`;
  return String(value);
}

/**
 * Loaded for the name of its Python factory. Words are split as by a shell; with too many or too few of them a command
 * prints its help, which is no error.
 */
export const cachePlugin: CtlPluginFactory = (controller) => {
  /** A command of so many words; with any other number of them it prints its help. */
  const command = (
    name: keyof typeof HELP,
    count: number,
    run: (words: readonly string[]) => Promise<unknown>,
  ) => ({
    help: HELP[name],
    run: async (arg: string) => {
      const words = shlexSplit(arg);
      if (words.length === count) await run(words);
      else controller.output(HELP[name]);
    },
  });
  const show = async (method: string, ...params: readonly string[]) =>
    controller.output(shown(await controller.call(`cache.${method}`, ...params)));
  return {
    cache_clear: command("cache_clear", 0, () => controller.call("cache.clear")),
    cache_count: command("cache_count", 0, () => show("getCount")),
    cache_delete: command("cache_delete", 1, (words) => controller.call("cache.delete", ...words)),
    cache_fetch: command("cache_fetch", 1, (words) => show("fetch", ...words)),
    cache_keys: command("cache_keys", 0, () => show("getKeys")),
    cache_store: command("cache_store", 2, (words) => controller.call("cache.store", ...words)),
  } satisfies CtlCommands;
};
