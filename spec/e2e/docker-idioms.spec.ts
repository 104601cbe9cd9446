/** Configurations in the shapes of popular images, with stand-ins for their programs. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { Daemon, type Launch } from "../support/daemon-process.ts";
import { BASE_ENV, CONFIGS, OURS, SELF_CHECK } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const run = promisify(execFile);
const image = (name: string): string => readFileSync(join(CONFIGS, "images", name), "utf8");

/** What spawns the daemon here gives it socket pairs, which no path can open; a container gives it pipes. */
const THROUGH_PIPES = ["/bin/sh", "-c", 'mkfifo o e; cat o & cat e >&2 & exec "$@" >o 2>e', "sh"];

const started: Daemon[] = [];
after(() => Promise.all(started.map((daemon) => daemon.destroy())));

async function start(launch: Launch): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, launch);
  started.push(daemon);
  return daemon;
}

interface Said {
  readonly code: number;
  readonly stdout: string;
}

const ctl = async (daemon: Daemon, ...words: string[]): Promise<Said> => {
  const args = ["-c", join(daemon.dir, "s.conf"), ...words];
  try {
    const { stdout } = await run(OURS.ctl, args, { env: BASE_ENV });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
};

const lines = (said: Said): string[] => said.stdout.split("\n").filter(Boolean).sort();
const workers = Array.from({ length: 8 }, (_, index) => `laravel-worker:laravel-worker_0${index}`);

describe("a Laravel queue worker", () => {
  it("runs eight processes that stop with their children, by the commands of its documentation", async () => {
    const daemon = await start({ config: image("laravel.conf") });
    await daemon.reach(Object.fromEntries(workers.map((name) => [name, "RUNNING" as const])));
    await daemon.reachFile("worker.log", /^(?:forked\n){8}$/);
    assert.deepEqual(await ctl(daemon, "reread"), { code: 0, stdout: "No config updates to processes\n" });
    assert.deepEqual(await ctl(daemon, "update"), { code: 0, stdout: "" });
    const pids = workers.map((_, index) => Number(daemon.read(`worker-0${index}.pid`)));
    assert.deepEqual(
      lines(await ctl(daemon, "stop", "laravel-worker:*")),
      workers.map((name) => `${name}: stopped`),
    );
    const alive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await until("the grandchildren to be gone", () => !pids.some(alive));
    const started = await ctl(daemon, "start", "laravel-worker:*");
    assert.deepEqual(
      lines(started),
      workers.map((name) => `${name}: started`),
    );
    assert.equal(started.code, 0);
    await daemon.reachFile("worker.log", /^(?:forked\n){16}$/);
  });
});

describe("a webdevops image", () => {
  it("asks for its hashed password, takes its programs from a folder, and writes to the container's log", async () => {
    const daemon = await start({
      config: image("webdevops.conf"),
      files: {
        "supervisor.d/php-fpm.conf": image("webdevops-php.conf"),
        "supervisor.d/cron.conf": image("webdevops-cron.conf"),
      },
      prefix: THROUGH_PIPES,
    });
    await until("php-fpm's line", () => daemon.stdout.includes("php-fpm is ready\n"));
    assert.match((await ctl(daemon, "status", "php-fpm:php-fpmd")).stdout, /^php-fpm:php-fpmd\s+RUNNING/);
    assert.match(
      (await ctl(daemon, "status", "cron:crond")).stdout,
      /^cron:crond\s+STOPPED\s+Not started\n$/,
    );
    assert.equal((await ctl(daemon, "start", "cron:crond")).stdout, "cron:crond: started\n");
    await until("cron's line", () => daemon.stdout.includes("cron is ready\n"));
    const refused = await ctl(daemon, "-p", "wrong", "status");
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^Server requires authentication\n/);
    daemon.signal("SIGTERM");
    assert.equal((await daemon.reachExit())?.code, 0);
  });
});

describe("nginx and php-fpm in one container", () => {
  it("passes output through, tolerates what it does not know, and leaves at SIGQUIT", async () => {
    const daemon = await start({
      config: image("nginx-php.conf"),
      env: { FPM_NAME: "fpm-8" },
      prefix: THROUGH_PIPES,
    });
    await daemon.reach({ nginx: "RUNNING", "php-fpm": "RUNNING" });
    for (const name of ["nginx", "fpm-8"]) {
      await until(
        `the lines of ${name}`,
        () => daemon.stdout.includes(`${name} stdout\n`) && daemon.stderr.includes(`${name} stderr\n`),
      );
    }
    if (!SELF_CHECK) assert.doesNotMatch(daemon.stdout, /CRIT (?!Server)|ERRO|uncaptured/);
    daemon.signal("SIGQUIT");
    assert.equal((await daemon.reachExit())?.code, 0);
    const ends = [...daemon.stdout.matchAll(/stopped: (\S+)/g)].map(([, name]) => name);
    assert.deepEqual(ends, ["nginx", "php-fpm"]);
  });
});
