/** Stream sockets: listening and accepting. */
import { Socket } from "node:net";
import { addon } from "./addon.ts";
import { terminated } from "./bytes.ts";
import { type Deadline, schedule } from "./deadline.ts";
import { errnoName } from "./errno.ts";
import { closeFd, setNonblocking } from "./pipes.ts";
import { checked } from "./sys-error.ts";
import { type Watch, watchDescriptor } from "./watch.ts";

export type { Socket } from "node:net";
export { listenUnix, listenUnixInPlace, type UnixListenOptions } from "./listen-unix.ts";

export interface TcpListenOptions {
  /** A name, an IPv4 or IPv6 literal (with or without brackets), or empty for every IPv4 interface. */
  readonly host: string;
  /** 0: a free one, see {@link boundPort}. */
  readonly port: number;
  readonly backlog: number;
}

/** Listens with SO_REUSEADDR and gives the descriptor; accepts nothing. Throws SysError (`EADDRINUSE`, `EAI_NONAME`). */
export function listenTcp({ backlog, host, port }: TcpListenOptions): number {
  const name = host.replace(/^\[(.*)\]$/, "$1");
  return checked(addon.tcpListen(terminated(name, "host"), port, backlog), "listen", `${host}:${port}`);
}

/** The port of a TCP socket; 0 for a unix one. Throws SysError. */
export const boundPort = (fd: number): number => checked(addon.boundPort(fd), "getsockname");

/** Connections taken before other events get their turn. */
const ACCEPTS_PER_WAKE = 64;

/** How long new connections wait in the kernel's queue when we are out of descriptors or memory. */
const EXHAUSTED_MS = 100;

const EXHAUSTED: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** What accept says of a connection that is gone already (accept(2) has TCP's list). */
const GONE: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENONET",
  "ENOPROTOOPT",
  "ENOTSUP",
  "EPERM",
  "EPROTO",
]);

/**
 * Accepts connections on a listening descriptor, which it owns from now on. The sockets stay open for writing when the peer
 * has finished its side; the caller listens to their `error`. `close` stops listening and leaves connections be.
 */
export function serveConnections(
  fd: number,
  kind: "tcp" | "unix",
  onConnection: (socket: Socket) => void,
): { close(): void } {
  let open = true;
  let rest: Deadline | null = null;

  const close = (): void => {
    if (!open) return;
    open = false;
    rest?.cancel();
    watch.stop();
    closeFd(fd);
  };
  const accept = (value: number): void => {
    if (value < 0) {
      close();
      return;
    }
    for (let count = 0; open && count < ACCEPTS_PER_WAKE; count++) {
      const accepted = addon.accept(fd);
      if (accepted >= 0) {
        onConnection(adopt(accepted, kind));
        continue;
      }
      const error = errnoName(accepted);
      if (GONE.has(error)) continue;
      if (EXHAUSTED.has(error)) pause();
      return;
    }
  };
  const pause = (): void => {
    watch.interest(false);
    rest = schedule(EXHAUSTED_MS, () => watch.interest(true));
  };

  setNonblocking(fd, true);
  const watch: Watch = watchDescriptor(fd, "event", accept);
  return { close };
}

function adopt(fd: number, kind: "tcp" | "unix"): Socket {
  const socket = new Socket({ fd, allowHalfOpen: true, readable: true, writable: true });
  if (kind === "tcp") socket.setNoDelay(true);
  return socket;
}
