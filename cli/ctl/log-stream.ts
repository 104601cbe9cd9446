/** Following a log over HTTP: `/logtail/NAME/CHANNEL` and `/mainlogtail` (supervisor.md sections 2.5 and 8.1). */
import type { ClientError } from "./errors.ts";
import { ResponseReader } from "./http-response.ts";
import { connectionError, openConnection, type ServerTarget } from "./rpc.ts";
import { basicAuth, parseServerUrl } from "./server-url.ts";

/** How a stream came to its end. `error` is the sentence for standard error, without the URL. */
export type StreamEnd = { readonly kind: "closed" } | { readonly kind: "error"; readonly error: string };

function requestHead(target: ServerTarget, host: string, path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Accept-Encoding: chunked",
    "Accept: */*",
    "User-agent: Supervisor HTTP Client",
  ];
  const { username, password } = target;
  if (password) lines.push(`Authorization: ${basicAuth(username ?? "", password)}`);
  lines.push("", "");
  return lines.join("\r\n");
}

const failure = (error: ClientError): StreamEnd => ({
  kind: "error",
  error: `Cannot connect, error: <class '${error.pythonClass}'> (${error.message})`,
});

/**
 * Gives a log's bytes to `onBytes` until the daemon closes the stream or `signal` aborts it. Never rejects but for what
 * `onBytes` throws.
 */
export async function followLog(
  target: ServerTarget,
  path: string,
  onBytes: (bytes: Uint8Array) => void,
  signal: AbortSignal,
): Promise<StreamEnd> {
  let socket: Awaited<ReturnType<typeof openConnection>>;
  let host: string;
  try {
    const server = parseServerUrl(target.serverurl);
    host = server.address.kind === "unix" ? "" : server.host;
    socket = await openConnection(server);
  } catch (error) {
    return failure(connectionError(error));
  }
  const close = (): void => socket.close();
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  let sunk = false;
  const reader = new ResponseReader((bytes) => {
    if (reader.head?.status !== 200) return;
    sunk = true;
    onBytes(bytes);
    sunk = false;
  });
  try {
    socket.write(requestHead(target, host, path));
    while (!reader.done) {
      const bytes = await socket.read();
      if (bytes === null) return { kind: "closed" };
      reader.push(bytes);
      const status = reader.head?.status ?? 200;
      if (status !== 200) return { kind: "error", error: `Cannot read, status code ${status}` };
    }
    return { kind: "closed" };
  } catch (error) {
    if (sunk) throw error;
    return signal.aborted ? { kind: "closed" } : failure(connectionError(error));
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

/** The path of a program's log. Not escaped, as in the original: names hold no white space. */
export const logPath = (name: string, channel: "stdout" | "stderr"): string =>
  `/logtail/${encodeURI(name)}/${channel}`;

export const MAIN_LOG_PATH = "/mainlogtail";
