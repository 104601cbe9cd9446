/** Whether a server is open to the network with nothing to keep anybody out (CVE-2019-12105). */

import { pyrepr } from "../config/pyrepr.ts";
import type { InetServerSpec } from "../model/spec.ts";
import type { HttpLog } from "./access-log.ts";

/** Names that stand for the machine itself in every hosts file. */
const LOOPBACK_NAMES = ["localhost", "ip6-localhost", "ip6-loopback"];

/** True for an address, or a name, that other machines cannot reach. What has to be looked up counts as reachable. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return (
    LOOPBACK_NAMES.includes(name) ||
    name.endsWith(".localhost") ||
    /^(?:::ffff:)?127(?:\.\d{1,3}){1,3}$/.test(name) ||
    /^(?:0{0,4}:){2,7}0{0,3}1$/.test(name)
  );
}

/** Says so of a server without a password that other machines can reach; the original says no more than that there is none. */
export function warnIfExposed({ section, host, port }: InetServerSpec, log: HttpLog): void {
  if (isLoopback(host)) return;
  const where = host === "" ? `port ${port} of every address` : `${host}:${port}`;
  log.log(
    "warn",
    `Server ${pyrepr(section)} listens on ${where} and asks for no password: whoever reaches it controls every program. ` +
      `Set username= and password=, or listen on 127.0.0.1:${port}`,
  );
}
