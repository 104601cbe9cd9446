/** The promises of SECURITY.md that only a whole daemon can keep. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { head, program } from "../support/daemon-config.ts";
import { childrenOf, type Daemon } from "../support/daemon-process.ts";
import { startOurs } from "../support/faults-daemon.ts";

const PASSWORD = "correct horse";

const later: (() => unknown)[] = [];
const test = { after: (fn: unknown) => void later.push(fn as () => unknown) };
after(() => Promise.all(later.map((fn) => fn())));

const ask = (port: number, method: string, path: string, auth?: string, body?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port, method, path, ...(auth === undefined ? {} : { auth }) },
      (reply) => {
        const parts: Buffer[] = [];
        reply.on("data", (part: Buffer) => parts.push(part));
        reply.on("end", () => resolve(`${reply.statusCode} ${Buffer.concat(parts)}`));
      },
    );
    call.on("error", reject);
    call.end(body);
  });

describe("a daemon with a password", () => {
  let daemon: Daemon;
  before(async () => {
    daemon = await startOurs(test, {
      config:
        head({ inet: `username=u\npassword=${PASSWORD}\n` }) +
        program("shows", "/bin/sh -c 'env; exec sleep 1000'", { startsecs: 0, user: "nobody" }) +
        program("auto", "/bin/echo secret", { startsecs: 0, stdout_logfile: "AUTO", stderr_logfile: "AUTO" }),
      ready: /supervisord started/,
    });
    await daemon.reachFile("shows.out", /SUPERVISOR_PROCESS_NAME/);
  });

  it("answers nothing at all to whoever has none, or a wrong one", async () => {
    const paths = [
      "/",
      "/index.html",
      "/tail.html",
      "/ok.html",
      "/logtail/shows",
      "/mainlogtail",
      "/status.html",
    ];
    for (const path of [
      ...paths,
      "/api/v1/processes",
      "/stylesheets/supervisor.css",
      "/nowhere",
      "//",
      "/../etc/passwd",
    ]) {
      for (const auth of [undefined, "u:wrong", "U:correct horse", "u:", ":", "u:correct horse "]) {
        assert.match(await ask(daemon.port, "GET", path, auth), /^401 /, `${path} as ${auth}`);
      }
    }
    const call = writeCall("supervisor.getPID", []);
    assert.match(await ask(daemon.port, "POST", "/RPC2", "u:wrong", call), /^401 /);
    assert.match(
      await ask(daemon.port, "POST", "/RPC2", `u:${PASSWORD}`, call),
      /^200 (?:.|\n)*<int>\d+<\/int>/,
    );
  });

  it("runs the methods of its table and no others, whatever their names (CVE-2017-11610)", async () => {
    const names = [
      "supervisor.supervisord.options.warnings.linecache.os.system",
      "supervisor._update",
      "constructor",
    ];
    const more = [
      "supervisor.constructor",
      "supervisor.__proto__",
      "system.toString",
      "supervisor.",
      ".",
      "__proto__.x",
    ];
    for (const name of [...names, ...more, "supervisor.prototype", "hasOwnProperty.call"]) {
      const reply = await ask(daemon.port, "POST", "/RPC2", `u:${PASSWORD}`, writeCall(name, ["x"]));
      assert.match(reply, /<int>1<\/int>(?:.|\n)*UNKNOWN_METHOD/, name);
    }
  });

  it("keeps its password, its descriptors, its groups and its user from its programs", () => {
    const environment = daemon.read("shows.out") ?? "";
    assert.ok(!environment.includes(PASSWORD));
    const [child] = childrenOf(daemon.pid);
    const fds = readdirSync(`/proc/${child}/fd`).map(
      (fd) => `${fd} ${readlinkSync(`/proc/${child}/fd/${fd}`)}`,
    );
    assert.deepEqual(
      fds.map((line) => line.replace(/\[.*/, "")),
      ["0 pipe:", "1 pipe:", "2 pipe:"],
    );
    const status = readFileSync(`/proc/${child}/status`, "latin1");
    assert.match(status, /^Uid:\s+65534\s+65534\s+65534\s+65534$/m);
    assert.match(status, /^Gid:\s+65534\s+65534\s+65534\s+65534$/m);
    assert.match(status, /^Groups:\s+(65534 )?\s*$/m);
  });

  it("shows its socket and the logs that it names itself to its user alone", () => {
    const modeOf = (name: string): number => statSync(join(daemon.dir, name)).mode & 0o777;
    assert.equal(modeOf("s.sock"), 0o700);
    const autos = readdirSync(daemon.dir).filter((name) => name.startsWith("auto-std"));
    assert.equal(autos.length, 2);
    for (const name of autos) assert.equal(modeOf(name), 0o600);
    for (const name of ["supervisord.log", "s.pid", "shows.out"]) assert.equal(modeOf(name) & 0o022, 0, name);
  });

  it("is not warned of", () => assert.deepEqual(daemon.logLines(/asks for no password/), []));
});

describe("a daemon without one", () => {
  it("warns where other machines can reach it, once for each server, and of nothing else (open-server)", async () => {
    const config = `${head({ inet: null })}[inet_http_server:all]\nport=*:@PORT@\n`;
    const daemon = await startOurs(test, { config, ready: /supervisord started/ });
    const warned = daemon.log().match(/ WARN Server .*/g) ?? [];
    assert.equal(warned.length, 1);
    assert.match(
      warned[0] ?? "",
      /'inet_http_server:all' listens on port \d+ of every address and asks for no password/,
    );
  });
});

describe("SECURITY.md", () => {
  const root = new URL("../..", import.meta.url).pathname;
  const text = readFileSync(join(root, "SECURITY.md"), "utf8");

  it("names specs that there are, one for each promise", () => {
    const named = [...text.matchAll(/`(spec\/[^`]+)`/g)].map(([, path = ""]) => path);
    assert.ok(named.length > 10);
    for (const path of named)
      assert.ok(statSync(join(root, path), { throwIfNoEntry: false }) !== undefined, path);
    for (const line of text
      .split("\n")
      .filter((row) => /^\| [^-]/.test(row))
      .filter((row) => row.split("|").length === 4)) {
      if (!line.startsWith("| promise")) assert.match(line, /`spec\//, line);
    }
  });

  it("tells the truth of the packages: none is installed with it, each is pinned, and those in the bundles run no script", () => {
    const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"])
      assert.equal(own[kind], undefined);
    const scripts = own["scripts"] as Record<string, string>;
    for (const name of ["preinstall", "install", "postinstall"]) assert.equal(scripts[name], undefined);
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { integrity?: string; hasInstallScript?: boolean }>;
    };
    for (const [path, { integrity }] of Object.entries(packages)) {
      if (path !== "") assert.match(integrity ?? "", /^sha512-/, path);
    }
    const licences = readFileSync(join(root, "dist/THIRD-PARTY.txt"), "utf8");
    const bundled = [...licences.matchAll(/^(\S+) \d\S* \(.*\)$/gm)].map(([, name = ""]) => name);
    assert.ok(bundled.length > 20 && bundled.length < 60, `${bundled.length} packages`);
    for (const name of ["winston", "winston-transport", "yargs", "xmlrpc", "ini", "uplot"]) {
      assert.ok(bundled.includes(name), name);
      assert.ok(text.includes(`\`${name}\``), name);
    }
    for (const name of bundled) {
      const entries = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
      assert.ok(entries.length > 0, name);
      assert.ok(
        entries.every(([, { hasInstallScript }]) => hasInstallScript !== true),
        name,
      );
    }
  });
});
