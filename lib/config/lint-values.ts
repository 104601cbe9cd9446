/** What is not wrong, but hardly meant: in single values, and in what is written twice. */
import type { Config } from "../model/spec.ts";
import { lostEnvironmentTokens } from "./environment.ts";
import { type Finding, placeOf } from "./finding.ts";
import type { ConfigHost } from "./host.ts";
import type { Ini } from "./ini.ts";
import { directoryName } from "./posixpath.ts";
import { parseInteger } from "./pyint.ts";

/** Sections merge and the later value counts, across files too: nobody is told which one that is. */
export const lintRepeats = (ini: Ini): Finding[] =>
  ini.repeats().map(({ section, option, at, before }) => {
    const there = before.file === at.file ? `line ${before.line}` : `${before.file}:${before.line}`;
    return option === null
      ? { message: `this section stands at ${there} already: the two are one`, where: { ...at, section } }
      : { message: `takes the place of the value at ${there}`, where: { ...at, section, option } };
  });

/**
 * Looks at values as written: environment= words lost for want of a comma, numprocs below 1, and a serverurl that no
 * client can use.
 */
export function lintValues(ini: Ini, section: string): Finding[] {
  const findings: Finding[] = [];
  const lost = lostEnvironmentTokens(ini.get(section, "environment")?.value ?? "");
  if (lost.length > 0) {
    const where = placeOf(ini, section, "environment");
    findings.push({ message: `lost, for want of a comma: ${lost.join(" ")}`, where });
  }
  const numprocs = parseInteger(ini.get(section, "numprocs")?.value ?? "1");
  if (typeof numprocs === "number" && numprocs < 1) {
    findings.push({ message: "makes no process", where: placeOf(ini, section, "numprocs") });
  }
  const serverurl = ini.get(section, "serverurl")?.value ?? "";
  if (!LEADS_SOMEWHERE.test(serverurl) && !SAYS_NOTHING.test(serverurl)) {
    const message = `no such server can be reached: ${serverurl} (http://host:port or unix:///path)`;
    findings.push({ message, where: placeOf(ini, section, "serverurl") });
  }
  return findings;
}

/** The two schemes that clients know, in lower case as they do; and what is only known when it is expanded. */
const LEADS_SOMEWHERE = /^(?:http:\/\/|unix:\/\/|%)/;
const SAYS_NOTHING = /^(?:auto|none)?$/i;

/** Sockets in folders that are not there now: they may be by the time of the start, so that nothing is refused for it. */
export function lintSockets(host: ConfigHost, ini: Ini, config: Config): Finding[] {
  const servers = config.servers.flatMap((server) =>
    server.kind === "unix" ? [{ path: server.file, section: server.section, option: "file" }] : [],
  );
  const programs = config.groups
    .flatMap((group) => group.processes)
    .flatMap(({ fcgiSocket, section }) =>
      fcgiSocket?.kind === "unix" ? [{ path: fcgiSocket.path, section, option: "socket" }] : [],
    );
  const bySection = new Map([...servers, ...programs].map((socket) => [socket.section, socket]));
  return [...bySection.values()].flatMap(({ path, section, option }) => {
    const folder = directoryName(path);
    if (host.isDirectory(folder)) return [];
    return [{ message: `there is no folder ${folder}`, where: placeOf(ini, section, option) }];
  });
}
