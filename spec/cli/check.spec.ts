/** `supervisord --check` as a person or a CI job runs it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { BASE_ENV, ORACLE, OURS } from "../support/daemon-subject.ts";

const dir = mkdtempSync(join(tmpdir(), "check-"));
after(() => rmSync(dir, { recursive: true }));

const HEAD = "[supervisord]\nlogfile=log\npidfile=pid\nchildlogdir=.\n";

function check(text: string, daemon = OURS.daemon) {
  writeFileSync(join(dir, "s.conf"), text);
  const done = spawnSync(daemon, ["--check", "-c", "s.conf"], { cwd: dir, env: BASE_ENV, encoding: "utf8" });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe("supervisord --check", () => {
  it("says all that is wrong, by file and line, what is meant perhaps, and fails", () => {
    const { status, stdout, stderr } = check(
      `${HEAD}loglevel=loud\n[program:web]\ncommand=no-such-command -x\nautorestrat=true\n[program:db]\ncommand=/bin/cat\nuser=nobdy\n` +
        "[rpcinterface:own]\nsupervisor.rpcinterface_factory=some.module:make\n[include]\nfiles=conf.d/*.conf\n",
    );
    assert.equal(stderr, "");
    const lines = stdout.split("\n");
    assert.match(lines[0] ?? "", /^warning: No file matches via include ".*\/conf\.d\/\*\.conf"$/);
    assert.deepEqual(lines.slice(1, 5), [
      "s.conf:5: error: [supervisord] loglevel: bad logging level name 'loud'",
      "s.conf:7: warning: [program:web] command: can't find command 'no-such-command'",
      "s.conf:8: warning: [program:web] autorestrat: unknown option; did you mean autorestart?",
      "s.conf:11: error: [program:db] user: Invalid user name nobdy in section 'program:db' (file: 's.conf')",
    ]);
    assert.match(
      lines[5] ?? "",
      /^s\.conf:13: error: .* some\.module:make cannot be resolved .* Python code cannot run/,
    );
    assert.deepEqual(lines.slice(6), ["s.conf: 3 errors, 3 warnings, 2 processes", ""]);
    assert.equal(status, 2);
  });

  it("counts by kind, and goes file by file in the order of reading, line by line", () => {
    writeFileSync(
      join(dir, "2.inc"),
      "[program:two]\ncommand=/bin/cat\nzwei=1\n[program:three]\ncommand=/bin/cat\ndrei=1\n",
    );
    writeFileSync(join(dir, "1.inc"), "[program:one]\ncommand=/bin/cat\n\n\n\n\n\neins=1\n");
    const { status, stdout } = check(
      `${HEAD}[program:zero]\ncommand=no error: warning: here\nnull=1\n[include]\nfiles=*.inc\n`,
    );
    const at = (file: string) => join(dir, file);
    assert.deepEqual(stdout.split("\n"), [
      "s.conf:6: warning: [program:zero] command: can't find command 'no'",
      "s.conf:7: warning: [program:zero] null: unknown option",
      `${at("1.inc")}:8: warning: [program:one] eins: unknown option`,
      `${at("2.inc")}:3: warning: [program:two] zwei: unknown option`,
      `${at("2.inc")}:6: warning: [program:three] drei: unknown option`,
      "s.conf: 0 errors, 5 warnings, 4 processes",
      "",
    ]);
    assert.equal(status, 0);
    assert.match(
      check("[supervisord]\nloglevel=a warning: b\n").stdout,
      /^s\.conf: 1 error, 0 warnings, 0 processes$/m,
    );
    rmSync(join(dir, "1.inc"));
    rmSync(join(dir, "2.inc"));
  });

  it("hints at quotes around a whole command", () => {
    const { stdout } = check(
      `${HEAD}[program:a]\ncommand="/bin/echo x"\n[program:b]\ncommand="/bin/echo" "x y"\n[program:c]\ncommand="/nowhere" "x y"\n`,
    );
    assert.deepEqual(stdout.split("\n").slice(0, -2), [
      "s.conf:6: warning: [program:a] command: can't find command '/bin/echo x'; the quotes around all of it make it one word",
      "s.conf:10: warning: [program:c] command: can't find command '/nowhere'",
    ]);
  });

  it("passes a good file, and leaves no trace", () => {
    const { status, stdout } = check(
      `${HEAD}[program:cat]\ncommand=cat\nnumprocs=2\nprocess_name=%(process_num)d\n`,
    );
    assert.deepEqual([status, stdout], [0, "s.conf: 0 errors, 0 warnings, 2 processes\n"]);
    assert.deepEqual(readdirSync(dir), ["s.conf"]);
  });

  it("is an option that the original does not have (check)", () => {
    const { status, stderr } = check(HEAD, ORACLE.daemon);
    assert.deepEqual(
      [status, stderr],
      [2, "Error: option --check not recognized\nFor help, use /usr/bin/supervisord -h\n"],
    );
  });
});
