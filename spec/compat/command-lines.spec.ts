/** Command lines and configurations that the daemon refuses, or that it answers and ends: texts and exit codes. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { head } from "../support/daemon-config.ts";
import { Forks, type Ran } from "../support/daemon-forks.ts";
import { type Line, runLine } from "../support/daemon-lines.ts";
import type { Differs } from "../support/daemon-pair.ts";
import { ORACLE, OURS, SELF_CHECK } from "../support/daemon-subject.ts";
import { limiter } from "../support/daemon-wait.ts";

type Case = Line & { readonly differs?: Differs };

const conf = ["-n", "-c", "@DIR@/s.conf"];
const plain = head();

/** The help is our own words. */
const withoutText = ({ code, stdout, stderr }: Ran): unknown => ({ code, says: stdout.length > 500, stderr });

const flags: readonly Case[] = [
  ...["-h", "--help", "-?", "--hel"].map((flag): Case => ({ title: flag, args: [flag], mend: withoutText })),
  ...[
    ["-v"],
    ["--version"],
    ["--vers"],
    ["-x"],
    ["--foo"],
    ["-c"],
    ["--configuration"],
    ["--user"],
    ["-u"],
    ["--n"],
    ["--min"],
    ["--nodaemon=1"],
    ["--version=1"],
    ["-nv"],
    ["-nx"],
    ["positional"],
    ["-n", "positional", "-v"],
    ["--", "-v"],
    ["-n", "-n"],
    ["-n", "--nodaemon"],
    ["-c", "a", "-c", "b"],
    ["-c", "@DIR@/nothing.conf"],
    ["-c", "nothing.conf"],
    ["-c", "@DIR@"],
    ["-e", "foo", ...conf],
    ["-e", "", ...conf],
    ["--loglevel", "7", ...conf],
    ["-m", "9", ...conf],
    ["-m", "abc", ...conf],
    ["-a", "x", ...conf],
    ["--minprocs", "x", ...conf],
    ["-y", "5ZB", ...conf],
    ["-y", "1.5MB", ...conf],
    ["-z", "x", ...conf],
    ["-l", "@DIR@/no/such/log", ...conf],
    ["-j", "@DIR@/no/such/pid", ...conf],
    ["-d", "@DIR@/no/such", ...conf],
    ["-q", "@DIR@/no/such", ...conf],
    ["-u", "no-such-user", ...conf],
    ["-u", "999999", ...conf],
    ["-l"],
    ["-e", "foo", "-m", "9"],
  ].map((args): Case => ({ title: args.join(" ") || "nothing", args, config: plain })),
];

const daemonOption = (line: string): Case => ({
  title: `[supervisord] ${line}`,
  args: conf,
  config: head({ supervisord: line }),
});
const programOption = (line: string): Case => ({
  title: `[program:x] ${line.replaceAll("\n", " / ")}`,
  args: conf,
  config: `${plain}[program:x]\ncommand=/bin/cat\n${line}\n`,
});
const section = (title: string, text: string, files: Line["files"] = {}): Case => ({
  title,
  args: conf,
  config: `${plain}${text}\n`,
  files,
});

