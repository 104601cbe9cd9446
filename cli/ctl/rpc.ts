/**
 * XML-RPC calls to one daemon over one connection, opened at the first call and kept for the next. Errors are those of
 * `errors.ts`, in the words that the original's `error:` line shows.
 */
import { type ClientSocket, connectClient } from "../../lib/sys/client-socket.ts";
import { readResponse, type XmlRpcReply } from "../../lib/wire/xmlrpc-response.ts";
import type { XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { ClientError, Fault, ProtocolError, systemError } from "./errors.ts";
import { HttpSyntaxError, ResponseReader } from "./http-response.ts";
import { basicAuth, parseServerUrl, type ServerAddress } from "./server-url.ts";

export interface ServerTarget {
  readonly serverurl: string;
  readonly username: string | null;
  readonly password: string | null;
}

const MAX_SUN_PATH = 107;
/** A reply larger than this is refused: far beyond the longest log that a person asks for. */
const MAX_REPLY = 256 << 20;
const utf8 = new TextDecoder();

/** Any error of a socket as the original would tell it. */
export function connectionError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  if (error instanceof HttpSyntaxError) return new ClientError("http.client.BadStatusLine", error.message);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return systemError(code, error instanceof Error ? error.message : String(error));
}

/** Opens the connection of a server URL. Rejects with a {@link ClientError}. */
export async function openConnection(server: ServerAddress): Promise<ClientSocket> {
  const { address } = server;
  if (address.kind === "unix" && Buffer.byteLength(address.path) > MAX_SUN_PATH) {
    throw new ClientError("OSError", "AF_UNIX path too long");
  }
  try {
    return await connectClient(address);
  } catch (error) {
    throw connectionError(error);
  }
}

/** One call at a time, without a time limit. An exchange that fails, but for a fault, closes the connection. */
export class RpcClient {
  readonly #target: ServerTarget;
  readonly #server: ServerAddress;
  #socket: ClientSocket | null = null;

  /** Throws the original's ValueError for a URL that is neither http nor unix. */
  constructor(target: ServerTarget) {
    this.#target = target;
    this.#server = parseServerUrl(target.serverurl);
  }

  /** Calls `supervisor.METHOD`; a dotted name is taken as it is. Rejects with Fault, ProtocolError or ClientError. */
  async call(method: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue> {
    const body = Buffer.from(writeCall(method.includes(".") ? method : `supervisor.${method}`, params));
    const socket = this.#socket ?? (await openConnection(this.#server));
    this.#socket = socket;
    try {
      socket.write(this.#head(body.length));
      socket.write(body);
      return decodeReply(await this.#exchange(socket));
    } catch (error) {
      if (!(error instanceof Fault)) this.close();
      throw connectionError(error);
    }
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #head(length: number): string {
    const { username, password } = this.#target;
    const lines = [
      "POST /RPC2 HTTP/1.1",
      `Host: ${this.#server.host}`,
      "Accept-Encoding: identity",
      "User-Agent: supervisorctl",
      "Content-Type: text/xml",
      "Accept: text/xml",
    ];
    if (username !== null && password !== null) lines.push(`Authorization: ${basicAuth(username, password)}`);
    lines.push(`Content-Length: ${length}`, "", "");
    return lines.join("\r\n");
  }

  async #exchange(socket: ClientSocket): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const reader = new ResponseReader((bytes) => {
      size += bytes.length;
      if (size > MAX_REPLY) throw new HttpSyntaxError("reply too long");
      chunks.push(bytes);
    });
    while (!reader.done) {
      const bytes = await socket.read();
      if (bytes === null) {
        if (reader.end()) break;
        throw prematureEnd(reader, size);
      }
      reader.push(bytes);
      if (reader.head !== null && reader.head.status !== 200) {
        throw new ProtocolError(reader.head.status, reader.head.reason);
      }
    }
    if (reader.head?.headers.get("connection")?.toLowerCase() === "close") this.close();
    return Buffer.concat(chunks);
  }
}

function prematureEnd(reader: ResponseReader, size: number): ClientError {
  if (reader.head === null) {
    return new ClientError("http.client.RemoteDisconnected", "Remote end closed connection without response");
  }
  const due = Number(reader.head.headers.get("content-length"));
  const more = Number.isFinite(due) ? `, ${due - size} more expected` : "";
  return new ClientError("http.client.IncompleteRead", `IncompleteRead(${size} bytes read${more})`);
}

function decodeReply(body: Uint8Array): XmlRpcValue {
  let reply: XmlRpcReply;
  try {
    reply = readResponse(utf8.decode(body));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ClientError("xml.parsers.expat.ExpatError", `not well-formed (${detail})`);
  }
  if (!reply.ok) throw new Fault(reply.code, reply.text);
  return reply.value;
}
