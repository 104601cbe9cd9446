import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { getLimit, setLimit } from "../../lib/sys/limits.ts";
import { listenUnix } from "../../lib/sys/listen-unix.ts";
import { closeFd } from "../../lib/sys/pipes.ts";
import { boundPort, listenTcp, type Socket, serveConnections } from "../../lib/sys/sockets.ts";
import { spawnProcess } from "../../lib/sys/spawn.ts";
import { exitOf, inTemporaryDirectory, plain, until } from "../support/sys-child.ts";

const text = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let all = "";
    socket.on("data", (chunk) => {
      all += chunk;
    });
    socket.on("end", () => resolve(all));
    socket.on("error", reject);
  });

const echo = (socket: Socket): void => {
  let all = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    all += chunk;
  });
  // Answers only once the peer has finished: the connection must be open for writing still.
  socket.on("end", () => socket.end(`got ${all}`));
};

describe("listening on TCP", () => {
  it("takes IPv4 and IPv6 literals, names and nothing at all (ipv6)", async () => {
    for (const [host, connectTo] of [
      ["127.0.0.1", "127.0.0.1"],
      ["::1", "::1"],
      ["[::1]", "::1"],
      ["localhost", "127.0.0.1"],
      ["", "127.0.0.1"],
    ] as const) {
      const fd = listenTcp({ host, port: 0, backlog: 8 });
      const port = boundPort(fd);
      assert.ok(port > 0);
      const server = serveConnections(fd, "tcp", echo);
      const client = connect({ host: connectTo, port, allowHalfOpen: true });
      client.end("hello");
      assert.equal(await text(client), "got hello", host);
      client.destroy();
      server.close();
    }
  });

  it("says what is wrong", async () => {
    const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 8 });
    const port = boundPort(fd);
    assert.throws(() => listenTcp({ host: "127.0.0.1", port, backlog: 8 }), {
      name: "SysError",
      code: "EADDRINUSE",
    });
    closeFd(fd);
    closeFd(listenTcp({ host: "127.0.0.1", port, backlog: 8 }));
    assert.throws(() => listenTcp({ host: "192.0.2.1", port: 0, backlog: 8 }), { code: "EADDRNOTAVAIL" });
    assert.throws(() => listenTcp({ host: "no such host", port: 0, backlog: 8 }), { code: "EAI_NONAME" });
  });

  it("takes its place again while old connections linger", async () => {
    const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 8 });
    const port = boundPort(fd);
    const server = serveConnections(fd, "tcp", (socket) => socket.end("bye"));
    const client = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    assert.equal(await text(client), "bye");
    server.close();
    closeFd(listenTcp({ host: "127.0.0.1", port, backlog: 8 }));
    client.destroy();
  });

  it("accepts nothing by itself: a child that has the descriptor gets every connection", async () => {
    const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 64 });
    const program =
      'import socket;s=socket.socket(fileno=0);s.setblocking(True)\nfor i in range(30):\n c=s.accept()[0];c.send(b"child");c.close()';
    const { pid } = spawnProcess(plain(["/usr/bin/python3", "-c", program], { stdio: [fd, 1, 2] }));
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => text(connect(boundPort(fd), "127.0.0.1"))),
    );
    closeFd(fd);
    assert.deepEqual(new Set(answers), new Set(["child"]));
    assert.deepEqual(await exitOf(pid), { kind: "exited", code: 0 });
  });
});

describe("serving connections", () => {
  it("gives sockets that node:http can serve, with addresses", async () => {
    const http = createServer((request, response) =>
      response.end(`${request.socket.remoteAddress} ${request.url}`),
    );
    const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 8 });
    const url = `http://127.0.0.1:${boundPort(fd)}/x`;
    const server = serveConnections(fd, "tcp", (socket) => void http.emit("connection", socket));
    // No connection is kept: the second call has to make one.
    const alone = { headers: { connection: "close" } };
    assert.equal(await (await fetch(url, alone)).text(), "127.0.0.1 /x");
    server.close();
    await assert.rejects(fetch(url, alone).then((answer) => answer.text()));
    http.closeAllConnections();
  });

  it("serves unix sockets, hundreds at once", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s");
      const fd = listenUnix({ path, mode: 0o700, uid: -1, gid: -1, backlog: 512 });
      const server = serveConnections(fd, "unix", echo);
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, index) => {
          const client = connect({ path, allowHalfOpen: true });
          client.end(`number ${index}`);
          return text(client);
        }),
      );
      assert.deepEqual(
        answers,
        Array.from({ length: 300 }, (_, index) => `got number ${index}`),
      );
      server.close();
    });
  });

  it("waits without spinning when there are no descriptors left, and then serves those who waited (accept-emfile)", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "s");
      const fd = listenUnix({ path, mode: 0o700, uid: -1, gid: -1, backlog: 64 });
      let served = 0;
      const clients = Array.from({ length: 5 }, () => connect(path));
      const answers = clients.map((client) => text(client));
      await until("all are connected", () => clients.every((client) => client.readyState !== "opening"));
      const before = getLimit("nofile");
      // The lowest three are taken: whatever else is closed meanwhile, nothing can be opened.
      setLimit("nofile", { soft: 3, hard: before.hard });
      assert.throws(() => openSync("/dev/null", "r"), { code: "EMFILE" });
      const server = serveConnections(fd, "unix", (socket) => {
        served++;
        socket.end("served");
      });
      const cpu = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 350));
      const { system, user } = process.cpuUsage(cpu);
      setLimit("nofile", before);
      const early = served;
      const all = new Set(await Promise.all(answers));
      server.close();
      assert.equal(early, 0);
      assert.ok(user + system < 150_000, `${user + system} us of CPU in 350 ms`);
      assert.deepEqual(all, new Set(["served"]));
    });
  });

  it("frees the path's descriptor on close and leaves connections be", async () => {
    const fd = listenTcp({ host: "127.0.0.1", port: 0, backlog: 8 });
    const port = boundPort(fd);
    let accepted = 0;
    const server = serveConnections(fd, "tcp", (socket) => {
      accepted++;
      echo(socket);
    });
    const client = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    await until("it is accepted", () => accepted === 1);
    server.close();
    server.close();
    client.end("still there");
    assert.equal(await text(client), "got still there");
  });
});
