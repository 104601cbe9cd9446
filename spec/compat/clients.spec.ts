/** Clients of record: npm xmlrpc, npm supervisord, and Python's childutils, over TCP and the unix socket. */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import xmlrpc from "xmlrpc";
import { byHand, head, program } from "../support/daemon-config.ts";
import { type Step, scene } from "../support/daemon-pair.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { reachFile, step } from "../support/daemon-steps.ts";
import { BASE_ENV, ROOT } from "../support/daemon-subject.ts";

type Callback = (error: unknown, value: unknown) => void;
type Connect = (daemon: Daemon) => (method: string, params: readonly unknown[]) => Promise<unknown>;
type PackageClient = Record<string, (...args: readonly unknown[]) => void>;

const load = createRequire(import.meta.url);
const npmSupervisord = load("supervisord") as { connect: (url: string) => PackageClient };

const promised = (call: (done: Callback) => void): Promise<unknown> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });

const viaXmlrpc =
  (options: (daemon: Daemon) => Record<string, unknown>): Connect =>
  (daemon) => {
    const all = { ...options(daemon), path: "/RPC2" } as unknown as Parameters<typeof xmlrpc.createClient>[0];
    const client = xmlrpc.createClient(all);
    return (method, params) =>
      promised((done) => client.methodCall(`supervisor.${method}`, [...params], done));
  };

const viaPackage =
  (url: (daemon: Daemon) => string): Connect =>
  (daemon) => {
    const client = npmSupervisord.connect(url(daemon));
    return (method, params) => promised((done) => client[method]?.(...params, done));
  };

const fault = (error: unknown): unknown => {
  const { faultCode, faultString, message, code } = error as Record<string, unknown>;
  return { faultCode, faultString, kind: faultCode === undefined ? (code ?? message) : undefined };
};

const CALLS: readonly (readonly [string, readonly unknown[]])[] = [
  ["getAPIVersion", []],
  ["getSupervisorVersion", []],
  ["getIdentification", []],
  ["getState", []],
  ["getAllProcessInfo", []],
  ["getProcessInfo", ["cat"]],
  ["getProcessInfo", ["nothing"]],
  ["startProcess", ["cat"]],
  ["startProcess", ["cat", true]],
  ["startProcessGroup", ["cat", false]],
  ["sendProcessStdin", ["cat", "é <&> ]]> €\n"]],
  ["signalProcess", ["cat", "CONT"]],
  ["signalProcess", ["cat", 18]],
  ["stopProcess", ["cat"]],
  ["stopProcess", ["cat"]],
  ["stopProcessGroup", ["cat"]],
  ["startAllProcesses", [false]],
  ["stopAllProcesses", [true]],
  ["readProcessStdoutLog", ["lines", 0, 10]],
  ["tailProcessStdoutLog", ["lines", 0, 0]],
  ["tailProcessStderrLog", ["lines", 0, 100]],
  ["clearProcessLogs", ["cat"]],
  ["clearAllProcessLogs", []],
  ["reloadConfig", []],
  ["removeProcessGroup", ["cat"]],
  ["addProcessGroup", ["cat"]],
  ["nothing", []],
  ["getProcessInfo", []],
];

/** Results come in the order of completion, which is chance for processes stopped together. */
function sortByName(outcome: unknown): void {
  if (Array.isArray(outcome)) outcome.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}

const allCalls = (client: string, connect: Connect, only: (method: string) => boolean = () => true): Step[] =>
  CALLS.filter(([method]) => only(method)).map(([method, params]) =>
    step(
      `${client}: ${method}(${params.map((param) => JSON.stringify(param)).join(", ")})`,
      async (daemon) => {
        const outcome = await connect(daemon)(method, params).catch(fault);
        if (method === "stopAllProcesses") sortByName(outcome);
        return JSON.parse(daemon.text(JSON.stringify({ outcome })));
      },
    ),
  );

const config = [
  head({ supervisord: "identifier=who" }),
  byHand("cat"),
  program("lines", "@PROGRAMS@/lines.sh 3", { startsecs: 0, autorestart: false }),
].join("\n");
const started = reachFile("lines.out", /0002/);

/** The package has no method that it does not list. */
const listed = (method: string): boolean => method !== "nothing";

scene({
  title: "npm xmlrpc over the unix socket",
  launch: { config },
  steps: [
    started,
    ...allCalls(
      "npm xmlrpc, unix",
      viaXmlrpc((daemon) => ({ socketPath: daemon.socket })),
    ),
  ],
});

scene({
  title: "npm xmlrpc over TCP",
  launch: { config },
  steps: [
    started,
    ...allCalls(
      "npm xmlrpc, TCP",
      viaXmlrpc((daemon) => ({ host: "127.0.0.1", port: daemon.port })),
    ),
  ],
});

scene({
  title: "npm supervisord over the unix socket",
  launch: { config },
  steps: [
    started,
    ...allCalls(
      "npm supervisord, unix",
      viaPackage((daemon) => `unix://${daemon.socket}`),
      listed,
    ),
  ],
});

scene({
  title: "npm supervisord over TCP with credentials",
  launch: {
    config: config.replace("port=127.0.0.1:@PORT@", "port=127.0.0.1:@PORT@\nusername=user\npassword=pass"),
  },
  steps: [
    started,
    ...allCalls(
      "npm supervisord, TCP",
      viaPackage((daemon) => `http://user:pass@127.0.0.1:${daemon.port}`),
      listed,
    ),
  ],
});

const run = promisify(execFile);

const childutils = (title: string, env: (daemon: Daemon) => Record<string, string>): Step =>
  step(title, async (daemon) => {
    const script = join(ROOT, "spec/support/daemon-childutils.py");
    const { stdout } = await run("/usr/bin/python3", [script], { env: { ...BASE_ENV, ...env(daemon) } });
    const masked = stdout.replace(/\["(start|stop|now|pid)", [1-9]\d*\]/g, '["$1", "@N@"]');
    return JSON.parse(daemon.text(masked));
  });

scene({
  title: "Python's childutils",
  launch: {
    config: config.replace("port=127.0.0.1:@PORT@", "port=127.0.0.1:@PORT@\nusername=user\npassword=pass"),
  },
  steps: [
    started,
    childutils("over the unix socket", (daemon) => ({ SUPERVISOR_SERVER_URL: `unix://${daemon.socket}` })),
    childutils("over TCP with credentials", (daemon) => ({
      SUPERVISOR_SERVER_URL: `http://127.0.0.1:${daemon.port}`,
      SUPERVISOR_USERNAME: "user",
      SUPERVISOR_PASSWORD: "pass",
    })),
    childutils("over TCP without credentials", (daemon) => ({
      SUPERVISOR_SERVER_URL: `http://127.0.0.1:${daemon.port}`,
    })),
  ],
});
