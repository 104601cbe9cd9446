/** Clients that vanish, do not read, dawdle or come in thousands: each costs its own connection, nobody else's. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { HTTP_LIMITS } from "../../lib/http/limits.ts";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { head, program } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { descriptorsOf, residentOf, startOurs, Watched } from "../support/faults-daemon.ts";

const base = { autostart: false, autorestart: false, startsecs: 0, startretries: 0, stderr_logfile: "NONE" };
const CONFIG =
  head() +
  program("slow-start", "/bin/sleep 1000", { ...base, startsecs: 2 }) +
  program("slow-stop", "@PROGRAMS@/ignore-term.sh", { ...base, stopwaitsecs: 1 }) +
  program("big", "@PROGRAMS@/numbered.sh 0 80000", { ...base, stdout_logfile_maxbytes: 0 }) +
  program("loud", "@PROGRAMS@/numbered.sh 0 400000", {
    ...base,
    stdout_logfile_maxbytes: "4MB",
    stdout_logfile_backups: 1,
  });

const post = (method: string, ...params: readonly (string | number | boolean)[]): string => {
  const body = writeCall(method, params);
  return `POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

const later: (() => unknown)[] = [];
const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
after(() => Promise.all(later.map((fn) => fn())));

describe("clients", () => {
  let daemon: Daemon;
  let watched: Watched;
  before(async () => {
    daemon = await startOurs(test, { config: CONFIG });
    watched = await Watched.from(daemon);
  });

  const open = async (): Promise<Socket> => {
    const socket = connect(daemon.port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  const served = async (): Promise<void> => {
    const begun = performance.now();
    assert.deepEqual(await daemon.rpc("supervisor.getState"), { statecode: 1, statename: "RUNNING" });
    const took = performance.now() - begun;
    assert.ok(took < 8000, `${took} ms`);
  };

  it("that vanish while their call waits: what they asked for is done, nothing waits for them (vanished-client)", async () => {
    const calls = [
      post("supervisor.startProcess", "slow-start", true),
      post("system.multicall"),
      post("supervisor.stopAllProcesses", true),
      post("supervisor.startProcessGroup", "slow-start", true),
    ];
    for (const call of calls) {
      for (const way of ["destroy", "resetAndDestroy", "end"] as const) {
        const socket = await open();
        socket.write(call);
        await served();
        socket[way]();
      }
    }
    await daemon.reach({ "slow-start": "RUNNING" });
    await daemon.rpc("supervisor.stopProcess", "slow-start", true);
    await daemon.rpc("supervisor.startProcess", "slow-stop", false);
    await daemon.reachFile("slow-stop.out", /deaf/);
    const socket = await open();
    socket.write(post("supervisor.stopProcess", "slow-stop", true));
    await served();
    socket.destroy();
    await daemon.reach({ "slow-stop": "STOPPED" });
    await watched.holdsNothingMore();
  });

  it("that never read: their replies and streams wait in bounds, and the program's output flows", async () => {
    await daemon.rpc("supervisor.startProcess", "big", false);
    await daemon.reach({ big: "EXITED" });
    const resident = residentOf(daemon.pid);
    const lazy: Socket[] = [];
    for (let n = 0; n < 10; n++) {
      const streams = await open();
      streams.pause().write("GET /logtail/loud HTTP/1.1\r\n\r\n");
      const reads = await open();
      // 8 MB each, asked for again and again: a request is not looked at before its predecessor's reply has left.
      reads.pause().write(post("supervisor.readProcessStdoutLog", "big", 0, 8_000_000).repeat(8));
      lazy.push(streams, reads);
    }
    await daemon.rpc("supervisor.startProcess", "loud", false);
    await daemon.reach({ loud: "EXITED" });
    await served();
    const grown = residentOf(daemon.pid) - resident;
    assert.ok(grown < 500 << 20, `${grown} bytes for ten replies of 8 MB and ten streams`);
    for (const socket of lazy) socket.destroy();
    await watched.holdsNothingMore();
  });

  it("that send a byte now and then hold nobody up", async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, open));
    const request = post("supervisor.getPID");
    for (let at = 0; at < 40; at++) {
      for (const socket of slow) socket.write(request[at] ?? "");
      if (at % 10 === 0) await served();
    }
    for (const socket of slow) socket.destroy();
    await watched.holdsNothingMore();
  });

  it("that open 2,000 connections: the oldest that rest give way, and the next is served", async () => {
    const many: Socket[] = [];
    let closed = 0;
    for (let n = 0; n < 2000; n++) {
      const socket = await open();
      socket.resume().once("close", () => {
        closed++;
      });
      many.push(socket);
    }
    await until("the oldest to be gone", () => closed >= 2000 - HTTP_LIMITS.connections);
    assert.ok(descriptorsOf(daemon.pid).length < HTTP_LIMITS.connections + 60);
    await served();
    for (const socket of many) socket.destroy();
    await watched.holdsNothingMore();
  });

  it("that come and go in thousands, half of them without a word", async () => {
    for (let round = 0; round < 30; round++) {
      const sockets = await Promise.all(Array.from({ length: 50 }, open));
      for (const [n, socket] of sockets.entries()) {
        if (n % 2 === 0)
          socket.write(n % 4 === 0 ? "GET /ok.html HTTP/1.1\r\n\r\n" : "POST /RPC2 HTTP/1.1\r\nCont");
        socket.destroy();
      }
    }
    await served();
    await watched.holdsNothingMore();
  });

  it("leaves nothing behind", () => watched.isAtRest());
});
