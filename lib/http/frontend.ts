/** The servers that a configuration asks for, opened all or none (supervisor.md sections 2.1 and 2.6). */
import type { Frontend, OpenServers } from "../daemon/lifecycle.ts";
import { StartupError } from "../daemon/privileges.ts";
import type { Supervisor } from "../daemon/supervisor.ts";
import { followFile } from "../log/follow.ts";
import type { ServerSpec, UnixServerSpec } from "../model/spec.ts";
import { splitNamespec } from "../rpc/address.ts";
import { configuredRegistry, rehearseNamespaces } from "../rpc/namespaces.ts";
import { modifiedAt } from "../sys/file-facts.ts";
import { canonicalPath, removeFile } from "../sys/files.ts";
import { closeFd } from "../sys/pipes.ts";
import { listenTcp, listenUnix } from "../sys/sockets.ts";
import { STDERR, writeOut } from "../sys/stdio.ts";
import { failureOf, SysError } from "../sys/sys-error.ts";
import { currentUid, userById } from "../sys/users.ts";
import type { LogtailSource } from "./logtail.ts";
import { webRoutes } from "./page.ts";
import { standardRoutes } from "./routes.ts";
import { type HttpServer, startHttpServer } from "./server.ts";
import { guardSocket, type SocketGuard } from "./socket-guard.ts";

const BACKLOG = 1024;

const TAKEN =
  "Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this " +
  "program down first before starting supervisord.";

export const httpFrontend: Frontend = {
  rehearse(supervisor, next, current) {
    rehearseNamespaces(supervisor, next);
    const known = new Set(current.servers.map(addressOf));
    for (const { spec, fd } of listenAll(next.servers.filter((server) => !known.has(addressOf(server))))) {
      closeFd(fd);
      if (spec.kind === "unix") failureOf(() => removeFile(spec.file));
    }
  },
  open(supervisor, config): OpenServers {
    const registry = configuredRegistry(supervisor);
    const routes = standardRoutes({
      dispatch(method, params) {
        supervisor.touch();
        return registry.dispatch(method, params);
      },
      logs: logsOf(supervisor),
      log: supervisor.log,
      pages: webRoutes(supervisor, registry),
    });
    const rpcInterfaces = config.rpcInterfaces.map(({ name }) => name);
    const listening = listenAll(config.servers);
    const guards: SocketGuard[] = [];
    const servers: HttpServer[] = listening.map(({ spec, fd }) => {
      const server = startHttpServer({ spec, fd, routes, log: supervisor.log, rpcInterfaces });
      if (spec.kind === "unix") {
        const relisten = () => server.listenOn(listen(spec));
        guards.push(guardSocket({ path: spec.file, log: supervisor.log, relisten }));
      }
      return server;
    });
    return {
      async close() {
        for (const guard of guards) guard.close();
        await Promise.all(servers.map((server) => server.close()));
      },
    };
  },
};

/** A port that we have is not tried, on whatever interface it is to be, nor a path by another way to its folder. */
const addressOf = (spec: ServerSpec): string =>
  spec.kind === "unix" ? canonicalPath(spec.file) : `:${spec.port}`;

interface Listening {
  readonly spec: ServerSpec;
  readonly fd: number;
}

/** TCP servers first, then unix ones; where one fails, those before it are closed again. */
function listenAll(specs: readonly ServerSpec[]): Listening[] {
  const opened: Listening[] = [];
  try {
    for (const spec of specs) opened.push({ spec, fd: listen(spec) });
    return opened;
  } catch (error) {
    for (const { spec, fd } of opened) {
      closeFd(fd);
      if (spec.kind === "unix") failureOf(() => removeFile(spec.file));
    }
    if (!(error instanceof SysError)) throw error;
    throw new StartupError(wording(error));
  }
}

function listen(spec: ServerSpec): number {
  if (spec.kind === "inet") return listenTcp({ host: spec.host, port: spec.port, backlog: BACKLOG });
  try {
    return listenUnix({
      path: spec.file,
      mode: spec.mode,
      uid: spec.uid,
      gid: spec.gid,
      backlog: BACKLOG,
      onStale: () => writeOut(STDERR, `Unlinking stale socket ${spec.file}\n`),
    });
  } catch (error) {
    if (error instanceof SysError && error.code === "EPERM" && error.syscall === "chown") {
      throw new StartupError(chownRefused(spec));
    }
    throw error;
  }
}

function chownRefused({ file, uid, gid }: UnixServerSpec): string {
  const user = userById(currentUid())?.name ?? currentUid();
  return (
    `Not permitted to chown ${file} to uid/gid (${uid}, ${gid}); adjust "sockchown" value in config file or on ` +
    `command line to values that the current user (${user}) can successfully chown`
  );
}

function wording(error: SysError): string {
  if (error.code === "EADDRINUSE") return TAKEN;
  // What Python says of it before it asks the kernel; the resolver's errors have numbers only.
  if (error.code === "ENAMETOOLONG")
    return "Cannot open an HTTP server: socket.error reported AF_UNIX path too long";
  const name = error.code.startsWith("EAI_") ? error.errno : `errno.${error.code} (${error.errno})`;
  return `Cannot open an HTTP server: socket.error reported ${name}`;
}

/** Where the logs are that /logtail and /mainlogtail follow. */
function logsOf(supervisor: Supervisor): LogtailSource {
  return {
    processLog(name, channel) {
      if (channel !== "stdout" && channel !== "stderr") return null;
      const { group, process } = splitNamespec(name);
      if (process === null) return null;
      return supervisor.groups.get(group)?.processes.get(process)?.logfile(channel) ?? null;
    },
    mainLog: () => supervisor.log.path,
    modified: modifiedAt,
    follow: followFile,
  };
}
