/** Our server over a stub of the daemon, in this process. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpLimits } from "../../lib/http/limits.ts";
import type { Route } from "../../lib/http/route.ts";
import { standardRoutes } from "../../lib/http/routes.ts";
import type { RpcContext, RpcDispatch } from "../../lib/http/rpc-endpoint.ts";
import { type HttpServer, startHttpServer } from "../../lib/http/server.ts";
import { followFile } from "../../lib/log/follow.ts";
import { RpcFault } from "../../lib/model/faults.ts";
import { boundPort, listenTcp, listenUnix } from "../../lib/sys/sockets.ts";
import type { XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";

export interface StubServer {
  readonly port: number;
  readonly path: string;
  readonly server: HttpServer;
  /** Lines of the activity log: `LEVEL TEXT`. */
  readonly lines: string[];
  /** The log of the program `cat`. */
  readonly catLog: string;
  readonly mainLog: string;
  stop(): Promise<void>;
}

export interface StubOptions {
  readonly username?: string;
  readonly password?: string;
  readonly limits?: Partial<HttpLimits>;
  readonly dispatch?: RpcDispatch;
  readonly pages?: readonly Route[];
  readonly quiet?: boolean;
}

/** A TCP and a unix server over the same routes. */
export function startStubServer(options: StubOptions = {}): StubServer {
  const folder = mkdtempSync(join(tmpdir(), "http-stub-"));
  const [catLog, mainLog, path] = [join(folder, "cat.log"), join(folder, "main.log"), join(folder, "s.sock")];
  writeFileSync(catLog, "");
  writeFileSync(mainLog, "");
  const lines: string[] = [];
  const log = {
    enabled: () => options.quiet !== true,
    log: (level: string, text: string) => void lines.push(`${level} ${text}`),
  };
  const logs = {
    processLog: (name: string, channel: string) =>
      (name === "cat" || name === "cat:cat") && (channel === "stdout" || channel === "stderr")
        ? catLog
        : null,
    mainLog: () => mainLog,
    modified: (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null,
    follow: followFile,
  };
  const routes = standardRoutes({
    dispatch: options.dispatch ?? stubDispatch,
    logs,
    log,
    pages: options.pages ?? [],
  });
  const { username = null, password = null, limits = {} } = options;
  const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 1024 });
  const port = boundPort(fd);
  const server = startHttpServer({
    spec: { kind: "inet", section: "inet_http_server", host: "127.0.0.1", port, username, password },
    fd,
    routes,
    log,
    limits,
    rpcInterfaces: ["supervisor"],
  });
  const unix = { file: path, mode: 0o700, uid: -1, gid: -1 };
  const unixServer = startHttpServer({
    spec: { kind: "unix", section: "unix_http_server", ...unix, username, password },
    fd: listenUnix({ path, mode: 0o700, uid: -1, gid: -1, backlog: 1024 }),
    routes,
    log,
    limits,
  });
  return {
    ...{ port, path, server, lines, catLog, mainLog },
    stop: async () => {
      await Promise.all([server.close(0), unixServer.close(0)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers a few methods as the daemon does, and some that tests need. */
export function stubDispatch(
  method: string,
  params: readonly XmlRpcValue[],
  _context: RpcContext,
): XmlRpcValue | Promise<XmlRpcValue> {
  switch (method) {
    case "supervisor.getState":
      if (params.length > 0) throw new RpcFault("INCORRECT_PARAMETERS");
      return { statecode: 1, statename: "RUNNING" };
    case "supervisor.getAPIVersion":
      return "3.0";
    case "supervisor.getProcessInfo":
      throw new RpcFault("BAD_NAME", String(params[0]));
    case "supervisor.startAllProcesses":
      return Promise.resolve([]);
    case "supervisor.broken":
      throw new Error("a fault of ours");
    case "supervisor.brokenLater":
      return Promise.reject(new Error("a fault of ours"));
    case "supervisor.faultLater":
      return Promise.reject(new RpcFault("FAILED", "é"));
    case "supervisor.unwritable":
      return null;
    case "supervisor.echo":
      return params[0] ?? "";
    default:
      throw new RpcFault("UNKNOWN_METHOD");
  }
}