const configs: readonly Case[] = [
  ...[
    "minfds=many",
    "minprocs=few",
    "umask=9",
    "directory=@DIR@/no/such",
    "user=no-such-user",
    "logfile=@DIR@/no/such/log",
    "logfile_maxbytes=1TB",
    "logfile_backups=x",
    "loglevel=loud",
    "pidfile=@DIR@/no/such/pid",
    "nodaemon=perhaps",
    "silent=perhaps",
    "childlogdir=@DIR@/no/such",
    "nocleanup=perhaps",
    "strip_ansi=perhaps",
    "environment=A",
    "environment=A=1 B=2",
    'environment=A="open',
    "identifier=%(nowhere)s",
    "identifier=100%",
    "identifier=%(here)q",
  ].map(daemonOption),
  ...[
    "autostart=perhaps",
    "autorestart=perhaps",
    "startsecs=soon",
    "startretries=few",
    "exitcodes=0,x",
    "exitcodes=256",
    "stopsignal=NOPE",
    "stopsignal=99",
    "stopwaitsecs=x",
    "stopasgroup=true\nkillasgroup=false",
    "priority=high",
    "user=no-such-user",
    "umask=999",
    "numprocs=x",
    "numprocs=2",
    "numprocs_start=x",
    "process_name=a b",
    "process_name=a:b",
    "process_name=a/b",
    "process_name=%(nowhere)s",
    "stdout_logfile=@DIR@/no/such/log",
    "stderr_logfile=@DIR@/no/such/log",
    "stdout_logfile_maxbytes=big",
    "stdout_logfile_backups=x",
    "stdout_capture_maxbytes=x",
    "stdout_events_enabled=perhaps",
    "redirect_stderr=perhaps",
    "environment=A=",
    'environment=A="x',
    "directory=%(nowhere)s",
    "command=/bin/echo 100%",
    "command=/bin/echo %(x)",
  ].map(programOption),
  section("[program:x] without a command", "[program:x]\nautostart=true"),
  section("[program:a b]", "[program:a b]\ncommand=/bin/cat"),
  section("[program:a:b]", "[program:a:b]\ncommand=/bin/cat"),
  section("[group:x] of nothing known", "[group:x]\nprograms=unheard"),
  section(
    "[group:x] with a bad priority",
    "[group:x]\nprograms=y\npriority=z\n[program:y]\ncommand=/bin/cat",
  ),
  section("[fcgi-program:x] without a socket", "[fcgi-program:x]\ncommand=/bin/cat"),
  section("[eventlistener:x] without events", "[eventlistener:x]\ncommand=/bin/cat"),
  section("[eventlistener:x] with an unknown event", "[eventlistener:x]\ncommand=/bin/cat\nevents=NOPE"),
  section(
    "[eventlistener:x] with redirect_stderr",
    "[eventlistener:x]\ncommand=/bin/cat\nevents=TICK_5\nredirect_stderr=true",
  ),
  section(
    "[eventlistener:x] with a buffer of 0",
    "[eventlistener:x]\ncommand=/bin/cat\nevents=TICK_5\nbuffer_size=0",
  ),
  section("[rpcinterface:x] without a factory", "[rpcinterface:x]\na=b"),
  section("[inet_http_server:y] without a port", "[inet_http_server:y]\nnothing=a"),
  section("[inet_http_server:y] with a bad port", "[inet_http_server:y]\nport=many"),
  section("[inet_http_server:y] with a port too high", "[inet_http_server:y]\nport=127.0.0.1:99999"),
  section(
    "[inet_http_server:y] with a user and no password",
    "[inet_http_server:y]\nport=127.0.0.1:1\nusername=a",
  ),
  section("[unix_http_server:y] without a file", "[unix_http_server:y]\nchmod=0700"),
  section("[unix_http_server:y] with a bad mode", "[unix_http_server:y]\nfile=@DIR@/y\nchmod=9"),
  section("[unix_http_server:y] with a bad owner", "[unix_http_server:y]\nfile=@DIR@/y\nchown=no-such-user"),
  section(
    "[unix_http_server:y] with a password and no user",
    "[unix_http_server:y]\nfile=@DIR@/y\npassword=a",
  ),
  section("[include] without files", "[include]\n"),
  section("a line without a delimiter", "just words"),
  section("an error in an included file", "[include]\nfiles=@DIR@/inc.conf", {
    "inc.conf": "[program:i]\ncommand=/bin/cat\nstartsecs=soon\n",
  }),
  section("an included file that is none", "[include]\nfiles=@DIR@/inc.conf", { "inc.conf": "words\n" }),
  { title: "nothing at all", args: conf, config: "" },
  { title: "no section", args: conf, config: "a=b\n" },
  { title: "no [supervisord]", args: conf, config: "[program:x]\ncommand=/bin/cat\n" },
  { title: "a byte order mark", args: conf, config: `\ufeff${plain}` },
  {
    title: "bytes that are not UTF-8",
    args: conf,
    files: { "s.conf": Buffer.from("[supervisord]\nidentifier=\xff\n", "latin1") },
  },
  { title: "a folder for a configuration", args: ["-n", "-c", "@DIR@/sub"], files: { "sub/x": "" } },
  { title: "a socket and a port that are taken", args: conf, config: plain, taken: true },
  {
    title: "a port that is taken",
    args: conf,
    config:
      "[inet_http_server]\nport=127.0.0.1:@PORT@\n[supervisord]\nlogfile=@DIR@/l\npidfile=@DIR@/p\nuser=root\n",
    taken: true,
  },
  {
    title: "an address that is not ours",
    args: conf,
    config:
      "[inet_http_server]\nport=192.0.2.1:9\n[supervisord]\nlogfile=@DIR@/l\npidfile=@DIR@/p\nuser=root\n",
  },
  {
    title: "a socket in a folder that is not there",
    args: conf,
    config:
      "[unix_http_server]\nfile=@DIR@/no/such/sock\n[supervisord]\nlogfile=@DIR@/l\npidfile=@DIR@/p\nuser=root\n",
  },
];

const inTurn = limiter(4);
const forks = new Forks();
after(() => forks.close());

for (const [title, cases] of [
  ["flags", flags],
  ["configurations", configs],
] as const) {
  describe(title, () => {
    for (const each of cases) {
      const ran = inTurn(() => Promise.all([runLine(ORACLE, each, forks), runLine(OURS, each, forks)]));
      it(each.title + (each.differs === undefined ? "" : ` [differs: ${each.differs.row}]`), async () => {
        const [theirs, own] = await ran;
        if (each.differs === undefined || SELF_CHECK) return assert.deepStrictEqual(own, theirs);
        assert.notDeepStrictEqual(own, theirs);
        assert.deepStrictEqual(own, each.differs.ours);
      });
    }
  });
}
