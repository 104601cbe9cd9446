/** What befalls the daemon itself: stopped, signalled in storms, killed, cut off from its socket and its files. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { head, program } from "../support/daemon-config.ts";
import { childrenOf, Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { numbered, sha256, startOurs, stateOf, Watched } from "../support/faults-daemon.ts";

const base = { autostart: false, autorestart: false, startsecs: 0, startretries: 0, stderr_logfile: "NONE" };
const CONFIG =
  head() +
  program("slow-start", "/bin/sleep 1000", { ...base, startsecs: 3 }) +
  program("slow-stop", "@PROGRAMS@/ignore-term.sh", { ...base, stopwaitsecs: 2 }) +
  program("held-up", "@PROGRAMS@/ignore-term.sh", { ...base, stopwaitsecs: 60 }) +
  program("writer", "@PROGRAMS@/numbered.sh 0 30000", { ...base, stdout_logfile_maxbytes: 0 }) +
  program("crasher", "/bin/sh -c 'sleep 0.02; kill -9 $$'", { ...base, startsecs: 0, autorestart: true });

const later: (() => unknown)[] = [];
const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
after(() => Promise.all(later.map((fn) => fn())));

describe("the daemon", () => {
  let daemon: Daemon;
  let watched: Watched;
  before(async () => {
    daemon = await startOurs(test, { config: CONFIG });
    watched = await Watched.from(daemon);
  });

  it("stopped and continued (SIGSTOP, SIGCONT) has lost no output, no exit and no deadline", async () => {
    await daemon.rpc("supervisor.startProcess", "writer", false);
    await daemon.rpc("supervisor.startProcess", "slow-stop", false);
    await daemon.reachFile("slow-stop.out", /deaf/);
    daemon.signal("SIGSTOP");
    await until("a daemon that stands still", () => stateOf(daemon.pid) === "T");
    const answer = daemon.rpc("supervisor.stopProcess", "slow-stop", true);
    await until("a second of it", waited(1000));
    daemon.signal("SIGCONT");
    assert.equal(await answer, true);
    await daemon.reach({ writer: "EXITED", "slow-stop": "STOPPED" });
    assert.equal(sha256(daemon.read("writer.out") ?? ""), sha256(numbered(0, 30_000)));
    await watched.holdsNothingMore();
  });

  it("refuses a broken configuration on SIGHUP while calls wait, which get their answers (broken-reload)", async () => {
    const start = daemon.rpc("supervisor.startProcess", "slow-start", true);
    const good = readFileSync(join(daemon.dir, "s.conf"), "utf8");
    daemon.write("s.conf", "[supervisord]\nlogfile_maxbytes=lots\n");
    daemon.signal("SIGHUP");
    await daemon.reachLog(/restart refused, everything keeps running/);
    daemon.write("s.conf", good);
    assert.equal(await start, true);
    assert.equal((await daemon.states())["slow-start"], "RUNNING");
    await daemon.rpc("supervisor.stopProcess", "slow-start", true);
    await watched.holdsNothingMore();
  });

  it("listens anew when a cleaner has removed its socket, for old and new connections (removed-socket)", async () => {
    const before = connect(daemon.socket);
    await new Promise((connected) => before.once("connect", connected));
    unlinkSync(daemon.socket);
    await until("the socket to be there again", () => existsSync(daemon.socket));
    assert.deepEqual(await daemon.rpc("supervisor.getState"), { statecode: 1, statename: "RUNNING" });
    before.write("GET /ok.html HTTP/1.1\r\n\r\n");
    assert.match(String(await new Promise((got) => before.once("data", got))), / 200 OK/);
    before.destroy();
    assert.equal(daemon.logLines(/s\.sock has been removed: made anew/).length, 1);
    await watched.holdsNothingMore();
  });

  it("and again, when the folder is gone too, as soon as it is back", async () => {
    const aside = `${daemon.dir}-aside`;
    renameSync(daemon.dir, aside);
    unlinkSync(join(aside, "s.sock"));
    await until("the attempt", () =>
      /cannot be made anew yet/.test(readFileSync(join(aside, "supervisord.log"), "utf8")),
    );
    renameSync(aside, daemon.dir);
    await until("the socket to be there again", () => existsSync(daemon.socket));
    assert.equal(typeof (await daemon.rpc("supervisor.getPID")), "number");
    await watched.holdsNothingMore();
  });

  it("goes on when the folder of its log is gone at a reload, and when its pidfile cannot be written (reload-log)", async () => {
    const text = readFileSync(join(daemon.dir, "s.conf"), "utf8");
    mkdirSync(join(daemon.dir, "run"));
    const moved = text
      .replace(/^logfile=.*$/m, `logfile=${daemon.dir}/run/supervisord.log`)
      .replace(/^pidfile=.*$/m, `pidfile=${daemon.dir}/run/s.pid`);
    daemon.write("s.conf", moved);
    await daemon.rpc("supervisor.startProcess", "held-up", false);
    await daemon.reachFile("held-up.out", /deaf/);
    const { pid } = (await daemon.rpc("supervisor.getProcessInfo", "held-up")) as { pid: number };
    daemon.signal("SIGHUP");
    await daemon.reachLog(/waiting for held-up to die/);
    rmSync(join(daemon.dir, "run"), { recursive: true });
    process.kill(pid, "SIGKILL");
    await daemon.reachLog(
      /cannot open the activity log '.*run\/supervisord\.log': ENOENT; the log stays where it was/,
    );
    await daemon.reachLog(/could not write pidfile .*run\/s\.pid/);
    await until("an answer", () => daemon.rpc("supervisor.getState"));
    daemon.write("s.conf", text);
    daemon.signal("SIGHUP");
    await until("the pidfile", () => daemon.pidfile() === daemon.pid);
    await until("an answer", () => daemon.rpc("supervisor.getState"));
    await watched.holdsNothingMore();
  });

  it("takes storms of every signal in any order, and does not lose itself", async () => {
    await daemon.rpc("supervisor.startProcess", "crasher", false);
    const storm = [
      "SIGUSR2",
      "SIGCHLD",
      "SIGHUP",
      "SIGCHLD",
      "SIGUSR2",
      "SIGWINCH",
      "SIGHUP",
      "SIGCHLD",
    ] as const;
    for (let round = 0; round < 400; round++) {
      daemon.signal(storm[round % storm.length] ?? "SIGCHLD");
      if (round % 20 === 0) await new Promise((next) => setImmediate(next));
    }
    await until("an answer", () => daemon.rpc("supervisor.getState"));
    await until("all reloads to be over", async () => {
      const told = daemon.log().length;
      await until("a moment", waited(300));
      return daemon.log().length === told && (await daemon.rpc("supervisor.getState")) !== undefined;
    });
    await watched.holdsNothingMore();
  });

  it("leaves nothing behind", () => watched.isAtRest());

  it("ends on SIGTERM also in the midst of a storm of SIGHUP", async () => {
    for (let round = 0; round < 50; round++) daemon.signal(round % 2 === 0 ? "SIGHUP" : "SIGUSR2");
    daemon.signal("SIGTERM");
    for (let round = 0; round < 50; round++) daemon.signal("SIGHUP");
    assert.deepEqual(await daemon.reachExit(), { code: 0, signal: null });
    assert.deepEqual(
      readdirSync(daemon.dir).filter((name) => /^s\.(sock|pid)/.test(name)),
      [],
    );
  });
});

describe("a daemon that reloads", () => {
  it("still ends when SIGTERM comes while the last replies go out", async () => {
    const daemon = await startOurs(test, {
      config:
        head() + program("big", "@PROGRAMS@/numbered.sh 0 40000", { ...base, stdout_logfile_maxbytes: 0 }),
    });
    await daemon.rpc("supervisor.startProcess", "big", false);
    await daemon.reach({ big: "EXITED" });
    // A reply of 4 MB that nobody takes holds the servers open for the second that they give it.
    const idle = connect(daemon.socket).on("error", () => undefined);
    const call = `<methodCall><methodName>supervisor.readProcessStdoutLog</methodName><params><param><value>big</value></param><param><value><int>0</int></value></param><param><value><int>0</int></value></param></params></methodCall>`;
    idle.pause().write(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${call.length}\r\n\r\n${call}`);
    await until("the reply to be under way", async () => {
      await daemon.rpc("supervisor.getState");
      return true;
    });
    daemon.signal("SIGHUP");
    await until("a socket that is gone", () => !existsSync(daemon.socket));
    daemon.signal("SIGTERM");
    assert.deepEqual(await daemon.reachExit(), { code: 0, signal: null });
    idle.destroy();
  });
});

describe("a daemon that was killed", () => {
  it("comes back over its stale socket, pidfile and AUTO logs, which it replaces", async () => {
    const config =
      head() +
      program("auto", "/bin/echo hello", {
        ...base,
        autostart: true,
        stdout_logfile: "AUTO",
        stderr_logfile: "AUTO",
      });
    const first = await startOurs(test, { config });
    await first.reach({ auto: "EXITED" });
    const autos = () =>
      readdirSync(first.dir)
        .filter((name) => name.includes("---supervisor-"))
        .sort();
    const old = autos();
    assert.equal(old.length, 2);
    first.signal("SIGKILL");
    await first.reachExit();
    assert.ok(existsSync(first.socket) && first.pidfile() === first.pid, "it left its files");
    const second = await Daemon.start(OURS, {
      config,
      args: ["-n", "-c", join(first.dir, "s.conf")],
      ready: /^$/,
    });
    test.after(() => second.destroy());
    await until("the second to serve", () => first.rpc("supervisor.getState"));
    assert.equal(first.pidfile(), second.pid);
    assert.ok(second.stderr.includes("Unlinking stale socket"));
    assert.equal(autos().length, 2);
    assert.deepEqual(
      autos().filter((name) => old.includes(name)),
      [],
    );
    second.signal("SIGTERM");
    await second.reachExit();
    assert.deepEqual([existsSync(first.socket), first.pidfile()], [false, undefined]);
  });

  it("leaves its programs running, each to end by itself: nothing of the daemon's is in their way", async () => {
    const daemon = await startOurs(test, {
      config: head() + program("stays", "@PROGRAMS@/tell-and-stay.sh", { ...base, autostart: true }),
    });
    await daemon.reach({ stays: "RUNNING" });
    const [child] = childrenOf(daemon.pid);
    assert.ok(child !== undefined);
    daemon.signal("SIGKILL");
    await daemon.reachExit();
    assert.notEqual(stateOf(child), null);
    process.kill(child, "SIGKILL");
    await until("its end", () => [null, "Z"].includes(stateOf(child)));
  });
});

describe("another's socket in the place of ours", () => {
  it("is left alone, also at the exit (replaced-socket)", async () => {
    const daemon = await startOurs(test, { config: head() });
    const other = createServer();
    const path = `${daemon.socket}.other`;
    await new Promise<void>((listening) => other.listen(path, listening));
    renameSync(path, daemon.socket);
    await daemon.reachLog(/s\.sock has been replaced by another's/);
    daemon.signal("SIGTERM");
    await daemon.reachExit();
    assert.ok(existsSync(daemon.socket));
    await new Promise((closed) => other.close(closed));
  });
});

/** A condition that holds once so many milliseconds are over. */
function waited(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
