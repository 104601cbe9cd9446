/** A reload that cannot come about is refused beforehand; one that fails all the same goes back to what there was. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, readdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { head, staying } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const CONFIG = head() + staying("kept");

describe("a reload that cannot come about (broken-reload)", () => {
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start(OURS, { config: CONFIG });
    await daemon.reach({ kept: "RUNNING" });
  });
  after(() => daemon.destroy());

  const pidOf = async (): Promise<number> =>
    ((await daemon.rpc("supervisor.getProcessInfo", "kept")) as { pid: number }).pid;
  const refused = async (config: string, reason: RegExp): Promise<void> => {
    const pid = await pidOf();
    daemon.write("s.conf", config);
    await assert.rejects(daemon.rpc("supervisor.restart"), reason);
    const seen = daemon.logLines(/restart refused/).length;
    daemon.signal("SIGHUP");
    await until("the refusal in the log", () => daemon.logLines(/restart refused/).length > seen);
    assert.match(daemon.logLines(/restart refused/).at(-1) ?? "", reason);
    assert.equal(await pidOf(), pid);
  };

  it("is refused for an option that a namespace does not take", async () => {
    await refused(
      CONFIG.replace("[supervisorctl]", "stray=1\n[supervisorctl]"),
      /Could not make supervisor rpc interface: .*takes no option stray/,
    );
  });

  it("is refused for a port that somebody else has, and a socket's folder that is not there", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    assert.ok(typeof address === "object" && address !== null);
    const server = `[inet_http_server:other]\nport=127.0.0.1:${address.port}\n`;
    await refused(CONFIG + server, /Another program is already listening/);
    other.close();
    await refused(`${CONFIG}[unix_http_server:other]\nfile=@DIR@/none/s.sock\n`, /errno\.ENOENT/);
  });

  it("is not refused for our own port and our own socket under other names", async () => {
    const pid = await pidOf();
    symlinkSync(daemon.dir, join(daemon.dir, "here"));
    const other = CONFIG.replace("file=@DIR@/s.sock", "file=@DIR@/here/s.sock");
    daemon.write("s.conf", other.replace("port=127.0.0.1:", "port=*:"));
    assert.equal(await daemon.rpc("supervisor.restart"), true);
    await until("a new process", async () => {
      try {
        return ![0, pid].includes(await pidOf());
      } catch {
        return false;
      }
    });
  });

  it("goes back to the configuration before where it fails only when everything is stopped", async () => {
    const pid = await pidOf();
    daemon.write("broken.mjs", "export const make = () => { throw new Error('not today'); };");
    daemon.write(
      "s.conf",
      `${CONFIG}[rpcinterface:mine]\nsupervisor.rpcinterface_factory=./broken.mjs:make\n`,
    );
    assert.equal(await daemon.rpc("supervisor.restart"), true);
    await daemon.reachLog(/going on with the one before/);
    await until("the program again", async () => {
      try {
        return ![0, pid].includes(await pidOf());
      } catch {
        return false;
      }
    });
    assert.deepEqual(daemon.logLines(/^CRIT (Could|can't)/), [
      "CRIT Could not make mine rpc interface",
      "CRIT can't start over with the new configuration: going on with the one before",
    ]);
    await daemon.reach({ kept: "RUNNING" });
  });
});

describe("a reload that fails when it has taken on another user", () => {
  it("says that the user stays", async (test) => {
    const daemon = await Daemon.start(OURS, { config: CONFIG });
    test.after(() => daemon.destroy());
    await daemon.reach({ kept: "RUNNING" });
    chmodSync(daemon.dir, 0o777);
    for (const name of readdirSync(daemon.dir)) chownSync(join(daemon.dir, name), 65534, 65534);
    daemon.write("broken.mjs", "export const make = () => { throw new Error('not today'); };");
    const namespace = "[rpcinterface:mine]\nsupervisor.rpcinterface_factory=./broken.mjs:make\n";
    daemon.write("s.conf", CONFIG.replace("user=root", "user=nobody") + namespace);
    assert.equal(await daemon.rpc("supervisor.restart"), true);
    await daemon.reachLog(/the user has changed to UID 65534 all the same, for good/);
    await daemon.reach({ kept: "RUNNING" });
  });
});
