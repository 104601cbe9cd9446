/** The socket of an [fcgi-program:x] (supervisor.md section 3.5). */
import type { FcgiSocketSpec } from "../model/spec.ts";
import { processOrGroupName } from "./datatypes.ts";
import type { Owner } from "./host-datatypes.ts";
import { isAbsolute, normalizePath } from "./posixpath.ts";
import { parseInteger } from "./pyint.ts";
import { sectionSuffix } from "./read-program.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { FCGI, FCGI_USER } from "./table/programs.ts";

const TCP = /^tcp:\/\/([^\s:]+):(\p{Nd}+)\n?$/u;

/** @throws {ConfigError} when the socket, its owner, mode or backlog are wrong, or there is none. */
export function readFcgiSocket(source: Source, section: string): FcgiSocketSpec {
  const here = new Map([["here", source.here]]);
  const socket = new Map([...here, ["program_name", processOrGroupName(sectionSuffix(section))]]);
  const reader = new SectionReader(source, section, { here, socket });
  const uid = reader.get(FCGI_USER);
  const backlog = reader.get(FCGI.socket_backlog);
  if (backlog !== null && (backlog < 1 || backlog > 65535)) {
    throw reader.fail(FCGI.socket_backlog, `Invalid socket_backlog value ${backlog}`);
  }
  const owner = reader.get(FCGI.socket_owner);
  const mode = reader.get(FCGI.socket_mode);
  const address = reader.get(FCGI.socket) || FCGI.socket.read(null, source.host, section);
  const wrong = (reason: string) => reader.fail(FCGI.socket, `${reason} in [${section}] socket`);

  if (address.startsWith("unix://")) {
    const written = address.slice("unix://".length);
    if (!isAbsolute(written)) throw wrong(`Unix socket path ${written} is not an absolute path`);
    const path = normalizePath(source.host, written);
    const kept = owner ?? defaultOwner(source, uid);
    return { kind: "unix", url: `unix://${path}`, path, mode: mode ?? 0o700, owner: kept, backlog };
  }
  if (owner !== null || mode !== null) {
    throw wrong("socket_owner and socket_mode params should only be used with a Unix domain socket");
  }
  const match = TCP.exec(address);
  if (match === null) throw wrong(`Bad socket format ${address}`);
  const host = (match[1] ?? "").toLowerCase();
  const port = Number(parseInteger(match[2] ?? ""));
  if (!(port >= 1)) throw wrong(`${port} is below lower bound (1)`);
  if (port > 65535) throw wrong(`${port} is above upper bound (65535)`);
  return { kind: "tcp", url: `tcp://${host}:${port}`, host, port, backlog };
}

/** The program's user, if it is not the daemon's. */
function defaultOwner({ host }: Source, uid: number | null): Owner | null {
  if (uid === null || uid === host.uid) return null;
  return { uid, gid: host.userById(uid)?.gid ?? -1 };
}
