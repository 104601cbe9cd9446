/** The Debian package installs, runs, is upgraded under a daemon that runs, takes Debian's own package's place, and goes again. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BASE_ENV, ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const dir = mkdtempSync(join(tmpdir(), "debian-"));
const root = join(dir, "root");
const conf = join(root, "etc/supervisor/supervisord.conf");
const bin = join(root, "usr/bin");
const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
let deb = "";

/** dpkg on a system of its own, whose scripts run with DPKG_ROOT. */
const dpkgIn =
  (system: string) =>
  (...words: string[]) =>
    execFileSync("dpkg", [`--root=${system}`, "--force-script-chrootless", ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
const dpkg = dpkgIn(root);

/** A system in which nothing is installed; of what the package depends on it is only said to be. */
function makeSystem(system: string): void {
  mkdirSync(join(system, "var/lib/dpkg/info"), { recursive: true });
  mkdirSync(join(system, "var/lib/dpkg/updates"));
  const there = ["nodejs", "libc6"].map(
    (name) =>
      `Package: ${name}\nStatus: install ok installed\nMaintainer: x <x@example.org>\nArchitecture: ${architecture}\n` +
      "Version: 99\nDescription: x\n",
  );
  writeFileSync(join(system, "var/lib/dpkg/status"), there.join("\n"));
  for (const name of ["nodejs", "libc6"]) writeFileSync(join(system, `var/lib/dpkg/info/${name}.list`), "");
  writeFileSync(join(system, "var/lib/dpkg/available"), "");
}

const run = (command: string, ...words: string[]) =>
  spawnSync(join(bin, command), words, { cwd: dir, env: BASE_ENV, encoding: "utf8" });

before(() => {
  makeSystem(root);
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
    assert.ok(!existsSync(join(root, "var/lib/supervisord-node")));
    assert.deepEqual(registered(root), []);
  });
});

/** What has to be there for a start at boot: the script that may be run, a link to it, the unit's link. */
function registered(system: string): string[] {
  const script = join(system, "etc/init.d/supervisor");
  const has = (path: string) => lstatSync(join(system, path), { throwIfNoEntry: false }) !== undefined;
  return [
    ...(existsSync(script) && (statSync(script).mode & 0o111) === 0o111 ? ["script"] : []),
    ...(has("etc/rc2.d/S01supervisor") ? ["rc2.d"] : []),
    ...(has("etc/systemd/system/multi-user.target.wants/supervisor.service") ? ["wants"] : []),
  ];
}

/** As Debian's package supervisor: its conffiles, and what its scripts do, on the system that DPKG_ROOT names. */
function makeStock(): string {
  const stage = join(dir, "stock");
  const files: Readonly<Record<string, string>> = {
    "DEBIAN/control":
      "Package: supervisor\nVersion: 4.2.5-1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n",
    "DEBIAN/conffiles": "/etc/default/supervisor\n/etc/init.d/supervisor\n/etc/supervisor/supervisord.conf\n",
    "DEBIAN/postinst":
      "#!/bin/sh\nset -e\nupdate-rc.d supervisor defaults\n" +
      "if deb-systemd-helper --quiet was-enabled supervisor.service; then deb-systemd-helper enable supervisor.service; fi\n",
    "DEBIAN/postrm":
      '#!/bin/sh\nset -e\nif [ "$1" = remove ]; then chmod -x "$DPKG_ROOT/etc/init.d/supervisor"; fi\n' +
      'if [ "$1" = purge ]; then update-rc.d supervisor remove; deb-systemd-helper purge supervisor.service; fi\n',
    "etc/default/supervisor": 'DAEMON_OPTS=""\n',
    "etc/init.d/supervisor": readFileSync(join(ROOT, "init/supervisor.init"), "utf8").replace("60", "61"),
    "etc/supervisor/supervisord.conf": "; of the other package\n",
    "lib/systemd/system/supervisor.service":
      "[Service]\nExecStart=/x\n[Install]\nWantedBy=multi-user.target\n",
    "usr/bin/supervisord": "#!/bin/sh\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), text, { mode: /DEBIAN\/post|init\.d|bin/.test(path) ? 0o755 : 0o644 });
  }
  const path = join(dir, "stock.deb");
  execFileSync("dpkg-deb", ["--root-owner-group", "--build", stage, path]);
  return path;
}

describe("in the place of Debian's own package", () => {
  const system = join(dir, "system");
  const dpkgThere = dpkgIn(system);
  const read = (path: string) => readFileSync(join(system, path), "utf8");
  const ALL = ["script", "rc2.d", "wants"];
  let stock = "";
  before(() => {
    makeSystem(system);
    stock = makeStock();
    dpkgThere("-i", stock);
    assert.deepEqual(registered(system), ALL);
  });

  it("starts at boot, with the configuration as it was, changed or not", () => {
    writeFileSync(join(system, "etc/default/supervisor"), 'DAEMON_OPTS="-e debug"\n');
    dpkgThere("-i", deb);
    assert.match(dpkgThere("-s", "supervisor"), /^Status: \w+ ok config-files$/m);
    assert.deepEqual(registered(system), ALL);
    assert.match(read("lib/systemd/system/supervisor.service"), /^Type=notify$/m);
    assert.equal(read("etc/supervisor/supervisord.conf"), "; of the other package\n");
  });

  it("still does when the other one is purged", () => {
    dpkgThere("-P", "supervisor");
    assert.deepEqual(registered(system), ALL);
    assert.equal(read("etc/supervisor/supervisord.conf"), "; of the other package\n");
    assert.equal(read("etc/default/supervisor"), 'DAEMON_OPTS="-e debug"\n');
  });

  it("leaves the place to the other one again, also when it is purged after that", () => {
    dpkgThere("-r", "supervisord-node");
    dpkgThere("--force-confold", "-i", stock);
    dpkgThere("-P", "supervisord-node");
    assert.deepEqual(registered(system), ALL);
    assert.equal(read("usr/bin/supervisord"), "#!/bin/sh\n");
    assert.equal(read("etc/supervisor/supervisord.conf"), "; of the other package\n");
  });

  it("stays out of the boot where an administrator has taken it out", () => {
    rmSync(join(system, "etc/systemd/system/multi-user.target.wants/supervisor.service"));
    dpkgThere("-i", deb);
    assert.deepEqual(registered(system), ["script", "rc2.d"]);
  });
});
