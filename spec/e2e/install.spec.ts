/** The plain install script: puts everything below a prefix, leaves what is the administrator's, takes away what it put. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { BASE_ENV, ROOT } from "../support/daemon-subject.ts";

const dir = mkdtempSync(join(tmpdir(), "install-"));
after(() => rmSync(dir, { recursive: true }));

const install = (...words: string[]) =>
  spawnSync("sh", [join(ROOT, "init/install.sh"), ...words], {
    env: { ...BASE_ENV, DESTDIR: dir },
    encoding: "utf8",
  });
const at = (path: string): string => join(dir, path);
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length));

describe("init/install.sh", () => {
  it("installs beside another supervisor, with the unit and the script pointing at it", () => {
    mkdirSync(at("usr/bin"), { recursive: true });
    writeFileSync(at("usr/bin/supervisord"), "another\n");
    const { status, stdout } = install("--systemd", "--sysv");
    assert.deepEqual([status, stdout], [0, "installed in /usr/local\n"]);
    assert.equal(readlinkSync(at("usr/local/bin/supervisord")), "../lib/supervisord-node/dist/supervisord");
    assert.match(
      readFileSync(at("etc/systemd/system/supervisor.service"), "utf8"),
      /^ExecStart=\/usr\/local\/bin\/supervisord -n /m,
    );
    assert.match(
      readFileSync(at("etc/init.d/supervisor"), "utf8"),
      /^DAEMON=\/usr\/local\/bin\/supervisord$/m,
    );
    assert.equal(readFileSync(at("usr/bin/supervisord"), "utf8"), "another\n");
    const { stdout: version } = spawnSync(at("usr/local/bin/supervisord"), ["-v"], {
      env: BASE_ENV,
      encoding: "utf8",
    });
    assert.equal(version, "4.3.0\n");
  });

  it("leaves a configuration that is there as it is, also when it installs again", () => {
    writeFileSync(at("etc/supervisor/supervisord.conf"), "; mine\n");
    assert.equal(install().status, 0);
    assert.equal(readFileSync(at("etc/supervisor/supervisord.conf"), "utf8"), "; mine\n");
    assert.ok(!existsSync(at("usr/local/lib/supervisord-node/dist.old")));
  });

  it("takes away what it put, and nothing else", () => {
    const { status, stdout } = install("--uninstall");
    assert.deepEqual([status, stdout], [0, "removed from /usr/local\n"]);
    assert.deepEqual(filesBelow(dir).sort(), ["/etc/supervisor/supervisord.conf", "/usr/bin/supervisord"]);
  });

  it("says that there is nothing to take away", () => {
    const { status, stdout, stderr } = install("--uninstall");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /: nothing to remove: there is no \S+\/usr\/local\/lib\/supervisord-node\n$/);
  });

  it("wants a folder that means the same wherever it is read", () => {
    for (const [words, said] of [
      [["--prefix", "opt"], "--prefix needs an absolute path, which opt is not"],
      [["--prefix=./opt"], "--prefix needs an absolute path, which ./opt is not"],
      [["--prefix"], "--prefix needs a folder"],
      [["--prefix="], "--prefix needs a folder"],
    ] as const) {
      const { status, stdout, stderr } = install(...words);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.equal(stderr, `${join(ROOT, "init/install.sh")}: ${said}\n`);
    }
    assert.equal(install("--prefix", "/opt/sv/").stdout, "installed in /opt/sv\n");
    assert.equal(readlinkSync(at("opt/sv/bin/pidproxy")), "../lib/supervisord-node/dist/pidproxy");
  });

  it("explains itself where it is asked to", () => {
    const { status, stdout, stderr } = install("--help");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^Installs supervisord [\s\S]*--prefix {3}\/usr\/local unless said/);
    assert.doesNotMatch(stdout, /set -eu/);
  });

  it("explains itself where it does not understand", () => {
    const { status, stderr } = install("--nonsense");
    assert.equal(status, 2);
    assert.match(stderr, /--prefix {3}\/usr\/local unless said/);
  });
});
