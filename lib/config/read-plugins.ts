/** [rpcinterface:x] and [ctlplugin:x]: a factory, and all the section's other keys for it (supervisor.md section 7). */
import type { RpcInterfaceSpec } from "../model/spec.ts";
import { text } from "./datatypes.ts";
import { sectionSuffix } from "./read-program.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { CTL_PLUGIN, RPC_INTERFACE } from "./table/client.ts";
import { optional, type Row } from "./table/row.ts";

/** A plug-in is named as an RPC interface is. */
export type PluginSpec = RpcInterfaceSpec;

/**
 * In the order of the file. Throws ConfigError for a section without supervisor.rpcinterface_factory, or whose factory
 * the host cannot resolve.
 */
export const readRpcInterfaces = (source: Source): PluginSpec[] =>
  readPlugins(source, "rpcinterface:", RPC_INTERFACE.factory);

/** As {@link readRpcInterfaces}, with supervisor.ctl_factory for the factory. */
export const readCtlPlugins = (source: Source): PluginSpec[] =>
  readPlugins(source, "ctlplugin:", CTL_PLUGIN.factory);

function readPlugins(source: Source, prefix: string, row: Row<string>): PluginSpec[] {
  const sections = source.ini.sections().filter((name) => name.startsWith(prefix));
  return sections.map((section) => {
    const reader = new SectionReader(source, section);
    const factory = reader.get(row);
    const why = source.host.resolvePlugin?.(factory) ?? null;
    if (why !== null) throw reader.fail(row, `${factory} cannot be resolved within [${section}]: ${why}`);
    const extras = new Map<string, string>();
    for (const name of source.ini.options(section)) {
      if (name === row.name) continue;
      extras.set(name, reader.get(optional(name, text, { scope: "none", doc: "" })) ?? "");
    }
    return { name: sectionSuffix(section), section, factory, extras };
  });
}
