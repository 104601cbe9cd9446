import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import { LIMITS } from "../../lib/config/limits.ts";
import { loadConfig, searchWarning } from "../../lib/config/load.ts";
import type { Config } from "../../lib/model/spec.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { makeConfig } from "../support/config-generator.ts";
import { Dice } from "../support/config-oracle.ts";

const cases = new Cases();
after(() => cases.remove());

const FILE = { ...NO_COMMAND_LINE, configuration: "sv.conf" };

function load(
  text: string | Readonly<Record<string, string>>,
  remembered?: ReadonlyMap<string, string>,
): Config {
  return loadConfig(cases.host(cases.place(makeCase(text))), FILE, remembered);
}

function refusal(text: string | Readonly<Record<string, string>>): ConfigError {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `taken: ${JSON.stringify(text)}` });
}

const S = "[supervisord]\n";

describe("whole configurations beside the original", () => {
  it("reads 800 with few mistakes as the original does", () => {
    const dice = new Dice(21);
    const made = Array.from({ length: 800 }, () => ({ ...makeConfig(dice, 5), argv: ["-c", "sv.conf"] }));
    const { good, bad } = cases.compareAll("config", made);
    assert.ok(good > 300 && bad > 100, `${good} good, ${bad} bad`);
  });

  it("reads 800 with many mistakes as the original does, the same mistake reported first", () => {
    const dice = new Dice(22);
    const made = Array.from({ length: 800 }, () => ({ ...makeConfig(dice, 40), argv: ["-c", "sv.conf"] }));
    const { good, bad } = cases.compareAll("config", made);
    assert.ok(good > 20 && bad > 500, `${good} good, ${bad} bad`);
  });

  it("reads what people write as the original does", () => {
    const texts = [
      // A queue worker of a web framework.
      `${S}nodaemon=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\n[program:laravel-worker]\nprocess_name=%(program_name)s_%(process_num)02d\ncommand=php /home/forge/app.com/artisan queue:work sqs --sleep=3 --tries=3 --max-time=3600\nautostart=true\nautorestart=true\nstopasgroup=true\nkillasgroup=true\nuser=root\nnumprocs=8\nredirect_stderr=true\nstdout_logfile=/tmp/worker.log\nstopwaitsecs=3600\n`,
      // Containers.
      `${S}nodaemon=true\nlogfile=/proc/1/fd/1\nlogfile_maxbytes=0\n[program:nginx]\ncommand=nginx -g 'daemon off;'\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=/dev/stderr\nstderr_logfile_maxbytes=0\nstartsecs=0\nusername=www\ndepends_on=x\numaks=022\n[eventlistener:processes]\ncommand=bash -c "printf 'READY\\n' && while read line; do kill -SIGQUIT $PPID; done < /dev/stdin"\nevents=PROCESS_STATE_STOPPED, PROCESS_STATE_EXITED, PROCESS_STATE_FATAL\n`,
      `[unix_http_server]\nfile=/tmp/supervisor.sock ; socket\nchmod=0666\nchown=nobody:nogroup\nusername=u\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d\n${S}pidfile=/var/run/sd.pid\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix:///tmp/supervisor.sock\n`,
      `${S}[program:agent]\ncommand=/usr/bin/agent\nstartretries=-1\nautorestart: yes\n`,
      `${S}environment=PATH="/opt/bin:%(ENV_PATH)s",LANG=en_US.UTF-8\n[program:x]\ncommand=%(ENV_LANG)s\nenvironment=HOME="/home/x",USER="x"\ndirectory=%(ENV_HOME)s\n`,
      // The tutorial of 2014.
      `${S}logfile=/tmp/supervisord.log\n[inet_http_server]\nport=*:9001\nusername=user\npassword=123\n[program:foo]\ncommand="/bin/echo %(program_name)s_%(process_num)02d "\nnumprocs=1\nprocess_name=%(program_name)s\nredirect_stderr: true\nautorestart: true\n[program:foo1]\ncommand=/bin/echo %(program_name)s_%(process_num)02d\nnumprocs=3\nprocess_name=%(program_name)s_%(process_num)02d\nautorestart: false\nstartretries=0\n`,
      `${S}[program:a]\ncommand=x\npriority=%(program_name)s\n`,
      `${S}[program:a]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)s\nenvironment=K%(process_num)s="1"\ndirectory=%(ENV_K0)s\n`,
      "[program:a]\ncommand=x\n",
    ];
    assert.deepEqual(
      cases.compareAll(
        "config",
        texts.map((text) => makeCase(text)),
      ),
      { good: 7, bad: 2 },
    );
  });

  it("follows [include] as the original does", () => {
    const program = (name: string) => `[program:${name}]\ncommand=/bin/${name} %(here)s\n`;
    const files = {
      "b/z.conf": program("z"),
      "b/a.conf": program("a"),
      "b/.h.conf": program("h"),
      "b/Z.conf": program("Z"),
      "b/[x].conf": program("x"),
      "c/q.ini": program("q"),
      "b/sub/s.conf": program("s"),
      "bad.conf": "[program:bad]\nnonsense\n",
      "none.conf": "k=v\n",
      "bytes.conf": "[program:\u00e9]\ncommand=x\n",
    };
    const patterns = [
      "b/*.conf",
      "b/*",
      "*/*.conf",
      "**/*.conf",
      "b/[a-c]*.conf",
      "b/[!a]*.conf",
      "b/[[]x].conf",
      "b/?.conf c/*.ini",
      "./b/../b/a.conf",
      "b/a.conf b/a.conf",
      "%(here)s/b/a.conf",
      "b",
      "b/",
      "*/",
      "*/q.ini",
      "nothing",
      "bad.conf",
      "none.conf",
      "b/.*.conf",
      "{b,c}/*.conf",
      "~/x",
      "b/[z-a].conf",
      "b/[]x].conf",
      "bytes.conf",
      "b/*.conf\n  c/*.ini",
      "%",
      "b/[",
      "/nosuch/*/x",
    ];
    const made = patterns.map((pattern) =>
      makeCase({ ...files, "sv.conf": `${S}[include]\nfiles=${pattern}\n` }),
    );
    assert.deepEqual(cases.compareAll("config", made), { good: 25, bad: 3 });
  });

  it("refuses a file that is missing, a directory, without its section or without files", () => {
    const made = [
      makeCase({}),
      makeCase({ "sv.conf/x": "" }),
      makeCase(""),
      makeCase("[supervisord ]\n"),
      makeCase(`${S}[include]\nfile=x\n`),
      makeCase({}, ["-c", "/nosuch/dir/x.conf"]),
      makeCase({ "etc/supervisord.conf": S }, []),
      makeCase({ "supervisord.conf": S, "etc/supervisord.conf": "broken" }, []),
    ];
    assert.deepEqual(cases.compareAll("config", made), { good: 2, bad: 6 });
  });
});

