// Runs each command beside this file once, so that what V8 compiles is saved (lib/sys/code-cache.ts) before the first user
// starts them: `node dist/warm.mjs`, by whoever owns them. Without it the first start does the same, where it may write.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "warm-"));
const conf = join(folder, "supervisord.conf");
const socket = join(folder, "s.sock");
writeFileSync(
  conf,
  `[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}
[unix_http_server]
file=${socket}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${socket}
[program:one]
command=/bin/sh -c 'echo one; exec sleep 60'
startsecs=0
`,
);

const run = (name, ...args) => spawnSync(join(dist, name), args, { stdio: "ignore", timeout: 10_000 });

const daemon = spawn(join(dist, "supervisord"), ["-n", "-c", conf], { stdio: "ignore" });
const ended = new Promise((resolve) => daemon.once("close", resolve));
let gone = false;
void ended.then(() => {
  gone = true;
});
for (let tries = 0; tries < 500 && !gone && !existsSync(socket); tries++) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
// Within its first second, at the end of which the daemon saves.
run("supervisorctl", "-c", conf, "restart", "all");
run("supervisorctl", "-c", conf, "status");
run("echo_supervisord_conf");
run("pidproxy");
daemon.kill("SIGTERM");
await ended;
rmSync(folder, { recursive: true, force: true });
