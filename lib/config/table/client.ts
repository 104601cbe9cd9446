/** The options of [supervisorctl], [rpcinterface:x] and [ctlplugin:x] (supervisor.md section 3.5). */
import { text } from "../datatypes.ts";
import { path } from "../host-datatypes.ts";
import { defaulted, optional, required } from "./row.ts";

export const CLIENT = {
  serverurl: defaulted("serverurl", text, "http://localhost:9001", {
    scope: "here",
    doc: "Where supervisord listens: unix:///path or http://host:port",
    example: "unix:///tmp/supervisor.sock",
  }),
  username: optional("username", text, {
    scope: "none",
    doc: "User name to give to supervisord",
    example: "user",
  }),
  password: optional("password", text, {
    scope: "none",
    doc: "Password to give to supervisord",
    example: "123",
  }),
  prompt: defaulted("prompt", text, "supervisor", {
    scope: "none",
    doc: "What the interactive prompt shows",
  }),
  history_file: optional("history_file", path, {
    scope: "here",
    doc: "File that keeps the interactive history",
    since: "3.0a5",
    example: "~/.sc_history",
  }),
};

export const RPC_INTERFACE = {
  factory: required(
    "supervisor.rpcinterface_factory",
    text,
    (section) => `section [${section}] does not specify a supervisor.rpcinterface_factory`,
    {
      scope: "none",
      doc: "The interface to serve, module:name; all other options of the section are handed to it",
      example: "supervisor.rpcinterface:make_main_rpcinterface",
    },
  ),
};

export const CTL_PLUGIN = {
  factory: required(
    "supervisor.ctl_factory",
    text,
    (section) => `section [${section}] does not specify a supervisor.ctl_factory`,
    {
      scope: "none",
      doc: "The plug-in to load, module:name; all other options of the section are handed to it",
      example: "my.package:make_my_plugin",
    },
  ),
};
