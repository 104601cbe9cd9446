/** getAllConfigInfo, reloadConfig, addProcessGroup and removeProcessGroup over XML-RPC, and the last moments. */
import { byHand, head, program, section } from "../../support/daemon-config.ts";
import type { Scene, Step } from "../../support/daemon-pair.ts";
import { call, callWith } from "../../support/daemon-rpc.ts";
import { exits, killed, reach, reachFile, reachLog, write } from "../../support/daemon-steps.ts";

const runs = { startsecs: 0 };

const every = section("program", "every", {
  command: "/bin/cat -u",
  process_name: "%(program_name)s-x",
  priority: 12,
  autostart: false,
  startsecs: 9,
  startretries: 8,
  exitcodes: "0,2,255",
  stopsignal: "USR1",
  stopwaitsecs: 7,
  stopasgroup: true,
  killasgroup: true,
  user: "root",
  stdout_logfile: "@DIR@/every.out",
  stdout_logfile_maxbytes: "1KB",
  stdout_logfile_backups: 3,
  stdout_capture_maxbytes: "2KB",
  stdout_events_enabled: true,
  stderr_logfile: "NONE",
  stderr_logfile_maxbytes: "3MB",
  stderr_logfile_backups: 0,
  stderr_capture_maxbytes: 17,
  stderr_events_enabled: true,
  directory: "/tmp",
  umask: "022",
  serverurl: "http://127.0.0.1:9999",
});

/** The served level is 4.3: there, and only there, a member `autorestart` follows `autostart`. */
const withoutAutorestart = (body: string): string =>
  body.replace(/<member>\n<name>autorestart<\/name>\n<value>.*<\/value>\n<\/member>\n/g, "");

const configInfo = (title: string): Step =>
  callWith("getAllConfigInfo", [], { title, mend: withoutAutorestart });

const initial = [
  head(),
  every,
  program("stays", "/bin/cat", runs),
  program("changes", "/bin/cat", runs),
  program("goes", "/bin/cat", runs),
  byHand("auto", {
    stdout_logfile: "AUTO",
    stderr_logfile: "auto",
    serverurl: "AUTO",
    autorestart: "unexpected",
  }),
  byHand("merged", { redirect_stderr: true, autorestart: false }),
  byHand("multi", {
    numprocs: 2,
    process_name: "%(process_num)d",
    stdout_logfile: "@DIR@/%(process_num)d.log",
  }),
].join("\n");

const changed = [
  head({ supervisord: "identifier=renamed" }),
  program("stays", "/bin/cat", runs),
  program("changes", "/bin/cat", { ...runs, priority: 1 }),
  program("comes", "/bin/cat", runs),
  program("another", "/bin/cat", { ...runs, autostart: false }),
].join("\n");

export const configCalls: Scene = {
  title: "configuration",
  launch: { config: initial },
  steps: [
    reach({ stays: "RUNNING", goes: "RUNNING" }),
    configInfo("getAllConfigInfo before any reread"),
    callWith("getAllConfigInfo", [], {
      title: "getAllConfigInfo has the member of 4.3",
      mend: (body) => String(body.includes("<name>autorestart</name>")),
      differs: {
        row: "autorestart-info",
        ours: (outcome: unknown) => JSON.stringify(outcome).includes('"true"'),
      },
    }),
    call("reloadConfig"),
    configInfo("getAllConfigInfo after a reread"),
    call("addProcessGroup", "stays"),
    call("addProcessGroup", "nothing"),
    call("addProcessGroup", "stays:*"),
    call("removeProcessGroup", "nothing"),
    call("removeProcessGroup", "stays:*"),
    call("removeProcessGroup", "stays"),
    call("removeProcessGroup", "merged"),
    call("removeProcessGroup", "merged"),
    call("getProcessInfo", "merged"),
    configInfo("getAllConfigInfo tells what is not in use"),
    call("addProcessGroup", "merged"),
    write("s.conf", changed),
    call("reloadConfig"),
    call("reloadConfig"),
    call("getIdentification"),
    configInfo("getAllConfigInfo of the new configuration"),
    call("addProcessGroup", "goes"),
    call("addProcessGroup", "comes"),
    reach({ comes: "RUNNING" }),
    call("addProcessGroup", "another"),
    call("getProcessInfo", "another"),
    call("stopProcess", "goes"),
    call("removeProcessGroup", "goes"),
    call("getProcessInfo", "goes"),
    call("removeProcessGroup", "auto"),
    call("removeProcessGroup", "merged"),
    call("removeProcessGroup", "multi"),
    call("removeProcessGroup", "every"),
    call("stopProcess", "changes"),
    call("removeProcessGroup", "changes"),
    call("addProcessGroup", "changes"),
    reach({ changes: "RUNNING" }),
    call("reloadConfig"),
    call("getAllProcessInfo"),
    write("s.conf", `${changed}\n[program:bad]\ncommand=/bin/cat\nstartsecs=soon\n`),
    call("reloadConfig"),
    call("getAllProcessInfo"),
    write("s.conf", "[nothing]\n"),
    call("reloadConfig"),
    call("addProcessGroup", "bad"),
  ],
};

const lastMoments = (title: string, method: string, params: readonly unknown[] = []): Scene => ({
  title,
  launch: {
    config: [
      head(),
      program("a", "/bin/cat", runs),
      program("deaf", "@PROGRAMS@/ignore-term.sh", { ...runs, stopwaitsecs: 60 }),
    ].join("\n"),
  },
  steps: [
    reach({ a: "RUNNING", deaf: "RUNNING" }),
    reachFile("deaf.out", /deaf/),
    callWith(method, params, {}),
    call("getState"),
    call("getPID"),
    call("getAPIVersion"),
    call("getIdentification"),
    call("getSupervisorVersion"),
    call("getAllProcessInfo"),
    call("getAllConfigInfo"),
    call("getProcessInfo", "a"),
    call("getProcessInfo", "nothing"),
    call("startProcess", "a"),
    call("startProcessGroup", "nothing"),
    call("startAllProcesses"),
    call("stopProcess", "deaf"),
    call("stopAllProcesses"),
    call("signalProcess", "deaf", "CONT"),
    call("signalAllProcesses", "CONT"),
    call("readLog", 0, 0),
    call("readProcessStdoutLog", "a", 0, 0),
    call("tailProcessStdoutLog", "a", 0, 0),
    call("clearLog"),
    call("clearAllProcessLogs"),
    call("sendProcessStdin", "a", "x"),
    call("reloadConfig"),
    call("addProcessGroup", "a"),
    call("removeProcessGroup", "a"),
    call("shutdown"),
    call("restart"),
    call("sendRemoteCommEvent", "type", "data"),
    call("getState", 1),
    call("nothing"),
    call("system.listMethods"),
    call("system.multicall", [
      { methodName: "supervisor.getState" },
      { methodName: "system.methodHelp", params: [] },
    ]),
  ],
});

const end = lastMoments("after shutdown was asked for", "shutdown");
export const shutdownCalls: Scene = { ...end, steps: [...end.steps, killed("deaf"), exits()] };

const again = lastMoments("after restart was asked for", "restart");
export const restartCalls: Scene = {
  ...again,
  steps: [
    ...again.steps,
    killed("deaf"),
    reachLog(/supervisord started[\s\S]*supervisord started/),
    reach({ a: "RUNNING", deaf: "RUNNING" }),
    call("getState"),
    call("sendRemoteCommEvent", "type", "data"),
    call("sendRemoteCommEvent", "a type", { $base64: "data" }),
    call("sendRemoteCommEvent", "type"),
  ],
};
