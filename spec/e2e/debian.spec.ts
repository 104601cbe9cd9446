/** The Debian package installs, runs, is upgraded under a daemon that runs, and goes again. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BASE_ENV, ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const dir = mkdtempSync(join(tmpdir(), "debian-"));
const root = join(dir, "root");
const conf = join(root, "etc/supervisor/supervisord.conf");
const bin = join(root, "usr/bin");
let deb = "";

/** dpkg on a system of its own, whose scripts run with DPKG_ROOT; what the package depends on is not in there. */
const dpkg = (...words: string[]) =>
  execFileSync("dpkg", [`--root=${root}`, "--force-depends", "--force-script-chrootless", ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });

const run = (command: string, ...words: string[]) =>
  spawnSync(join(bin, command), words, { cwd: dir, env: BASE_ENV, encoding: "utf8" });

before(() => {
  mkdirSync(join(root, "var/lib/dpkg/info"), { recursive: true });
  mkdirSync(join(root, "var/lib/dpkg/updates"));
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
  writeFileSync(join(root, "var/lib/dpkg/available"), "");
  const env = { ...process.env, DEBFULLNAME: "A. Packager", DEBEMAIL: "a@example.org" };
  deb = execFileSync("sh", [join(ROOT, "scripts/deb.sh"), dir], { env, encoding: "utf8" }).trim();
});
after(() => {
  run("supervisorctl", "-c", join(dir, "s.conf"), "shutdown");
  rmSync(dir, { recursive: true });
});

describe("the Debian package", () => {
  it("installs", () => {
    dpkg("-i", deb);
    assert.match(dpkg("-s", "supervisord-node"), /^Status: install ok installed$/m);
    assert.match(dpkg("-s", "supervisord-node"), /^Conflicts: supervisor$/m);
    assert.match(dpkg("-s", "supervisord-node"), /^Maintainer: A\. Packager <a@example\.org>$/m);
    assert.equal(dpkg("--verify", "supervisord-node"), "");
    for (const path of [
      "lib/systemd/system/supervisor.service",
      "usr/share/man/man5/supervisord.conf.5.gz",
      "var/log/supervisor",
    ]) {
      assert.ok(existsSync(join(root, path)), path);
    }
    for (const name of ["supervisord", "supervisorctl", "echo_supervisord_conf", "pidproxy"]) {
      assert.ok(lstatSync(join(bin, name)).isSymbolicLink(), name);
    }
  });

  it("has one addon, that of its architecture", () => {
    const natives = dpkg("-L", "supervisord-node").match(/^.*\.node$/gm);
    assert.deepEqual(natives, [`/usr/lib/supervisord-node/dist/native/linux-${process.arch}-glibc.node`]);
  });

  it("brings a configuration in which nothing is wrong, and which is the administrator's from then on", () => {
    const here = readFileSync(conf, "utf8")
      .replaceAll("/var/", `${root}/var/`)
      .replaceAll("/etc/", `${root}/etc/`);
    mkdirSync(join(root, "var/run"));
    writeFileSync(join(dir, "s.conf"), here);
    writeFileSync(
      join(root, "etc/supervisor/conf.d/cat.conf"),
      "[program:cat]\ncommand=/bin/cat\nstartsecs=0\n",
    );
    assert.equal(
      run("supervisord", "--check", "-c", join(dir, "s.conf")).stdout,
      `${join(dir, "s.conf")}: 0 errors, 0 warnings, 1 process\n`,
    );
    writeFileSync(conf, `; mine\n${readFileSync(conf, "utf8")}`);
  });

  it("runs programs, also while it is upgraded", async () => {
    const { status, stderr } = run("supervisord", "-c", join(dir, "s.conf"));
    assert.deepEqual([status, stderr], [0, ""]);
    const state = () => run("supervisorctl", "-c", join(dir, "s.conf"), "status").stdout;
    const pid = await until("cat", () => /^cat +RUNNING +pid (\d+)/.exec(state())?.[1]);
    dpkg("--force-confold", "-i", deb);
    assert.equal(/^cat +RUNNING +pid (\d+)/.exec(state())?.[1], pid);
    assert.match(readFileSync(conf, "utf8"), /^; mine\n/);
  });

  it("goes, and leaves the configuration until it is purged", () => {
    run("supervisorctl", "-c", join(dir, "s.conf"), "shutdown");
    dpkg("-r", "supervisord-node");
    assert.ok(!existsSync(join(bin, "supervisord")));
    assert.ok(existsSync(conf));
    dpkg("-P", "supervisord-node");
    assert.ok(!existsSync(conf));
    assert.ok(!existsSync(join(root, "var/log/supervisor")));
    assert.ok(!existsSync(join(root, "usr/lib/supervisord-node")));
  });
});
