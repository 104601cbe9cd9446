/** docs/reference/rpc.md: every XML-RPC method, from the help texts that system.methodHelp serves, and the faults. */
import { FAULTS } from "../../lib/model/faults.ts";
import { PROCESS_STATES, SUPERVISOR_MOODS } from "../../lib/model/states.ts";
import type { DaemonFace } from "../../lib/rpc/face.ts";
import type { Method, Namespace } from "../../lib/rpc/method.ts";
import { ownNamespace } from "../../lib/rpc/own-namespace.ts";
import { RpcRegistry } from "../../lib/rpc/registry.ts";
import { supervisorNamespace } from "../../lib/rpc/supervisor-namespace.ts";
import { systemNamespace } from "../../lib/rpc/system-namespace.ts";
import { code, page, table } from "./markdown.ts";

/** Only the methods' descriptions are read, and none of them asks the daemon anything. */
const NO_DAEMON = {} as DaemonFace;

interface Tag {
  readonly type: string;
  readonly name: string;
  readonly text: string;
}

const INTRODUCTION = `XML-RPC by POST to \`/RPC2\`, on the unix socket or the TCP port that the configuration opens, with HTTP basic authentication
where it names a user. Every answer comes with status 200: a value, or a fault of the [table below](#faults). Parameters stand in the
order shown; those in brackets may be left out.

    supervisorctl -c FILE status      # speaks it
    python3 -c 'import xmlrpc.client as x; print(x.ServerProxy("http://127.0.0.1:9001/RPC2").supervisor.getState())'

The original's own reference holds for all of \`supervisor.*\` and \`system.*\`.`;

function tags(help: string, kind: string): Tag[] {
  const found = help.matchAll(new RegExp(`^\\s*@${kind} (\\S+) +(\\S+) *(.*)$`, "gm"));
  return [...found].map(([, type = "", name = "", text = ""]) => ({ type, name, text: text.trim() }));
}

function methodPart(name: string, { help, arity }: Method): string {
  const params = tags(help, "param");
  const [result] = tags(help, "return");
  const shown = params.map((param, index) => (index < arity[0] ? param.name : `[${param.name}]`));
  const lines = [...params, ...(result === undefined ? [] : [{ ...result, name: "gives" }])].map(
    ({ name: what, type, text }) => `- ${what === "gives" ? "gives" : code(what)} (${type}): ${text}`,
  );
  const about = help.split("@")[0]?.trim() ?? "";
  return `### ${name}(${shown.join(", ")})\n\n${about}\n\n${lines.join("\n")}`;
}

const namespacePart = (title: string, prefix: string, about: string, namespace: Namespace): string => {
  const methods = [...namespace].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = methods.map(([name, method]) => methodPart(`${prefix}.${name}`, method));
  return [`## ${title}`, about, ...parts].join("\n\n");
};

export function rpcPage(): string {
  const numbers = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, number]) => [String(number), code(name)]);
  return page("XML-RPC", "the help texts in lib/rpc", [
    INTRODUCTION,
    namespacePart(
      "supervisor",
      "supervisor",
      "While the daemon shuts down, all but `sendRemoteCommEvent` answer SHUTDOWN_STATE.",
      supervisorNamespace(NO_DAEMON),
    ),
    namespacePart("system", "system", "About the interface itself.", systemNamespace(new RpcRegistry())),
    namespacePart(
      "supervisord",
      "supervisord",
      "What the original does not have. Not in `system.listMethods`: ask for `supervisord.getAPIVersion`, and take UNKNOWN_METHOD for no.",
      ownNamespace(NO_DAEMON),
    ),
    `## Faults\n\n${table(["Code", "Name"], numbers(FAULTS))}`,
    `## States of a process\n\n${table(["Code", "Name"], numbers(PROCESS_STATES))}`,
    `## States of the daemon\n\n${table(["Code", "Name"], numbers(SUPERVISOR_MOODS))}`,
  ]);
}
