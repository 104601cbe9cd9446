/** All that a server answers, in the original's order (supervisor.md section 2.1): the first match wins. */
import type { HttpLog } from "./access-log.ts";
import { type LogtailSource, logtailRoutes } from "./logtail.ts";
import { foreignRpcRoute } from "./page-guard.ts";
import { nothingRoute, okRoute, plainIndexRoute } from "./pages.ts";
import type { Route } from "./route.ts";
import { type RpcDispatch, rpcRoute } from "./rpc-endpoint.ts";

export interface RoutesOptions {
  readonly dispatch: RpcDispatch;
  readonly logs: LogtailSource;
  readonly log: HttpLog;
  /** Asked after XML-RPC and the logs, before the plain pages: a status page takes the place of ours. */
  readonly pages: readonly Route[];
}

/** Made once for all servers of a daemon. The last route matches everything, as a server needs it. */
export const standardRoutes = ({ dispatch, logs, log, pages }: RoutesOptions): readonly Route[] => [
  foreignRpcRoute,
  rpcRoute(dispatch, log),
  ...logtailRoutes(logs),
  ...pages,
  okRoute,
  plainIndexRoute,
  nothingRoute,
];
