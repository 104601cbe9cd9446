/** The files of container/ in a container made by hand: process 1, not root, logs on standard output, health, recipes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Container, makeRoot, wordsOf } from "../support/container-root.ts";
import { BASE_ENV, OURS, ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const dir = mkdtempSync(join(tmpdir(), "container-"));
const root = join(dir, "root");
const recipe = (name: string): string => join(ROOT, "container/recipes", name);
const containers: Container[] = [];

function start(...recipes: string[]): Container {
  const container = new Container(root, recipes);
  containers.push(container);
  return container;
}

const CTL = ["supervisorctl", "-c", "/etc/supervisor/supervisord.conf"];

before(() => {
  makeRoot(root);
  // Programs of the recipes that this root does not have.
  for (const name of ["nginx", "php-fpm"]) {
    writeFileSync(join(root, "usr/bin", name), `#!/bin/sh\necho "${name} $*"\nexec sleep 1000\n`, {
      mode: 0o755,
    });
  }
});
after(async () => {
  for (const container of containers) {
    if (container.exit === undefined) container.kill("SIGKILL");
    await until("the end of a container", () => container.exit !== undefined);
  }
  rmSync(dir, { recursive: true });
});

describe("the container", () => {
  it("runs as process 1 and not as root, and prints what its programs print", async () => {
    const container = start(recipe("workers.conf"));
    await until("the workers' words", () =>
      [0, 1, 2].every((n) => container.output.includes(`worker ${n} ready\n`)),
    );
    await until("RUNNING", () => /success: worker_02 entered RUNNING/.test(container.output));
    const status = readFileSync(`/proc/${container.pid}/status`, "latin1");
    assert.match(status, /^NSpid:\s+\d+\s+1$/m);
    assert.match(status, /^Uid:\s+1000\s+1000\s+1000\s+1000$/m);
    assert.match(container.output, /INFO supervisord started with pid 1\n/);
    assert.doesNotMatch(container.output, /ERRO|CRIT (?!Server 'unix_http_server' running without any HTTP)/);
  });

  it("is healthy by the image's own check, and not where no daemon answers", () => {
    const [container] = containers;
    assert.deepEqual(container?.run(wordsOf("HEALTHCHECK")), { status: 0, output: "1\n" });
    const dead = spawnSync("chroot", [root, "supervisorctl", "-s", "unix:///tmp/none.sock", "pid"], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
    assert.notEqual(dead.status, 0);
  });

  it("is driven from inside, and stops in order and in time", async () => {
    const [container] = containers;
    assert.ok(container !== undefined);
    const { status, output } = container.run([...CTL, "stop", "worker:worker_00"]);
    assert.deepEqual([status, output], [0, "worker:worker_00: stopped\n"]);
    container.kill("SIGTERM");
    await until("the end", () => container.exit !== undefined);
    assert.deepEqual(container.exit, { code: 0, signal: null });
    assert.match(
      container.output,
      /received SIGTERM indicating exit request\n.*waiting for worker_01, worker_02 to die/,
    );
  });
});

describe("the recipes", () => {
  it("have nothing wrong in them", () => {
    for (const name of readdirSync(join(ROOT, "container/recipes"))) {
      const conf = join(dir, "check.conf");
      writeFileSync(conf, `[supervisord]\n[include]\nfiles=${recipe(name)}\n`);
      const { stdout } = spawnSync(OURS.daemon, ["--check", "-c", conf], { env: BASE_ENV, encoding: "utf8" });
      const missing = /can't find command '(?:nginx|php-fpm)'/;
      const lines = stdout.split("\n").filter((line) => /error|warning: /.test(line) && !missing.test(line));
      assert.deepEqual(lines, [
        `${conf}: 0 errors, ${lines[0]?.match(/\d+ warnings?/)?.[0]}, ${lines[0]?.match(/\d+ process(es)?$/)?.[0]}`,
      ]);
    }
  });

  it("run a web server behind its FastCGI pool, which starts first", async () => {
    const container = start(recipe("nginx-php-fpm.conf"));
    await until("both", () => /success: nginx entered/.test(container.output));
    const order = [...container.output.matchAll(/spawned: '([\w-]+)'/g)].map(([, name]) => name);
    assert.deepEqual(order, ["php-fpm", "nginx"]);
    assert.match(container.output, /^nginx -g daemon off;$/m);
    container.kill("SIGTERM");
    await until("the end", () => container.exit !== undefined);
  });

  it("end the container when a program has come to an end", async () => {
    const container = start(recipe("exit-with-program.conf"), recipe("workers.conf"));
    await until("the workers", () => /success: worker_02 entered/.test(container.output));
    const failing = join(dir, "job.conf");
    writeFileSync(failing, "[program:job]\ncommand=/bin/sh -c 'exit 3'\nstartretries=0\n");
    container.kill("SIGTERM");
    await until("the end of the first", () => container.exit !== undefined);
    const second = start(recipe("exit-with-program.conf"), recipe("workers.conf"), failing);
    await until("the end", () => second.exit !== undefined);
    assert.deepEqual(second.exit, { code: 0, signal: null });
    assert.match(
      second.output,
      /gave up: job entered FATAL state[\s\S]*received SIGQUIT indicating exit request/,
    );
    assert.doesNotMatch(container.output, /SIGQUIT/);
  });
});
