/** Where a server URL leads: `http://host:port` or `unix:///path` (supervisor.md section 8.1). */

import { pyrepr } from "../../lib/config/pyrepr.ts";
import type { ClientAddress } from "../../lib/sys/client-socket.ts";
import { valueError } from "./errors.ts";

const DEFAULT_PORT = 80;
const MAX_PORT = 65535;

/** An address and the Host header that the original sends there. */
export interface ServerAddress {
  readonly address: ClientAddress;
  readonly host: string;
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  if (!/^\d+$/.test(text)) throw valueError(`Port could not be cast to integer value as ${pyrepr(text)}`);
  const port = Number(text);
  if (port > MAX_PORT) throw valueError(`Port out of range 0-${MAX_PORT}`);
  return port;
}

/** Reads a URL as the original does. Throws the ValueError of its `error:` line for another scheme or a bad port. */
export function parseServerUrl(url: string): ServerAddress {
  if (url.startsWith("unix://")) {
    return { address: { kind: "unix", path: url.slice("unix://".length) }, host: "localhost" };
  }
  if (!url.startsWith("http://")) throw valueError(`Unknown protocol for serverurl ${url}`);
  const authority = url.slice("http://".length).split(/[/?#]/, 1)[0] ?? "";
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place);
  const host = (parts?.[1] ?? parts?.[2] ?? place).toLowerCase() || "localhost";
  const port = parsePort(parts?.[3]);
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    address: { kind: "tcp", host, port },
    host: port === DEFAULT_PORT ? shown : `${shown}:${port}`,
  };
}

/** The `Authorization` value of HTTP Basic. UTF-8, as the daemons expect. */
export const basicAuth = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
