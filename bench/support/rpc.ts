/** The leanest client there is, so that what is measured is the server: one kept connection, bytes in, bytes out. */
import { connect, type Socket } from "node:net";

export class RpcConnection {
  readonly #socket: Socket;
  #pieces: Buffer[] = [];
  #length = 0;
  #wanted = -1;
  #done: ((body: string) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data) => this.#take(data));
  }

  static open(path: string): Promise<RpcConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(path, () => {
        socket.off("error", reject);
        socket.on("error", () => {});
        resolve(new RpcConnection(socket));
      });
      socket.once("error", reject);
    });
  }

  /** Parameters are given as they stand between the tags of a value. Answers with the body. */
  call(method: string, ...values: string[]): Promise<string> {
    const params = values.map((value) => `<param><value>${value}</value></param>`).join("");
    const body = `<?xml version='1.0'?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
    const head = `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#socket.once("close", () => reject(new Error("connection closed")));
      this.#done = resolve;
      this.#socket.write(head + body);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#pieces.push(data);
    this.#length += data.length;
    if (this.#wanted < 0) {
      const all = Buffer.concat(this.#pieces);
      const end = all.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /content-length: (\d+)/i.exec(all.toString("latin1", 0, end))?.[1];
      this.#wanted = end + 4 + Number(length ?? 0);
      this.#pieces = [all];
    }
    if (this.#length < this.#wanted) return;
    const body = Buffer.concat(this.#pieces).toString();
    this.#pieces = [];
    this.#length = 0;
    this.#wanted = -1;
    this.#socket.removeAllListeners("close");
    this.#done?.(body.slice(body.indexOf("\r\n\r\n") + 4));
  }
}
