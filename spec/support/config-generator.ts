/** Makes up whole configurations: realistic ones, and ones with a mistake in them. */
import type { Dice } from "./config-oracle.ts";

export interface MadeConfig {
  /** By path relative to the case's directory. */
  readonly files: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
}

type Values = readonly string[];

const BOOLEANS: Values = ["true", "false", "yes", "No", "on", "0", "1", "maybe", ""];
const INTEGERS: Values = ["0", "1", "3", "-1", "10", "999", "1_0", " 5", "x", "1.5", "%(ENV_NUM)s", ""];
const SIZES: Values = ["0", "1024", "10MB", "1kb", "2 GB", "1K", "MB", "%(ENV_NUM)sMB"];
const OCTALS: Values = ["022", "0o77", "777", "9", "", "-1", "%(ENV_NUM)s"];
const USERS: Values = ["root", "nobody", "0", "1", "nosuchuser", "99999", "%(ENV_USER)s", "%(ENV_GONE)s"];
const ENVIRONMENTS: Values = [
  'A="1"',
  'A="1",B="two words"',
  "A=1,B=%(ENV_HOME)s",
  'PATH="/x:%(ENV_PATH)s"',
  "A=a b",
  "A=",
  'A="100%%"',
  "A=%",
  "A=%(here)s",
  "A=x@y",
  "A='q,r'\n B=2",
  'N%(process_num)s="1"',
  'ENV="%(program_name)s"',
  'LONG="%(host_node_name)s"',
  "",
  'A="un',
];
const LOGFILES: Values = [
  "AUTO",
  "none",
  "NONE",
  "off",
  "/dev/stdout",
  "/dev/fd/1",
  "%(here)s/x.log",
  "/tmp/%(program_name)s.log",
  "/nosuch/dir/x.log",
  "syslog",
  "SYSLOG",
  "rel.log",
  "~/x.log",
  "%(ENV_LOGS)s/x.log",
  "%(group_name)s_%(process_num)02d.log",
  "",
];

const PROGRAM: Readonly<Record<string, Values>> = {
  process_name: [
    "%(program_name)s_%(process_num)02d",
    "%(program_name)s",
    "a b",
    "p:q",
    "%(group_name)s-%(process_num)d",
    "%(process_num)s",
    "%(nosuch)s",
    "it's",
    "",
  ],
  numprocs: ["1", "2", "3", "0", "-1", "x", "%(ENV_NUM)s"],
  numprocs_start: INTEGERS,
  priority: [...INTEGERS, "%(program_name)s", "1%(process_num)s"],
  autostart: BOOLEANS,
  autorestart: [...BOOLEANS, "unexpected", "Unexpected"],
  startsecs: INTEGERS,
  startretries: INTEGERS,
  exitcodes: ["0", "0,2", "", "0,256", "a", "0, 1"],
  stopsignal: ["TERM", "QUIT", "sigint", "9", "USR1", "NOPE", "99", "SIGRTMIN"],
  stopwaitsecs: INTEGERS,
  stopasgroup: BOOLEANS,
  killasgroup: BOOLEANS,
  user: USERS,
  redirect_stderr: BOOLEANS,
  stdout_logfile: LOGFILES,
  stdout_logfile_maxbytes: SIZES,
  stdout_logfile_backups: INTEGERS,
  stdout_capture_maxbytes: SIZES,
  stdout_events_enabled: BOOLEANS,
  stdout_syslog: BOOLEANS,
  stderr_logfile: LOGFILES,
  stderr_logfile_maxbytes: SIZES,
  stderr_logfile_backups: INTEGERS,
  stderr_capture_maxbytes: SIZES,
  stderr_events_enabled: BOOLEANS,
  stderr_syslog: BOOLEANS,
  environment: ENVIRONMENTS,
  directory: ["/tmp", "%(here)s", "%(ENV_HOME)s/%(program_name)s", "rel", "%(ENV_A)s"],
  umask: OCTALS,
  serverurl: ["AUTO", " auto ", "", "http://x:1", "unix:///x"],
  command: [
    "/bin/cat",
    "php %(here)s/artisan queue:work --sleep=3",
    'sh -c "echo READY && read line && kill -SIGQUIT $PPID"',
    'bash -c "a ; b"',
    "/bin/%(ENV_A)s",
    "x %(process_num)02d/%(numprocs)d",
    "date +%%s",
    "date +%s",
    "100%",
    "%(nosuch)s",
    "%(process_num)x %(here)r",
    "",
  ],
  username: ["ignored"],
  depends_on: ["other"],
};

