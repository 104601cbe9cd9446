import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FcgiSocket } from "../../lib/daemon/fcgi-socket.ts";
import type { FcgiSocketSpec } from "../../lib/model/spec.ts";
import { boundPort } from "../../lib/sys/sockets.ts";
import { memoryLog } from "../support/events-log.ts";

const dir = mkdtempSync(join(tmpdir(), "fcgi-"));
after(() => rmSync(dir, { recursive: true }));

const unix = (name: string, more: Partial<FcgiSocketSpec> = {}): FcgiSocketSpec =>
  ({
    kind: "unix",
    url: `unix://${join(dir, name)}`,
    path: join(dir, name),
    mode: 0o700,
    owner: null,
    backlog: null,
    ...more,
  }) as FcgiSocketSpec;

const reaches = (options: { path: string } | { port: number; host: string }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(options, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

describe("a FastCGI socket", () => {
  it("lives as long as it has users, and says so", async () => {
    const log = memoryLog();
    const spec = unix("a.sock");
    const socket = new FcgiSocket(spec, log);
    const first = socket.acquire();
    const second = socket.acquire();
    assert.deepEqual(first, second);
    assert.equal(await reaches({ path: join(dir, "a.sock") }), true);
    socket.release();
    assert.equal(await reaches({ path: join(dir, "a.sock") }), true);
    socket.release();
    assert.equal(await reaches({ path: join(dir, "a.sock") }), false);
    assert.equal(socket.users, 0);
    assert.deepEqual(log.lines, [`info Creating socket ${spec.url}`, `info Closing socket ${spec.url}`]);
  });

  it("replaces what stands at its path, has its mode, and stays there when it is closed", () => {
    writeFileSync(join(dir, "b.sock"), "in the way");
    const socket = new FcgiSocket(unix("b.sock", { mode: 0o640 }), memoryLog());
    assert.equal(socket.acquire().ok, true);
    const stat = statSync(join(dir, "b.sock"));
    assert.equal(stat.isSocket(), true);
    assert.equal(stat.mode & 0o777, 0o640);
    socket.release();
    assert.equal(statSync(join(dir, "b.sock")).isSocket(), true);
  });

  it("takes over the path of one that somebody else still holds", () => {
    const held = new FcgiSocket(unix("c.sock"), memoryLog());
    held.acquire();
    const next = new FcgiSocket(unix("c.sock"), memoryLog());
    assert.equal(next.acquire().ok, true);
    next.release();
    held.release();
  });

  it("listens on TCP", async () => {
    const spec = { kind: "tcp", url: "tcp://127.0.0.1:0", host: "127.0.0.1", port: 0, backlog: 5 } as const;
    const socket = new FcgiSocket(spec, memoryLog());
    const acquired = socket.acquire();
    assert.ok(acquired.ok);
    const port = boundPort(acquired.fd);
    assert.equal(await reaches({ host: "127.0.0.1", port }), true);
    socket.release();
    assert.equal(await reaches({ host: "127.0.0.1", port }), false);
  });

  it("tells a mistake when its group is added, and goes on (fcgi-open-fails)", () => {
    const log = memoryLog();
    const spec = unix("no/such/folder.sock");
    new FcgiSocket(spec, log).probe();
    assert.deepEqual(log.lines, [
      `info Creating socket ${spec.url}`,
      `error Could not create FastCGI socket ${spec.url}: [Errno 2] No such file or directory`,
    ]);
  });

  it("has its path as its address, in the kernel's own table too", () => {
    const spec = unix("named.sock");
    const socket = new FcgiSocket(spec, memoryLog());
    assert.equal(socket.acquire().ok, true);
    const names = readFileSync("/proc/net/unix", "latin1").match(/\S*named\.sock\S*/g);
    assert.deepEqual(names, [join(dir, "named.sock")]);
    socket.release();
  });
});
