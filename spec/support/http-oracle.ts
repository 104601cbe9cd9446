/** The original daemon on a folder of its own: a TCP server, one with a password, and a unix socket. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { WireClient } from "./http-wire.ts";

export interface HttpOracle {
  readonly port: number;
  readonly guardedPort: number;
  readonly path: string;
  /** Its activity log so far. */
  log(): string;
  stop(): Promise<void>;
}

/** @param password of the user `u` of the guarded server, as the configuration writes it */
export async function startHttpOracle(password: string): Promise<HttpOracle> {
  const folder = mkdtempSync(join(tmpdir(), "http-oracle-"));
  const [port, guardedPort] = [await freePort(), await freePort()];
  const path = join(folder, "s.sock");
  const config = [
    ...[
      "[supervisord]",
      "nodaemon=true",
      `logfile=${folder}/s.log`,
      `pidfile=${folder}/s.pid`,
      "loglevel=trace",
    ],
    ...[`childlogdir=${folder}`, "[unix_http_server]", `file=${path}`],
    ...["[inet_http_server]", `port=127.0.0.1:${port}`],
    ...["[inet_http_server:guarded]", `port=127.0.0.1:${guardedPort}`, "username=u", `password=${password}`],
    ...[
      "[rpcinterface:supervisor]",
      "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ],
    ...["[program:cat]", "command=/bin/cat", "startsecs=0", `stdout_logfile=${folder}/cat.log`],
  ];
  writeFileSync(join(folder, "s.conf"), `${config.join("\n")}\n`);
  const daemon = spawn("/usr/bin/supervisord", ["-n", "-c", join(folder, "s.conf")], { stdio: "ignore" });
  await ready(daemon, port);
  return {
    port,
    guardedPort,
    path,
    log: () => readFileSync(join(folder, "s.log"), "utf8"),
    stop: () => stop(daemon, folder),
  };
}

async function ready(daemon: ChildProcess, port: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline && daemon.exitCode === null; ) {
    const client = new WireClient({ port });
    client.send("GET /ok.html HTTP/1.0\r\n\r\n");
    await client.until(() => client.ended, 2000);
    const { text } = client;
    client.close();
    if (text.endsWith("OK")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the original does not come up");
}

function stop(daemon: ChildProcess, folder: string): Promise<void> {
  return new Promise((resolve) => {
    daemon.once("exit", () => {
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
    daemon.kill("SIGTERM");
  });
}
