import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { DAEMON_SWITCHES, NO_COMMAND_LINE, parseDaemonCommandLine } from "../../lib/config/command-line.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import { checkConfig } from "../../lib/config/lint.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { describeFinding } from "../support/describe-finding.ts";

const cases = new Cases();
after(() => cases.remove());

const report = (text: string) => {
  const host = cases.host(cases.place(makeCase(text)));
  return checkConfig(host, { ...NO_COMMAND_LINE, configuration: "sv.conf" });
};
const errorsOf = (text: string): string[] => report(text).errors.map(describeFinding);

describe("a check of a configuration", () => {
  it("tells every error, with its place, and goes on with what is good", () => {
    const { errors, warnings, config } = report(
      "[supervisord]\nloglevel=loud\nminfds=many\n[program:a]\ncommand=x\nautorestart=maybe\nstopsignal=NOPE\n" +
        "[program:b]\nnumprocs=2\n[program:good]\ncommand=x\nstartsec=3\n[eventlistener:e]\ncommand=x\n[group:g]\nprograms=b,good\n",
    );
    assert.deepEqual(
      errors.map(({ where }) => `${where.file}:${where.line} ${where.section} ${where.option ?? ""}`),
      [
        "sv.conf:3 supervisord minfds",
        "sv.conf:2 supervisord loglevel",
        "sv.conf:8 program:b process_name",
        "sv.conf:6 program:a autorestart",
        "sv.conf:7 program:a stopsignal",
        "sv.conf:13 eventlistener:e events",
      ],
    );
    assert.deepEqual(warnings.map(describeFinding), [
      "sv.conf:12: [program:good] startsec: unknown option; did you mean startsecs?",
    ]);
    assert.ok(config?.groups.some(({ processes }) => processes.some(({ name }) => name === "good")));
  });

  it("tells the first error in the words of the original", () => {
    assert.deepEqual(errorsOf("[supervisord]\n[program:a]\n"), [
      "sv.conf:2: [program:a] command: program section program:a does not specify a command in section 'program:a' (file: 'sv.conf')",
    ]);
  });

  it("comes to an end where nothing can be read", () => {
    assert.deepEqual(errorsOf("a=b\n").length, 1);
    assert.deepEqual(errorsOf("[program:a]\ncommand=x\n"), [
      "sv.conf: .ini file does not include supervisord section",
    ]);
    assert.equal(report("[x]\n").config, null);
  });

  it("tells of includes that match nothing", () => {
    const { warnings } = report("[supervisord]\n[include]\nfiles=conf.d/*.conf\n");
    assert.match(warnings.map(describeFinding).join(), /^No file matches via include ".*conf\.d\/\*\.conf"$/);
  });

  it("notes what the original takes otherwise, which is no fault", () => {
    const { errors, warnings, notes } = report(
      "[supervisord]\n[program:a]\ncommand=x\nstartretries=-1\nstdout_logfile=/dev/stdout\n" +
        "[program:b]\ncommand=x\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstartretries=0\n" +
        "[fcgi-program:f]\ncommand=x\nsocket=tcp://localhost:1\n[group:g]\nprograms=b, f\n",
    );
    assert.deepEqual([errors, warnings], [[], []]);
    assert.deepEqual(notes.map(describeFinding), [
      "sv.conf:4: [program:a] startretries: retried for ever; Supervisor gives up at the first failure",
      "sv.conf:5: [program:a] stdout_logfile: written to as it is; Supervisor fails on it without stdout_logfile_maxbytes=0",
      "sv.conf:15: [group:g] programs: f keeps its socket; Supervisor runs it without",
    ]);
  });

  it("finds nothing wrong with a good file", () => {
    const { errors, warnings, config } = report("[supervisord]\n[program:a]\ncommand=x\n");
    assert.deepEqual([errors, warnings, config?.groups.length], [[], [], 1]);
  });
});

describe("--check", () => {
  const host = cases.host("/");
  const parse = (...argv: string[]) => parseDaemonCommandLine(host, argv);

  it("is taken as it is written, in any place where an option may stand (check)", () => {
    assert.equal(parse("--check").kind, "check");
    assert.equal(parse("-n", "--check", "-c", "x").kind, "check");
    assert.equal(parse("-n", "-c", "x").kind, "run");
  });

  it("takes no abbreviation away from the original's options", () => {
    for (const word of ["--c", "--ch", "--chec", "--co"]) {
      const known = DAEMON_SWITCHES.filter(({ long }) => long.startsWith(word.slice(2)));
      const wanted = known.length === 0 ? "not recognized" : "not a unique prefix";
      if (known.length === 1) assert.notEqual(parse(word, "/tmp").kind, "check");
      else {
        assert.throws(
          () => parse(word),
          (error) => error instanceof ConfigError && error.message === `option ${word} ${wanted}`,
        );
      }
    }
  });

  it("is a value where an option wants one", () => {
    const invocation = parse("-i", "--check");
    assert.ok(invocation.kind === "run" && invocation.commandLine.identifier === "--check");
  });

  it("stands in the help, in the columns of the others", () => {
    const help = parse("--help");
    assert.ok(help.kind === "help");
    const rows = help.text.split("\n").filter((row) => /^ +-/.test(row));
    assert.match(rows.at(-1) ?? "", /^ {6}--check +say what is wrong /);
    for (const row of rows) assert.match(row, /^.{32} \S/);
  });

  it("takes no value", () => {
    assert.throws(() => parse("--check=1"), /option --check not recognized/);
  });
});
