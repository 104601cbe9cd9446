/** A server on a listening socket: its connections, how many there may be, and how it ends. */

import { pyrepr } from "../config/pyrepr.ts";
import type { ServerSpec } from "../model/spec.ts";
import { schedule } from "../sys/deadline.ts";
import { type Socket, serveConnections } from "../sys/sockets.ts";
import { type HttpLog, logStart } from "./access-log.ts";
import { type Authoriser, authoriser } from "./auth.ts";
import { BodyBudget } from "./body.ts";
import { type ConnectionHost, HttpConnection } from "./connection.ts";
import { warnIfExposed } from "./exposure.ts";
import { HTTP_LIMITS, type HttpLimits } from "./limits.ts";
import type { Route } from "./route.ts";

export interface HttpServerOptions {
  readonly spec: ServerSpec;
  /** A listening socket, ours from now on. */
  readonly fd: number;
  /** The last one must match everything. */
  readonly routes: readonly Route[];
  readonly log: HttpLog;
  /** The names of the RPC interfaces, for the lines that the original writes for each server. */
  readonly rpcInterfaces?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  /** How many connections there are. */
  readonly connections: number;
  /** Accepts on another listening socket from now on; ours. The one before is closed when nobody can be in its queue. */
  listenOn(fd: number): void;
  /**
   * Stops accepting and ends what rests at once, streams too; replies that are under way may still go out for
   * `graceMs`. Resolves when no connection is left. May be called again.
   */
  close(graceMs?: number): Promise<void>;
}

const GRACE_MS = 1000;

/** For clients that have just connected to a socket whose file is gone. */
const REPLACED_MS = 1000;

/** Serves a socket from now on, and says so in the log as the original does. */
export function startHttpServer(options: HttpServerOptions): HttpServer {
  const { spec, fd, log } = options;
  if (spec.kind === "unix") logStart(log, spec.file, "<unix domain socket>", spec.file);
  else logStart(log, spec.host, spec.host, spec.port);
  for (const name of options.rpcInterfaces ?? []) {
    log.log("info", `RPC interface ${pyrepr(name)} initialized`);
  }
  const authorise = authoriser(spec.username, spec.password);
  if (authorise === null) {
    const section = pyrepr(spec.section);
    log.log("critical", `Server ${section} running without any HTTP authentication checking`);
    if (spec.kind === "inet") warnIfExposed(spec, log);
  }
  const pool = new ConnectionPool(options, authorise);
  const kind = spec.kind === "unix" ? "unix" : "tcp";
  const serve = (listening: number) => serveConnections(listening, kind, (socket) => pool.take(socket));
  const listeners = new Set([serve(fd)]);
  return {
    get connections() {
      return pool.size;
    },
    listenOn(listening) {
      const before = [...listeners];
      listeners.add(serve(listening));
      schedule(REPLACED_MS, () => {
        for (const listener of before) {
          listeners.delete(listener);
          listener.close();
        }
      });
    },
    close: (graceMs = GRACE_MS) => {
      for (const listener of listeners) listener.close();
      return pool.close(graceMs);
    },
  };
}

/** The connections of a server; usable with sockets from anywhere. */
export class ConnectionPool implements ConnectionHost {
  readonly limits: HttpLimits;
  readonly log: HttpLog;
  readonly budget: BodyBudget;
  readonly authorise: Authoriser | null;
  readonly routes: readonly Route[];
  readonly #all = new Set<HttpConnection>();
  /** Those without a request to answer, the one that has rested longest first. */
  readonly #resting = new Set<HttpConnection>();
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | null = null;

  constructor(options: Pick<HttpServerOptions, "routes" | "log" | "limits">, authorise: Authoriser | null) {
    this.routes = options.routes;
    this.log = options.log;
    this.limits = { ...HTTP_LIMITS, ...options.limits };
    this.budget = new BodyBudget(this.limits.bodiesBytes);
    this.authorise = authorise;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes a client's connection. Where there are too many, the one that has rested longest goes, or else this one. */
  take(socket: Socket): void {
    if (this.#closing !== null) {
      socket.destroy();
      return;
    }
    if (this.#all.size >= this.limits.connections) {
      const [oldest] = this.#resting;
      if (oldest === undefined) {
        socket.destroy();
        return;
      }
      oldest.destroy();
    }
    this.#all.add(new HttpConnection(socket, this));
  }

  resting(connection: HttpConnection): void {
    this.#resting.add(connection);
  }

  busy(connection: HttpConnection): void {
    this.#resting.delete(connection);
  }

  gone(connection: HttpConnection): void {
    this.#resting.delete(connection);
    this.#all.delete(connection);
    if (this.#all.size === 0) this.#closing?.resolve();
  }

  close(graceMs: number): Promise<void> {
    if (this.#closing === null) {
      let resolve = (): void => {};
      const done = new Promise<void>((settle) => {
        resolve = settle;
      });
      this.#closing = { done, resolve };
      const overdue = schedule(graceMs, () => {
        for (const connection of [...this.#all]) connection.destroy();
      });
      void done.then(() => overdue.cancel());
      for (const connection of [...this.#all]) connection.finish();
      if (this.#all.size === 0) resolve();
    }
    return this.#closing.done;
  }
}
