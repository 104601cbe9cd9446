/** `POST /RPC2*`: XML-RPC requests to whoever dispatches them (supervisor.md section 1.1). */

import { pyrepr } from "../config/pyrepr.ts";
import { RpcFault } from "../model/faults.ts";
import { CALL_LIMITS, readCall, type XmlRpcCall } from "../wire/xmlrpc-read.ts";
import { XmlRpcSyntaxError, type XmlRpcValue } from "../wire/xmlrpc-value.ts";
import { writeFault, writeResponse } from "../wire/xmlrpc-write.ts";
import { type HttpLog, oneLine } from "./access-log.ts";
import { typedReply } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";

/** What a method may ask about its caller. */
export interface RpcContext {
  /** True when the client has left and nobody waits for the answer. */
  readonly closed: boolean;
  /** Called once when the client leaves before the answer; at once if it has left already. */
  onClose(callback: () => void): void;
}

/** Throws RpcFault, or rejects with it, for what becomes a fault; anything else becomes HTTP 500. The method comes untouched. */
export type RpcDispatch = (
  method: string,
  params: readonly XmlRpcValue[],
  context: RpcContext,
) => XmlRpcValue | Promise<XmlRpcValue>;

const PREFIX = "/RPC2";

/** How much of a bad request is put into the log. */
const MAX_LOGGED = 1000;

/** Takes whatever begins with /RPC2, as the original does; 400 for any method but POST, and for what is no call. */
export function rpcRoute(dispatch: RpcDispatch, log: HttpLog): Route {
  const endpoint = new RpcEndpoint(dispatch, log);
  return {
    matches: ({ uri }) => uri.startsWith(PREFIX),
    bodyLimit: ({ method }) => (method === "POST" ? CALL_LIMITS.size : undefined),
    handle: (exchange) => endpoint.handle(exchange),
  };
}

class RpcEndpoint {
  readonly #dispatch: RpcDispatch;
  readonly #log: HttpLog;

  constructor(dispatch: RpcDispatch, log: HttpLog) {
    this.#dispatch = dispatch;
    this.#log = log;
  }

  handle(exchange: Exchange): void {
    if (exchange.request.method !== "POST") {
      exchange.fail(400);
      return;
    }
    const call = this.#read(exchange);
    if (call === null) return;
    const traced = this.#log.enabled("trace");
    if (traced) this.#log.log("trace", `XML-RPC method called: ${oneLine(call.method)}()`);
    let value: XmlRpcValue | Promise<XmlRpcValue>;
    try {
      value = this.#dispatch(call.method, call.params, exchange);
    } catch (error) {
      this.#failed(exchange, call.method, error);
      return;
    }
    if (!(value instanceof Promise)) {
      this.#succeeded(exchange, call.method, value);
      return;
    }
    value.then(
      (settled) => this.#succeeded(exchange, call.method, settled),
      (error: unknown) => this.#failed(exchange, call.method, error),
    );
  }

  #read(exchange: Exchange): XmlRpcCall | null {
    try {
      return readCall(exchange.body);
    } catch (error) {
      if (!(error instanceof XmlRpcSyntaxError)) throw error;
      this.#log.log("error", `XML-RPC request data ${shown(exchange.body)} is invalid: ${error.kind}`);
      exchange.fail(400);
      return null;
    }
  }

  #succeeded(exchange: Exchange, method: string, value: XmlRpcValue): void {
    let document: string;
    try {
      document = writeResponse(value);
    } catch (error) {
      this.#failed(exchange, method, error);
      return;
    }
    if (this.#log.enabled("trace")) {
      this.#log.log("trace", `XML-RPC method ${oneLine(method)}() returned successfully`);
    }
    exchange.send(typedReply("text/xml", document));
  }

  #failed(exchange: Exchange, method: string, error: unknown): void {
    if (error instanceof RpcFault) {
      const { code, message } = error;
      if (this.#log.enabled("trace")) {
        this.#log.log("trace", `XML-RPC method ${oneLine(method)}() returned fault: [${code}] ${message}`);
      }
      exchange.send(typedReply("text/xml", writeFault(code, message)));
      return;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log.log(
      "critical",
      `Handling XML-RPC request with data ${shown(exchange.body)} raised an unexpected exception: ${detail}`,
    );
    exchange.fail(500);
  }
}

/** The request as Python's repr shows it, cut short. */
const shown = (body: Buffer): string =>
  body.length <= MAX_LOGGED
    ? pyrepr(body.toString("utf8"))
    : `${pyrepr(body.toString("utf8", 0, MAX_LOGGED))}... (${body.length} bytes)`;
