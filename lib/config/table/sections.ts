/** THE option table: every section with every option. */
import { CLIENT, CTL_PLUGIN, RPC_INTERFACE } from "./client.ts";
import { DAEMON, INCLUDE } from "./daemon.ts";
import { FCGI, FCGI_USER, GROUP, LISTENER, PROGRAM } from "./programs.ts";
import type { AnyRow } from "./row.ts";
import { INET_SERVER, UNIX_SERVER } from "./servers.ts";

/**
 * How a section of the file is known: by its whole name, by a name that begins so (both [inet_http_server] and
 * [inet_http_server:x]), or by what stands before its colon.
 */
export type SectionMatch = "exact" | "prefix" | "named";

export interface SectionFacts {
  /** As messages and the reference write it: `program:x`. */
  readonly title: string;
  /** What is matched: `program` for `program:x`. */
  readonly family: string;
  readonly match: SectionMatch;
  /** One line, without a full stop. */
  readonly doc: string;
  /** In the order of the sample file. */
  readonly rows: readonly AnyRow[];
  /** True where keys of any name are handed on to whom the section is for. */
  readonly open: boolean;
}

const section = (
  title: string,
  match: SectionMatch,
  rows: Readonly<Record<string, AnyRow>>,
  doc: string,
  open = false,
): SectionFacts => ({ title, family: title.replace(/:x$/, ""), match, doc, rows: Object.values(rows), open });

/** The rows of `first` and `rest`; where both have one of a name, that of `first`. */
const merged = (first: Readonly<Record<string, AnyRow>>, rest: Readonly<Record<string, AnyRow>>) => {
  const { command, ...others } = { ...rest, ...first };
  const names = Object.keys(first).filter((name) => !(name in rest));
  const added = names.map((name) => [name, first[name]] as const);
  return Object.fromEntries([["command", command], ...added, ...Object.entries(others)]) as Record<
    string,
    AnyRow
  >;
};

export const SECTIONS: readonly SectionFacts[] = [
  section("unix_http_server", "prefix", UNIX_SERVER, "A control server on a unix socket"),
  section("inet_http_server", "prefix", INET_SERVER, "A control server and status page on TCP"),
  section("supervisord", "exact", DAEMON, "supervisord itself"),
  section("rpcinterface:x", "named", RPC_INTERFACE, "What the servers answer", true),
  section("supervisorctl", "exact", CLIENT, "How supervisorctl finds supervisord"),
  section("ctlplugin:x", "named", CTL_PLUGIN, "Further commands for supervisorctl", true),
  section("program:x", "named", PROGRAM, "A program to run"),
  section(
    "fcgi-program:x",
    "named",
    merged({ ...FCGI, user: FCGI_USER }, PROGRAM),
    "A FastCGI program whose processes share a socket",
  ),
  section("eventlistener:x", "named", merged(LISTENER, PROGRAM), "A program that is sent events"),
  section("group:x", "named", GROUP, "Programs that are handled together under a name of their own"),
  section("include", "exact", INCLUDE, "Further files to read"),
];

/** What a section of a file is, or null when it is none that anything reads. */
export function sectionFacts(name: string): SectionFacts | null {
  const found = SECTIONS.find(({ family, match }) => {
    if (match === "exact") return name === family;
    return match === "prefix" ? name.startsWith(family) : name.startsWith(`${family}:`);
  });
  return found ?? null;
}
