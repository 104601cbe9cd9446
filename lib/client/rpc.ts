/** An XML-RPC client for programs that the daemon runs, and for scripts, on the npm package `xmlrpc`. */
import xmlrpc from "xmlrpc";

/** Why a call came back as a fault. */
export class Fault extends Error {
  readonly faultCode: number;
  readonly faultString: string;

  constructor(faultCode: number, faultString: string) {
    super(`${faultString} (fault ${faultCode})`);
    this.name = "Fault";
    this.faultCode = faultCode;
    this.faultString = faultString;
  }
}

export interface RpcOptions {
  readonly username?: string;
  readonly password?: string;
}

export interface RpcClient {
  /** Calls `supervisor.getState` and the like. Rejects with Fault, or with an Error that tells the HTTP status or
   * what is wrong with the connection. */
  call<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What `xmlrpc` hands on to Node's http that its types do not tell. */
interface ClientOptions {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly path: string;
  readonly basic_auth?: { readonly user: string; readonly pass: string };
}

/** @param url `unix:///path/to.sock` or `http://host:port` */
export function connect(url: string, { username = "", password = "" }: RpcOptions = {}): RpcClient {
  const auth = username === "" && password === "" ? {} : { basic_auth: { user: username, pass: password } };
  const create = xmlrpc.createClient as unknown as (options: ClientOptions) => xmlrpc.Client;
  const client = create({ ...address(url), path: "/RPC2", ...auth });
  return {
    call: <T>(method: string, ...params: readonly unknown[]) =>
      new Promise<T>((resolve, reject) => {
        client.methodCall(method, [...params], (error: unknown, value: unknown) => {
          if (error === null || error === undefined) resolve(value as T);
          else reject(faultOf(error) ?? statusOf(error) ?? error);
        });
      }),
  };
}

/** The daemon that runs this program, by `SUPERVISOR_SERVER_URL`, `SUPERVISOR_USERNAME` and `SUPERVISOR_PASSWORD`. */
export function connectFromEnvironment(env: Environment = process.env): RpcClient {
  const url = env["SUPERVISOR_SERVER_URL"];
  if (url === undefined)
    throw new Error("SUPERVISOR_SERVER_URL is not set: not run by supervisord, or it has no server");
  const { SUPERVISOR_USERNAME: username = "", SUPERVISOR_PASSWORD: password = "" } = env as Record<
    string,
    string
  >;
  return connect(url, { username, password });
}

function address(url: string): Pick<ClientOptions, "host" | "port" | "socketPath"> {
  if (url.startsWith("unix://")) return { socketPath: url.slice("unix://".length) };
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "http:") throw new Error(`not a unix:// or http:// URL: ${url}`);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? 80 : Number(port) };
}

/** The package tries to read the page that comes with a refusal. */
function statusOf(error: unknown): Error | null {
  const status = (error as { res?: { statusCode?: number } }).res?.statusCode;
  return status === undefined || status === 200
    ? null
    : new Error(`the daemon answers with HTTP status ${status}`);
}

function faultOf(error: unknown): Fault | null {
  if (typeof error !== "object" || error === null) return null;
  const { faultCode, faultString } = error as { faultCode?: unknown; faultString?: unknown };
  return typeof faultCode === "number" ? new Fault(faultCode, String(faultString)) : null;
}
