/** A service manager is told when the daemon serves, starts over, and stops. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

/** A manager's socket; each message on one line, its own lines apart by blanks. */
const MANAGER = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", " "), flush=True)
`;

const dir = mkdtempSync(join(tmpdir(), "notify-"));
const path = join(dir, "socket");
const manager = spawn("/usr/bin/python3", ["-c", MANAGER, path], { stdio: ["ignore", "pipe", "inherit"] });
let told = "";
manager.stdout.on("data", (bytes: Buffer) => {
  told += bytes.toString();
});
const daemons: Daemon[] = [];
after(async () => {
  await Promise.all(daemons.map((daemon) => daemon.destroy()));
  manager.kill();
  rmSync(dir, { recursive: true });
});

const messages = (): string[] => told.split("\n").slice(1, -1);

describe("NOTIFY_SOCKET", () => {
  it("hears of the start, of a restart, and of the end, and the programs are not disturbed (notify)", async () => {
    await until("the manager", () => told.startsWith("bound\n"));
    const daemon = await Daemon.start(OURS, {
      config: `${head()}${program("cat", "/bin/cat", { startsecs: 0 })}`,
      env: { NOTIFY_SOCKET: path },
    });
    daemons.push(daemon);
    await until("READY", () => messages().length === 1);
    assert.deepEqual(messages(), [`READY=1 MAINPID=${daemon.pid}`]);
    await daemon.reach({ cat: "RUNNING" });

    daemon.signal("SIGHUP");
    await until("READY again", () => messages().length === 3);
    assert.match(messages()[1] ?? "", /^RELOADING=1 MONOTONIC_USEC=\d+$/);
    assert.equal(messages()[2], `READY=1 MAINPID=${daemon.pid}`);
    await daemon.reach({ cat: "RUNNING" });

    daemon.signal("SIGTERM");
    await daemon.reachExit();
    await until("STOPPING", () => messages().length === 4);
    assert.equal(messages()[3], "STOPPING=1");
  });

  it("is told the pid that stays when the daemon goes to the background", async () => {
    const before = messages().length;
    const daemon = await Daemon.start(OURS, {
      config: head(),
      args: ["-c", "@DIR@/s.conf"],
      env: { NOTIFY_SOCKET: path },
      detached: true,
    });
    daemons.push(daemon);
    await until("READY", () => messages().length > before);
    assert.equal(messages()[before], `READY=1 MAINPID=${daemon.pid}`);
  });
});
