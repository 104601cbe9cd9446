/** JSON in and out. */
import { FAULTS, type FaultName, type RpcFault } from "../model/faults.ts";
import { type Reply, typedReply } from "./reply.ts";
import type { Exchange } from "./route.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A request that can't be answered whatever the daemon's state. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = "BadRequest";
    this.status = status;
  }
}

const FIELDS = "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";

/** Sent with `nosniff` and `no-store`, whatever the status. */
export const jsonReply = (status: number, value: unknown): Reply => ({
  ...typedReply("application/json", JSON.stringify(value), FIELDS),
  status,
});

/** The body as an object; an empty one is an empty object. Throws BadRequest. */
export function readObject(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new BadRequest("the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BadRequest("the body: a JSON object is expected");
  }
  return value as JsonObject;
}

/** HTTP's view of a fault: what is wrong with the request, what is not there, and what the state forbids. */
const STATUS: Partial<Record<FaultName, number>> = {
  INCORRECT_PARAMETERS: 400,
  BAD_ARGUMENTS: 400,
  BAD_SIGNAL: 400,
  UNKNOWN_METHOD: 404,
  BAD_NAME: 404,
  NO_FILE: 404,
  SHUTDOWN_STATE: 503,
};

/** HTTP's status for the fault, 409 where the table has none, with the code and the text that XML-RPC gives. */
export function refuseFault(exchange: Exchange, { code, fault, message }: RpcFault): void {
  exchange.send(jsonReply(STATUS[fault] ?? 409, { error: { code, name: fault, message } }));
}

/** What is no fault of XML-RPC carries the code of the nearest. */
export function refusalReply(status: number, message: string): Reply {
  const name: FaultName = status === 404 ? "UNKNOWN_METHOD" : status >= 500 ? "FAILED" : "BAD_ARGUMENTS";
  return jsonReply(status, { error: { code: FAULTS[name], name, message } });
}

const BODY_FAILURES: Readonly<Record<number, string>> = {
  400: "the body can't be read",
  408: "the body did not come in time",
  413: "the body is too large",
  503: "too many bodies are being received already",
};

/** Why a body could not be taken. */
export const bodyFailure = (status: number): Reply =>
  refusalReply(status, BODY_FAILURES[status] ?? "the request can't be answered");
