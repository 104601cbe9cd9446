/** The files of container/ in a container made by hand: process 1, not root, logs on standard output, health, recipes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Container, copyWithLibraries, makeRoot, wordsOf } from "../support/container-root.ts";
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

/** What an image brings for the recipe: a server and a pool that write nowhere but to /tmp and to the container's output. */
const NGINX = `pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log /dev/stdout;
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path /tmp/${kind};\n`).join("")}
  server {
    listen unix:/tmp/web.sock;
    location / {
      fastcgi_param SCRIPT_FILENAME /srv/index.php;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_pass unix:/tmp/php.sock;
    }
  }
}
`;
const FPM = `[global]
error_log = /proc/self/fd/2
[www]
listen = /tmp/php.sock
pm = static
pm.max_children = 2
access.log = /proc/self/fd/2
access.format = "pool answered %m"
`;

const CTL = ["supervisorctl", "-c", "/etc/supervisor/supervisord.conf"];

before(() => {
  makeRoot(root);
  copyWithLibraries(root, "/usr/sbin/nginx");
  const fpm = readdirSync("/usr/sbin").find((name) => /^php-fpm\d/.test(name)) ?? "php-fpm";
  copyWithLibraries(root, join("/usr/sbin", fpm), "/usr/sbin/php-fpm");
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put("etc/nginx/nginx.conf", NGINX);
  put(`etc/php/${fpm.slice("php-fpm".length)}/fpm/php-fpm.conf`, FPM);
  put("srv/index.php", `<?php echo "php says ", 6 * 7, " to ", $_SERVER["REQUEST_URI"], "\n";`);
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
    assert.match(status, /^CapBnd:\s+0+\nCapAmb:\s+0+\nNoNewPrivs:\s+1$/m);
    assert.match(container.run(["sh", "-c", "echo >/etc/x"]).output, /Read-only file system/);
    assert.match(container.output, /INFO supervisord started with pid 1\n/);
    assert.doesNotMatch(container.output, /ERRO|CRIT (?!Server 'unix_http_server' running without any HTTP)/);
  });

  it("installs the package of this very version, whatever other one lies beside it", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    const dockerfile = readFileSync(join(ROOT, "container/Dockerfile"), "utf8");
    assert.match(
      dockerfile,
      new RegExp(`^ARG PACKAGE=supervisord-node-${version.replaceAll(".", "\\.")}\\.tgz$`, "m"),
    );
    assert.match(dockerfile, /^COPY \$\{PACKAGE\} \/tmp\/supervisord\.tgz$/m);
  });

  it("is healthy by the image's own check, and not where no daemon answers", () => {
    const [container] = containers;
    assert.deepEqual(container?.run(wordsOf("HEALTHCHECK")), { status: 0, output: "1\n" });
    const dead = spawnSync("chroot", [root, "supervisorctl", "-s", "unix:///tmp/none.sock", "pid"], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
    assert.notEqual(dead.status, 0);
  });

  it("starts a worker again that was killed, with its number", async () => {
    const [container] = containers;
    assert.ok(container !== undefined);
    const { output } = container.run([...CTL, "signal", "KILL", "worker:worker_01"]);
    assert.equal(output, "worker:worker_01: signalled\n");
    await until("its words", () => container.output.match(/^worker \d ready$/gm)?.length === 4);
    assert.equal(container.output.match(/^worker 1 ready$/gm)?.length, 2);
    await until("RUNNING", () => container.output.match(/success: worker_01 entered RUNNING/g)?.length === 2);
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
    const socket = `/proc/${container.pid}/root/tmp/web.sock`;
    const words = ["-sS", "--max-time", "10", "--unix-socket", socket, "http://localhost/there"];
    const answer = () => spawnSync("curl", words, { encoding: "utf8" }).stdout;
    await until("an answer", () => answer() === "php says 42 to /there\n");
    await until("the server's log", () => /"GET \/there HTTP\/1\.1" 200 /.test(container.output));
    await until("the pool's log", () => container.output.includes("pool answered GET"));
    container.kill("SIGTERM");
    await until("the end", () => container.exit !== undefined);
    const ends = [...container.output.matchAll(/(?:stopped|exited): (\S+) \((.*)\)/g)].map(
      ([, ...words]) => words,
    );
    assert.deepEqual(ends, [
      ["nginx", "exit status 0"],
      ["php-fpm", "exit status 0"],
    ]);
    assert.deepEqual(container.exit, { code: 0, signal: null });
  });

  it("end the container when a program has died that would be started again", async () => {
    const container = start(recipe("exit-with-program.conf"), recipe("workers.conf"));
    await until("the workers", () => /success: worker_02 entered/.test(container.output));
    container.run([...CTL, "signal", "KILL", "worker:worker_00"]);
    await until("the end", () => container.exit !== undefined);
    assert.deepEqual(container.exit, { code: 0, signal: null });
    assert.match(
      container.output,
      /exited: worker_00 \(terminated by SIGKILL; not expected\)[\s\S]*received SIGQUIT indicating exit request/,
    );
  });

  it("end the container when a program could not be kept running", async () => {
    const container = start(recipe("exit-with-program.conf"), recipe("workers.conf"));
    await until("the workers", () => /success: worker_02 entered/.test(container.output));
    const failing = join(dir, "job.conf");
    writeFileSync(failing, "[program:job]\ncommand=/bin/sh -c 'exit 3'\nstartretries=0\nstartsecs=20\n");
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
