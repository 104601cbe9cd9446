/** FastCGI programs: a real application (php-cgi) and a real client (cgi-fcgi) on both daemons. */
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { head, section } from "../../support/daemon-config.ts";
import type { Differs, Scene, Step } from "../../support/daemon-pair.ts";
import type { Daemon } from "../../support/daemon-process.ts";
import { exits, logLines, reach, reachLog, rpc, signal, step } from "../../support/daemon-steps.ts";
import { PROGRAMS } from "../../support/daemon-subject.ts";
import { until } from "../../support/daemon-wait.ts";

const PHP = "/usr/bin/php-cgi";
const CLIENT = "/usr/bin/cgi-fcgi";
for (const [path, name] of [
  [PHP, "php-cgi"],
  [CLIENT, "libfcgi-bin"],
] as const) {
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install ${name}`);
}

const fcgi = (name: string, socket: string, options = {}): string =>
  section("fcgi-program", name, {
    command: PHP,
    socket,
    autorestart: false,
    startsecs: 0,
    stopwaitsecs: 1,
    stdout_logfile: `@DIR@/${name}.out`,
    stderr_logfile: `@DIR@/${name}.err`,
    ...options,
  });

/** What the application answers at an address: `host:port` or a socket's path. */
function ask(address: string, query: string): Promise<string> {
  const env = {
    SCRIPT_FILENAME: join(PROGRAMS, "fcgi.php"),
    REQUEST_METHOD: "GET",
    QUERY_STRING: query,
    REDIRECT_STATUS: "200",
  };
  return new Promise((resolve) => {
    execFile(CLIENT, ["-bind", "-connect", address], { env, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve(
        error === null ? stdout.slice(stdout.indexOf("\r\n\r\n") + 4) : `no answer ${stderr.slice(0, 20)}`,
      ),
    );
  });
}

const asked = (address: string, query: string, options: { differs?: Differs } = {}): Step =>
  step(`${address} answers ${query}`, async (daemon) => ask(daemon.fill(address), query), options);

/** The pids that answer, of so many requests, are those of living processes of the program. */
const answeredBy = (address: string, program: string): Step =>
  step(`${program} itself answers at ${address}`, async (daemon) => {
    const all = (await daemon.rpc("supervisor.getAllProcessInfo")) as { group: string; pid: number }[];
    const pids = all.filter(({ group }) => group === program).map(({ pid }) => pid);
    for (let n = 0; n < 6; n++) {
      const [, pid] = (await ask(daemon.fill(address), "pid")).split("\n");
      if (!pids.includes(Number(pid))) return `pid ${pid} answers, not one of ${pids.length}`;
    }
    return true;
  });

const mode = (name: string) => (daemon: Daemon) =>
  (statSync(join(daemon.dir, name)).mode & 0o777).toString(8);

export const fastcgi: Scene = {
  title: "FastCGI programs",
  launch: {
    config: [
      head({ inet: null, supervisord: "loglevel=info" }),
      fcgi("tcp", "tcp://127.0.0.1:@PORT@", { numprocs: 2, process_name: "tcp_%(process_num)d" }),
      fcgi("unix", "unix://@DIR@/%(program_name)s.sock", { socket_mode: "0640", socket_backlog: 7 }),
      fcgi("later", "unix://@DIR@/later.sock", { autostart: false }),
    ].join("\n"),
  },
  steps: [
    reach({ "tcp:tcp_0": "RUNNING", "tcp:tcp_1": "RUNNING", unix: "RUNNING" }),
    asked("127.0.0.1:@PORT@", "one"),
    answeredBy("127.0.0.1:@PORT@", "tcp"),
    asked("@DIR@/unix.sock", "two"),
    step("the mode of the socket", async (daemon) => mode("unix.sock")(daemon)),
    rpc("supervisor.sendProcessStdin", ["unix", "x"]),
    rpc("supervisor.stopProcess", ["tcp:tcp_0"]),
    asked("127.0.0.1:@PORT@", "three"),
    rpc("supervisor.stopProcess", ["tcp:tcp_1"]),
    asked("127.0.0.1:@PORT@", "four"),
    rpc("supervisor.startProcess", ["tcp:tcp_1"]),
    asked("127.0.0.1:@PORT@", "five"),
    asked("@DIR@/later.sock", "six"),
    rpc("supervisor.startProcess", ["later"]),
    asked("@DIR@/later.sock", "seven"),
    rpc("supervisor.stopProcess", ["unix"]),
    step("the socket's file stays", async (daemon) => existsSync(join(daemon.dir, "unix.sock"))),
    signal("SIGTERM"),
    exits(),
    step("sockets in the log", async (daemon) => daemon.logLines(/socket (?:unix|tcp):/).sort()),
    logLines(/socket tcp:/),
  ],
};

export const grouped: Scene = {
  title: "FastCGI programs of a group",
  launch: {
    config: [
      head({ inet: null }),
      fcgi("a", "unix://@DIR@/a.sock"),
      fcgi("b", "unix://@DIR@/b.sock"),
      section("group", "web", { programs: "a,b" }),
    ].join("\n"),
  },
  steps: [
    reach({ "web:a": "RUNNING", "web:b": "RUNNING" }),
    asked("@DIR@/a.sock", "a", {
      differs: { row: "fcgi-in-group", ours: "hello a\n" },
    }),
    asked("@DIR@/b.sock", "b", {
      differs: { row: "fcgi-in-group", ours: "hello b\n" },
    }),
  ],
};

export const failing: Scene = {
  title: "a FastCGI socket that cannot be opened",
  launch: {
    config: [head({ inet: null }), fcgi("bad", "unix://@DIR@/no/such/folder.sock", { startretries: 0 })].join(
      "\n",
    ),
    ready: /Creating socket|ValueError/,
  },
  steps: [
    step(
      "what becomes of the daemon",
      async (daemon) => {
        await until(
          "its end, or that it goes on",
          () => daemon.exit !== undefined || /gave up/.test(daemon.log()),
        );
        return { exit: daemon.exit === undefined ? "runs" : "exits", log: daemon.logLines(/FastCGI/) };
      },
      {
        differs: {
          row: "fcgi-open-fails",
          ours: {
            exit: "runs",
            log: [
              "ERRO Could not create FastCGI socket unix://@DIR@/no/such/folder.sock: [Errno 2] No such file or directory",
              "INFO spawnerr: Could not create FastCGI socket unix://@DIR@/no/such/folder.sock: [Errno 2] No such file or directory",
            ],
          },
        },
      },
    ),
    reachLog(/Creating socket/),
  ],
};
