/** The control servers of a configuration (supervisor.md sections 2.1 and 3.5). */
import type { InetServerSpec, ServerSpec, UnixServerSpec } from "../model/spec.ts";
import { ConfigError } from "./errors.ts";
import { normalizePath } from "./posixpath.ts";
import { strip } from "./pytext.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { INET_SERVER, UNIX_SERVER } from "./table/servers.ts";

/** All [inet_http_server...] sections, then all [unix_http_server...], each in the file's order. */
export function readServers(source: Source): ServerSpec[] {
  const named = (prefix: string) => source.ini.sections().filter((name) => name.startsWith(prefix));
  return [
    ...named("inet_http_server").map((section) => readInetServer(source, section)),
    ...named("unix_http_server").map((section) => readUnixServer(source, section)),
  ];
}

function readInetServer(source: Source, section: string): InetServerSpec {
  const reader = new SectionReader(source, section);
  const credentials = readCredentials(reader);
  const { host, port } = reader.get(INET_SERVER.port);
  return { kind: "inet", section, ...credentials, host, port };
}

function readUnixServer(source: Source, section: string): UnixServerSpec {
  const here = new Map([["here", source.here]]);
  const reader = new SectionReader(source, section, { here });
  const file = normalizePath(source.host, strip(reader.get(UNIX_SERVER.file)));
  const credentials = readCredentials(reader);
  const { uid, gid } = reader.get(UNIX_SERVER.chown) ?? { uid: -1, gid: -1 };
  return { kind: "unix", section, ...credentials, file, mode: reader.get(UNIX_SERVER.chmod), uid, gid };
}

function readCredentials(reader: SectionReader) {
  const username = reader.get(UNIX_SERVER.username);
  const password = reader.get(UNIX_SERVER.password);
  if ((username === null) === (password === null)) return { username, password };
  throw new ConfigError(
    `Section [${reader.section}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
    reader.where(username === null ? "password" : "username"),
  );
}

/** What children are told for `serverurl=AUTO`: the first unix server, else the last inet one (supervisor.md item 120). */
export function defaultServerUrl(servers: readonly ServerSpec[]): string | null {
  const unix = servers.find((server) => server.kind === "unix");
  if (unix !== undefined) return `unix://${unix.file}`;
  const inet = servers.findLast((server) => server.kind === "inet");
  if (inet === undefined) return null;
  const host = inet.host.includes(":") ? `[${inet.host}]` : inet.host || "localhost";
  return `http://${host}:${inet.port}`;
}
