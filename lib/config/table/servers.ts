/** The options of [unix_http_server] and [inet_http_server] (supervisor.md section 3.5). */
import { inetAddress, octal, text } from "../datatypes.ts";
import { owner, path } from "../host-datatypes.ts";
import { defaulted, optional, required } from "./row.ts";

const CREDENTIALS = {
  username: optional("username", text, {
    scope: "none",
    doc: "User name that clients must give; only together with a password",
    example: "user",
  }),
  password: optional("password", text, {
    scope: "none",
    doc: "Password in clear text, or {SHA} and its SHA-1 in lower-case hex",
    example: "123",
  }),
};

export const UNIX_SERVER = {
  file: required("file", path, (section) => `section [${section}] has no file value`, {
    scope: "here",
    doc: "Path of the socket",
    example: "/tmp/supervisor.sock",
  }),
  chmod: defaulted("chmod", octal, "0700", {
    scope: "none",
    doc: "Mode of the socket",
    complaint: (value) => `Invalid chmod value ${value}`,
  }),
  chown: optional("chown", owner, {
    scope: "none",
    doc: "Owner of the socket, user or user:group",
    defaultText: "the user that supervisord runs as",
    example: "root:root",
    complaint: (value) => `Invalid sockchown value ${value}`,
  }),
  ...CREDENTIALS,
};

export const INET_SERVER = {
  port: required("port", inetAddress, (section) => `section [${section}] has no port value`, {
    scope: "none",
    doc: "Address to listen on: host:port, *:port for every interface, [ipv6]:port",
    example: "127.0.0.1:9001",
  }),
  ...CREDENTIALS,
};
