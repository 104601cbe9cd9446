import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { until } from "../support/daemon-wait.ts";

const PIDPROXY = new URL("../../dist/pidproxy", import.meta.url).pathname;

const dir = mkdtempSync(join(tmpdir(), "pidproxy-"));
const file = (name: string): string => join(dir, name);

/** Notes each signal; with TERM it ends. */
const SERVER = `#!/bin/sh
for name in HUP INT USR1 USR2 QUIT TERM; do trap "echo $name >> ${dir}/heard" $name; done
trap "echo TERM >> ${dir}/heard; exit 0" TERM
echo $$ > ${dir}/server.pid
while :; do sleep 0.02; done
`;

before(() => {
  assert.ok(existsSync(PIDPROXY), "npm run build comes first");
  writeFileSync(file("server.sh"), SERVER, { mode: 0o755 });
});
after(() => rmSync(dir, { recursive: true }));

interface Ran {
  readonly child: ChildProcess;
  readonly end: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Its standard output so far. */
  told(): string;
}

function run(...args: string[]): Ran {
  const child = spawn(PIDPROXY, args, { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => {
    stdout += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes;
  });
  const end = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, end, told: () => stdout };
}

const heard = (): string[] =>
  existsSync(file("heard")) ? readFileSync(file("heard"), "utf8").split("\n") : [];

describe("pidproxy", () => {
  it("says how it is used, and exits with 1, where there is no command", async () => {
    for (const args of [[], ["only.pid"]]) {
      const { code, stdout } = await run(...args).end;
      assert.equal(code, 1);
      assert.match(stdout, /Usage: \S*pidproxy <pidfile name> <command> \[<cmdarg1> \.\.\.\]/);
    }
  });

  it("ends with the command and its exit code, at once (pidproxy-exit)", async () => {
    for (const [last, code] of [
      ["exit 3", 3],
      ["kill -9 $$", 137],
    ] as const) {
      const ran = await run("x.pid", "/bin/sh", "-c", `touch last; ${last}`).end;
      assert.equal(ran.code, code);
      // The original would look every five seconds.
      assert.ok(Date.now() - statSync(file("last")).mtimeMs < 4_000);
    }
  });

  it("does not look along PATH, and exits with 127 for a command that is not there", async () => {
    const { code, stderr } = await run("x.pid", "sh").end;
    assert.equal(code, 127);
    assert.match(stderr, /ENOENT/);
  });

  it("hands signals on to the pid in the file, and exits after TERM", async () => {
    const { child, end } = run("server.pid", "./server.sh");
    await until(
      "the server",
      () => existsSync(file("server.pid")) && readFileSync(file("server.pid")).length > 1,
    );
    for (const name of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
      child.kill(name);
      await until(name, () => heard().includes(name.slice(3)));
    }
    child.kill("SIGTERM");
    assert.deepEqual((await end).code, 0);
    await until("TERM", () => heard().includes("TERM"));
  });

  it("says so and goes on where the file cannot be read, or holds what would address whole groups (pidproxy-pid)", async () => {
    const { child, end, told } = run(
      "bad.pid",
      "/bin/sh",
      "-c",
      "touch begun; until [ -e enough ]; do sleep 0.02; done",
    );
    await until("the command", () => existsSync(file("begun")));
    const complaint = "Can't read child pidfile bad.pid!\n";
    child.kill("SIGHUP");
    await until("the first complaint", () => told() === complaint);
    writeFileSync(file("bad.pid"), "-1\n");
    child.kill("SIGUSR2");
    await until("the second complaint", () => told() === complaint.repeat(2));
    writeFileSync(file("enough"), "");
    const { code, stdout } = await end;
    assert.equal(code, 0);
    assert.equal(stdout, complaint.repeat(2));
  });
});
