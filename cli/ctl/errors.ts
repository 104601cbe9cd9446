/**
 * What can go wrong between us and a daemon. Each error knows the class name and the text that the original's `error:`
 * line shows (Python's), because automation looks for them (clients.md C1).
 */
import { getSystemErrorMap } from "node:util";
import { pyrepr } from "../../lib/config/pyrepr.ts";

/** `pythonClass` as in `<class 'PermissionError'>`; `code` is Node's name of the errno (`EACCES`), where there is one. */
export class ClientError extends Error {
  readonly pythonClass: string;
  readonly code: string | undefined;

  constructor(pythonClass: string, message: string, code?: string) {
    super(message);
    this.name = "ClientError";
    this.pythonClass = pythonClass;
    this.code = code;
  }
}

/** A fault answered by the daemon. */
export class Fault extends ClientError {
  readonly faultCode: number;
  readonly faultString: string;

  constructor(faultCode: number, faultString: string) {
    super("xmlrpc.client.Fault", `<Fault ${faultCode}: ${pyrepr(faultString)}>`);
    this.faultCode = faultCode;
    this.faultString = faultString;
  }
}

/** An HTTP reply other than 200. The host that the original prints is always this one: its URL is a dummy. */
export class ProtocolError extends ClientError {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string) {
    super("xmlrpc.client.ProtocolError", `<ProtocolError for 127.0.0.1/RPC2: ${status} ${reason}>`);
    this.status = status;
    this.reason = reason;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  EACCES: "PermissionError",
  EPERM: "PermissionError",
  ENOENT: "FileNotFoundError",
  ECONNREFUSED: "ConnectionRefusedError",
  ECONNRESET: "ConnectionResetError",
  ECONNABORTED: "ConnectionAbortedError",
  EPIPE: "BrokenPipeError",
  ETIMEDOUT: "TimeoutError",
  ENOTDIR: "NotADirectoryError",
  EISDIR: "IsADirectoryError",
};

/** The C library's sentences for the errors a connection meets, where libuv's differ. */
const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  ECONNABORTED: "Software caused connection abort",
  EPIPE: "Broken pipe",
  ETIMEDOUT: "Connection timed out",
  ENOTDIR: "Not a directory",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  EADDRNOTAVAIL: "Cannot assign requested address",
  EPROTOTYPE: "Protocol wrong type for socket",
  ELOOP: "Too many levels of symbolic links",
  EAGAIN: "Resource temporarily unavailable",
};

const RESOLVER: Readonly<Record<string, string>> = {
  ENOTFOUND: "[Errno -2] Name or service not known",
  EAI_AGAIN: "[Errno -3] Temporary failure in name resolution",
};

function errnoOf(code: string): number | undefined {
  for (const [errno, [name]] of getSystemErrorMap()) if (name === code) return -errno;
  return undefined;
}

/** An error of the operating system, by Node's code for it, as Python would raise it. */
export function systemError(code: string, message: string): ClientError {
  const unresolved = RESOLVER[code];
  if (unresolved !== undefined) return new ClientError("socket.gaierror", unresolved, code);
  const errno = errnoOf(code);
  if (errno === undefined) return new ClientError("OSError", message, code);
  return new ClientError(CLASSES[code] ?? "OSError", `[Errno ${errno}] ${SENTENCES[code] ?? message}`, code);
}

/** Python's ValueError. */
export const valueError = (message: string): ClientError => new ClientError("ValueError", message);