const DAEMON: Readonly<Record<string, Values>> = {
  logfile: ["/dev/null", "syslog", "sd.log", "%(here)s/sd.log", "/nosuch/sd.log", "NONE", "/proc/1/fd/1"],
  logfile_maxbytes: SIZES,
  logfile_backups: INTEGERS,
  loglevel: ["info", "DEBUG", "warn", "warning", "10", ""],
  pidfile: ["/tmp/sd.pid", "sd.pid", "/nosuch/sd.pid", "%(ENV_HOME)s/sd.pid"],
  umask: OCTALS,
  nodaemon: BOOLEANS,
  silent: BOOLEANS,
  minfds: INTEGERS,
  minprocs: INTEGERS,
  nocleanup: BOOLEANS,
  childlogdir: ["/tmp", "%(here)s", "/nosuch", "/tmp/"],
  user: USERS,
  directory: ["/tmp", "/nosuch", "%(here)s"],
  strip_ansi: BOOLEANS,
  environment: ENVIRONMENTS,
  identifier: ["supervisor", "%(here)s", "a b", "%(ENV_GONE)s"],
  unknown: ["%"],
};

const FCGI: Readonly<Record<string, Values>> = {
  socket: [
    "tcp://localhost:9000",
    "unix:///tmp/%(program_name)s.sock",
    "unix://rel.sock",
    "tcp://x",
    "tcp://HOST:70000",
    "tcp://h:0",
    "unix:///a/../b",
    "",
    "%(group_name)s",
  ],
  socket_backlog: ["128", "0", "65536", "x"],
  socket_owner: ["root", "root:root", "nosuchuser", "root:nosuchgroup"],
  socket_mode: ["0700", "9", "666"],
};

const LISTENER: Readonly<Record<string, Values>> = {
  events: [
    "TICK_60",
    "PROCESS_STATE_STOPPED, PROCESS_STATE_EXITED, PROCESS_STATE_FATAL",
    "process_state,EVENT",
    "NOSUCH",
    "",
    "TICK_5,",
    "TICK_5,TICK_5",
  ],
  buffer_size: ["10", "100", "0", "-3", "x"],
  result_handler: ["supervisor.dispatchers:default_handler", "x:%(here)s"],
  priority: INTEGERS,
};

const UNIX: Readonly<Record<string, Values>> = {
  file: ["/tmp/s.sock", " /tmp/s.sock ", "%(here)s/s.sock", "s.sock", "~/s.sock", "/a/./b/../s.sock"],
  chmod: ["0700", "0666", "9", ""],
  chown: ["root", "root:root", "nobody:nogroup", "nosuchuser", "root:nosuchgroup", "0:0"],
  username: ["user", "%(ENV_USER)s", ""],
  password: ["123", "{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d", "50%", "50%%"],
};

const INET: Readonly<Record<string, Values>> = {
  port: [
    "9001",
    "*:9001",
    ":9001",
    "127.0.0.1:9001",
    "LOCALHOST:80",
    "x",
    "host:",
    "70000",
    "0",
    "%(ENV_NUM)s",
    "%(here)s",
  ],
  username: UNIX["username"] ?? [],
  password: UNIX["password"] ?? [],
};

const GROUP: Readonly<Record<string, Values>> = { priority: INTEGERS };

/** `share`: how many of a hundred options are written; the first of its values is taken unless the dice say otherwise. */
function options(dice: Dice, table: Readonly<Record<string, Values>>, share: number, wild: number): string {
  let text = "";
  for (const [name, values] of Object.entries(table)) {
    if (!dice.chance(share)) continue;
    const value = dice.chance(wild) ? dice.pick(values) : (values[0] ?? "");
    const delimiter = dice.pick(["=", "=", " = ", ": "]);
    text += `${name}${delimiter}${value.replaceAll("\n", "\n  ")}${dice.chance(8) ? " ; note" : ""}\n`;
  }
  return text;
}

function programs(dice: Dice, wild: number, names: readonly string[]): string {
  return names
    .map((name) => {
      const numprocs = dice.chance(25) ? "numprocs=2\nprocess_name=%(program_name)s_%(process_num)02d\n" : "";
      return `[program:${name}]\ncommand=/bin/cat\n${numprocs}${options(dice, PROGRAM, 14, wild)}\n`;
    })
    .join("");
}