describe("whole configurations where ours goes further", () => {
  it("gives a FastCGI program in a [group:x] its socket (fcgi-in-group)", () => {
    const { groups } = load(
      `${S}[group:g]\nprograms=f\n[fcgi-program:f]\ncommand=x\nsocket=tcp://Localhost:9000\n`,
    );
    assert.deepEqual(groups[0]?.processes[0]?.fcgiSocket, {
      kind: "tcp",
      url: "tcp://localhost:9000",
      host: "localhost",
      port: 9000,
      backlog: null,
    });
    assert.match(
      refusal(`${S}[group:g]\nprograms=f\n[fcgi-program:f]\ncommand=x\n`).message,
      /\[fcgi-program:f\] section requires a "socket" line/,
    );
  });

  it("names the group in a complaint about any of its programs (group-error-name)", () => {
    const { message } = refusal(`${S}[group:g]\nprograms=a,nope\n[program:a]\ncommand=x\n`);
    assert.equal(message, "[group:g] names unknown program or fcgi-program nope");
  });

  it("words a FastCGI complaint as text (fcgi-error-text)", () => {
    const socket = (value: string) => refusal(`${S}[fcgi-program:f]\ncommand=x\nsocket=${value}\n`).message;
    assert.equal(socket("tcp://x"), "Bad socket format tcp://x in [fcgi-program:f] socket");
    assert.equal(socket("unix://x"), "Unix socket path x is not an absolute path in [fcgi-program:f] socket");
  });

  it("takes a log's name that stands the first expansion but not the second (logfile-expansion)", () => {
    const logOf = (written: string) => {
      const { groups } = load(`${S}[program:a]\ncommand=x\nstdout_logfile=/tmp/${written}\n`);
      return groups[0]?.processes[0]?.stdout.logfile;
    };
    assert.deepEqual(logOf("100%%"), { kind: "file", path: "/tmp/100%" });
    assert.deepEqual(logOf("100%%%%"), { kind: "file", path: "/tmp/100%" });
    assert.deepEqual(logOf("%%s"), { kind: "file", path: "/tmp/%s" });
    assert.deepEqual(logOf("%%(program_name)s"), { kind: "file", path: "/tmp/a" });
  });

  it("listens on an IPv6 address (ipv6)", () => {
    const { servers, serverurl } = load(`${S}[inet_http_server]\nport=[::1]:9001\n`);
    assert.deepEqual(servers, [
      { kind: "inet", section: "inet_http_server", username: null, password: null, host: "::1", port: 9001 },
    ]);
    assert.equal(serverurl, "http://[::1]:9001");
  });

  it("tells the place of a mistake: file, line, section and option", () => {
    const error = refusal({
      "sv.conf": `${S}[include]\nfiles=a.conf\n`,
      "a.conf": "\n[program:a]\ncommand=x\n\nstartsecs = soon\n",
    });
    assert.match(
      error.message,
      /^invalid literal for int\(\) with base 10: 'soon' in section 'program:a' \(file: '.*a\.conf'\)$/,
    );
    assert.match(error.where?.file ?? "", /\/a\.conf$/);
    assert.deepEqual(
      { ...error.where, file: "" },
      { file: "", line: 5, section: "program:a", option: "startsecs" },
    );
    assert.deepEqual(refusal(`${S}user=nosuchuser\n`).where, {
      file: "sv.conf",
      line: 2,
      section: "supervisord",
      option: "user",
    });
  });

  it("goes on knowing the variables of an earlier [supervisord] environment=", () => {
    const text = `${S}[program:a]\ncommand=%(ENV_GONE)s\n`;
    assert.match(refusal(text).message, /contains names \('ENV_GONE'\)/);
    assert.equal(load(text, new Map([["GONE", "kept"]])).groups[0]?.processes[0]?.command, "kept");
  });

  it("refuses what is beyond the limits with a plain message (limits)", () => {
    const huge = `${S}[program:a]\ncommand=x\nprocess_name=%(process_num)s\nnumprocs=`;
    assert.match(
      refusal(`${huge}${LIMITS.numprocs + 1}\n`).message,
      /^numprocs is 10001, the most is 10000 in section/,
    );
    assert.match(
      refusal(`${huge}${"9".repeat(40)}\nnumprocs_start=${"9".repeat(40)}\n`).message,
      /^numprocs is/,
    );
    assert.match(
      refusal(`${S}[program:a]\ncommand=%(here)99999999s\n`).message,
      /the result is longer than 4194304 characters/,
    );
    assert.match(
      refusal(`;${"x".repeat(LIMITS.fileBytes)}\n${S}`).message,
      /^config file sv.conf is larger than 16777216 bytes$/,
    );
    const many = Object.fromEntries(
      Array.from({ length: 11 }, (_, at) => [
        `p${at}`,
        `[program:p${at}]\ncommand=x\nprocess_name=%(process_num)s\nnumprocs=${LIMITS.numprocs}\nstdout_logfile=NONE\nstderr_logfile=NONE\n`,
      ]),
    );
    assert.match(
      refusal({ ...many, "sv.conf": `${S}[include]\nfiles=p*\n` }).message,
      /^more than 100000 processes are configured$/,
    );
  });

  it("is frozen through and through", () => {
    const config = load(`${S}[program:a]\ncommand=x\n`);
    assert.ok(
      Object.isFrozen(config.groups) && Object.isFrozen(config.groups[0]?.processes[0]?.stdout.logfile),
    );
  });

  it("warns of a search as root, as the original does", () => {
    const host = cases.host("/");
    assert.match(
      searchWarning({ ...host, uid: 0 }, NO_COMMAND_LINE) ?? "",
      /^Supervisord is running as root and it is searching/,
    );
    assert.equal(searchWarning({ ...host, uid: 0 }, FILE), null);
    assert.equal(searchWarning({ ...host, uid: 1000 }, NO_COMMAND_LINE), null);
  });

  it("raises nothing but ConfigError, whatever the file holds", () => {
    const host = cases.host(cases.place(makeCase(S)));
    const line = fc.oneof(
      fc.constantFrom(
        "[supervisord]",
        "[program:a]",
        "[group:a]",
        "[fcgi-program:a]",
        "[eventlistener:a]",
        "[include]",
        "[DEFAULT]",
        "[rpcinterface:x]",
        "[unix_http_server]",
      ),
      fc
        .tuple(
          fc.constantFrom(
            "command",
            "numprocs",
            "process_name",
            "environment",
            "files",
            "socket",
            "events",
            "programs",
            "user",
            "file",
            "priority",
          ),
          fc.string({ unit: "binary" }),
        )
        .map(([key, value]) => `${key}=${value}`),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const bytes = Buffer.from(`${S}${lines.join("\n")}`);
        const fake = { ...host, readFile: () => ({ ok: true as const, bytes }) };
        try {
          loadConfig(fake, FILE);
        } catch (error) {
          assert.ok(error instanceof ConfigError, String(error));
        }
      }),
      { numRuns: 1500, seed: 23 },
    );
  });
});
