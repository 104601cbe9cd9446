/** Stands before XML-RPC: a page of another site may not call it through somebody's browser. */
import { isForeignRpc } from "./origin.ts";
import type { Route } from "./route.ts";

export const foreignRpcRoute: Route = {
  matches: (request) => request.method === "POST" && request.uri.startsWith("/RPC2") && isForeignRpc(request),
  bodyLimit: () => undefined,
  handle: (exchange) => exchange.fail(403),
};