/** `wild`: how many of a hundred values are picked from all, the bad ones among them. */
export function makeConfig(dice: Dice, wild: number): MadeConfig {
  const names = ["web", "worker", "a.b", "z-1"].slice(0, 1 + dice.below(4));
  if (dice.chance(wild / 8)) names.push(dice.pick(["x y", "x/y", "x:y", " pad ", "", "web"]));
  const parts: string[] = [];
  if (dice.chance(98)) parts.push(`[supervisord]\n${options(dice, DAEMON, 18, wild)}`);
  if (dice.chance(70))
    parts.push(
      `[unix_http_server${dice.pick(["", "", ":a"])}]\nfile=/tmp/u.sock\n${options(dice, UNIX, 15, wild)}`,
    );
  if (dice.chance(40))
    parts.push(`[inet_http_server]\nport=127.0.0.1:9001\n${options(dice, INET, 20, wild)}`);
  if (dice.chance(15)) parts.push(`[inet_http_serverzzz]\nport=9002\n`);
  if (dice.chance(80)) {
    const key = dice.chance(95) ? "supervisor.rpcinterface_factory" : "factory";
    parts.push(
      `[rpcinterface:supervisor]\n${key} = supervisor.rpcinterface:make_main_rpcinterface\n${dice.chance(10) ? "extra=%(ENV_NUM)s\n" : ""}`,
    );
  }
  parts.push(programs(dice, wild, names));
  if (dice.chance(25))
    parts.push(
      `[fcgi-program:f]\ncommand=/bin/f\nsocket=tcp://localhost:9000\n${options(dice, FCGI, 25, wild)}${options(dice, PROGRAM, 6, wild)}`,
    );
  if (dice.chance(25))
    parts.push(
      `[eventlistener:l]\ncommand=/bin/l\nevents=TICK_60\n${options(dice, LISTENER, 25, wild)}${options(dice, PROGRAM, 6, wild)}`,
    );
  if (dice.chance(30)) {
    const listed = names.filter(() => dice.chance(60)).concat(dice.chance(wild / 5) ? ["nosuch"] : []);
    parts.push(
      `[group:${dice.pick(["g", "aaa", "web"])}]\nprograms=${listed.join(dice.pick([",", ", "]))}\n${options(dice, GROUP, 40, wild)}`,
    );
  }
  if (dice.chance(5))
    parts.push(
      `[DEFAULT]\n${dice.pick(["priority=5", "user=root", "x=%", "startsecs=7", "directory=%(here)s/d"])}\n`,
    );
  if (dice.chance(5)) parts.push("[other]\nx=%\n");
  const files = new Map<string, string>();
  if (dice.chance(30)) {
    parts.push(
      `[include]\n${dice.pick(["files=conf.d/*.conf", "files = conf.d/*.conf extra/?.ini", "files=%(here)s/conf.d/[a-m]*.conf", "files=nothing/*", "files=conf.d", "files=%(host_node_name)s/*.conf conf.d/*", "other=1", "files=%(ENV_GONE)s"])}\n`,
    );
    files.set("conf.d/b.conf", `[program:b]\ncommand=/bin/b %(here)s\n${options(dice, PROGRAM, 8, wild)}`);
    files.set(
      "conf.d/a.conf",
      `[program:${dice.pick(["a", "web"])}]\ncommand=/bin/a\nstopwaitsecs=%(here)s\n`.replace(
        dice.chance(90) ? "stopwaitsecs=%(here)s\n" : "",
        "",
      ),
    );
    files.set("conf.d/.hidden.conf", "[program:hidden]\ncommand=x\n");
    files.set("extra/1.ini", dice.chance(95) ? "[group:late]\nprograms=web\n" : "broken\n");
    if (dice.chance(8))
      files.set("conf.d/z.conf", "[include]\nfiles=/nothing\n[program:z]\ncommand=/bin/z\nnonsense\n");
  }
  // Shuffled: which section stands first decides little, and that little must be the same.
  for (let at = parts.length - 1; at > 0; at--) {
    const other = dice.below(at + 1);
    const [here = "", there = ""] = [parts[at], parts[other]];
    parts[at] = there;
    parts[other] = here;
  }
  files.set("sv.conf", parts.join("\n"));
  const environment = {
    HOME: "/root",
    PATH: "/usr/bin:/bin",
    NUM: "12",
    USER: "root",
    LOGS: "/tmp",
    A: "from%env",
  };
  return { files, environment };
}
