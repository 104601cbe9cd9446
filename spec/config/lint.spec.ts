import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import { lintConfig } from "../../lib/config/lint.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { describeFinding } from "../support/describe-finding.ts";

const cases = new Cases();
after(() => cases.remove());

function lint(text: string): string[] {
  const host = cases.host(cases.place(makeCase(`[supervisord]\n${text}`)));
  return lintConfig(host, { ...NO_COMMAND_LINE, configuration: "sv.conf" }).map(describeFinding);
}

describe("what the original passes over in silence", () => {
  it("is an option or a section that nothing reads, with the nearest right name", () => {
    assert.deepEqual(
      lint(
        "loglvel=info\n[program:a]\ncommand=x\nautorestrat=true\nnumproc=2\nzzz=1\n[progam:b]\n[x]\n[unix_http_server:2]\nfile=/x\nfiles=y\n",
      ),
      [
        "sv.conf:2: [supervisord] loglvel: unknown option; did you mean loglevel?",
        "sv.conf:5: [program:a] autorestrat: unknown option; did you mean autorestart?",
        "sv.conf:6: [program:a] numproc: unknown option; did you mean numprocs?",
        "sv.conf:7: [program:a] zzz: unknown option",
        "sv.conf:8: [progam:b]: unknown section; did you mean [program:b]?",
        "sv.conf:9: [x]: unknown section",
        "sv.conf:12: [unix_http_server:2] files: unknown option; did you mean file?",
      ],
    );
  });

  it("is an option in the wrong section", () => {
    assert.deepEqual(lint("[program:a]\ncommand=x\nminfds=5\nusername=x\nevents=TICK\n"), [
      "sv.conf:4: [program:a] minfds: this option belongs in [supervisord]",
      "sv.conf:5: [program:a] username: this option belongs in [unix_http_server] or [inet_http_server] or [supervisorctl]",
      "sv.conf:6: [program:a] events: this option belongs in [eventlistener:x]",
    ]);
  });

  it("is a word lost in environment=, a program without a process, a name taken twice", () => {
    assert.deepEqual(
      lint(
        "[program:a]\ncommand=x\nenvironment=A=1 lost B=2\n[program:b]\ncommand=x\nnumprocs=0\n[program:c]\ncommand=x\nnumprocs=2\nprocess_name=n%%(process_num)s\n[group:a]\nprograms=b\n",
      ),
      [
        "sv.conf:4: [program:a] environment: lost, for want of a comma: lost",
        "sv.conf:7: [program:b] numprocs: makes no process",
        "sv.conf:2: [program:a]: a group named a exists already: this one is not used",
        "sv.conf:11: [program:c] process_name: a process named c:n%(process_num)s exists already: this one takes its place",
      ],
    );
  });

  it("is a section in capitals", () => {
    assert.deepEqual(lint("[PROGRAM:b]\ncommand=x\n[Supervisorctl]\n"), [
      "sv.conf:2: [PROGRAM:b]: unknown section; did you mean [program:b]?",
      "sv.conf:4: [Supervisorctl]: unknown section; did you mean [supervisorctl]?",
    ]);
  });

  it("is a section or an option that is written twice, in whatever case and file", () => {
    const files = {
      "sv.conf":
        "[supervisord]\nloglevel=info\nLogLevel=debug\n[program:a]\ncommand=x\n[program:a]\ncommand=y\n[include]\nfiles=more\n[DEFAULT]\nx=1\nx=2\n",
      more: "[program:b]\ncommand=x\n[program:a]\nnumprocs=1\ncommand=z\n",
    };
    const place = cases.place(makeCase(files));
    const found = lintConfig(cases.host(place), { ...NO_COMMAND_LINE, configuration: "sv.conf" });
    assert.deepEqual(found.map(describeFinding), [
      "sv.conf:3: [supervisord] loglevel: takes the place of the value at line 2",
      "sv.conf:6: [program:a]: this section stands at line 4 already: the two are one",
      "sv.conf:7: [program:a] command: takes the place of the value at line 5",
      "sv.conf:12: [DEFAULT] x: takes the place of the value at line 11",
      `${place}/more:3: [program:a]: this section stands at sv.conf:4 already: the two are one`,
      `${place}/more:5: [program:a] command: takes the place of the value at sv.conf:7`,
    ]);
  });

  it("is an address that leads nowhere: a scheme that nobody speaks, a folder that is not there", () => {
    assert.deepEqual(
      lint(
        "[supervisorctl]\nserverurl=https://localhost:9001\n[program:a]\ncommand=x\nserverurl=localhost:9001\n" +
          "[program:b]\ncommand=x\nserverurl=AUTO\n[program:c]\ncommand=x\nserverurl=unix://%(here)s/s\n" +
          "[unix_http_server]\nfile=/nowhere/s.sock\n[fcgi-program:f]\ncommand=x\nsocket=unix:///nowhere/else/f.sock\nnumprocs=2\nprocess_name=%(process_num)d\n" +
          "[unix_http_server:2]\nfile=/tmp/s.sock\n",
      ),
      [
        "sv.conf:3: [supervisorctl] serverurl: no such server can be reached: https://localhost:9001 (http://host:port or unix:///path)",
        "sv.conf:6: [program:a] serverurl: no such server can be reached: localhost:9001 (http://host:port or unix:///path)",
        "sv.conf:14: [unix_http_server] file: there is no folder /nowhere",
        "sv.conf:17: [fcgi-program:f] socket: there is no folder /nowhere/else",
      ],
    );
  });

  it("is nothing in a good file, nor in the keys that are for a plug-in, nor in [DEFAULT]", () => {
    assert.deepEqual(
      lint(
        "[rpcinterface:t]\nsupervisor.rpcinterface_factory=a:b\nanything=1\n[DEFAULT]\nmine=1\n[program:a]\ncommand=%(mine)s\n".replace(
          "%(mine)s",
          "x",
        ),
      ),
      [],
    );
  });

  it("still refuses what is wrong", () => {
    assert.throws(() => lint("[program:a]\n"), ConfigError);
  });
});
