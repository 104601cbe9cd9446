/** Everything of the status page: what goes in `pages` of the standard routes, and the guard that stands before them all. */
import type { RpcRegistry } from "../rpc/registry.ts";
import { StateHub } from "./api-hub.ts";
import { apiRoute } from "./api-route.ts";
import type { PageDaemon } from "./api-view.ts";
import { assetsRoute, foldersRoute } from "./page-assets.ts";
import { pageRoutes } from "./page-route.ts";
import type { Route } from "./route.ts";

/** One set for all servers of a daemon: they share the hub. */
export function webRoutes(daemon: PageDaemon, registry: RpcRegistry): readonly Route[] {
  const hub = new StateHub(daemon);
  return [...pageRoutes(daemon, registry), assetsRoute, foldersRoute, apiRoute({ daemon, registry, hub })];
}
