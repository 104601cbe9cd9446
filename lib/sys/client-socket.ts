/** The client's end of a stream connection, read by pulling: what supervisorctl speaks HTTP over. */
import { connect, type Socket } from "node:net";

export type ClientAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** An open connection. One reader at a time. */
export interface ClientSocket {
  write(data: string | Uint8Array): void;
  /** The next bytes, or null once the peer has closed. Rejects with the socket's error (`code` is Node's errno name). */
  read(): Promise<Uint8Array | null>;
  close(): void;
}

class PullSocket implements ClientSocket {
  readonly #socket: Socket;
  #waiting: (() => void) | null = null;
  #ended = false;
  #error: Error | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    const wake = (): void => {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.();
    };
    socket.on("readable", wake);
    socket.on("end", () => {
      this.#ended = true;
      wake();
    });
    socket.on("close", () => {
      this.#ended = true;
      wake();
    });
    socket.on("error", (error) => {
      this.#error = error;
      wake();
    });
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk: unknown = this.#socket.read();
      if (chunk instanceof Uint8Array) return chunk;
      if (this.#error !== null) throw this.#error;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Connects, or rejects with an error whose `code` is Node's errno name (`ENOENT`, `ECONNREFUSED`, `ENOTFOUND`). */
export function connectClient(address: ClientAddress): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    const socket =
      address.kind === "unix" ? connect(address.path) : connect({ host: address.host, port: address.port });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      resolve(new PullSocket(socket));
    });
  });
}
