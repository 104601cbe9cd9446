/** What `npm pack` gives installs without network and compiler, and runs. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { bareEnvironment, install, pack } from "../support/package-install.ts";

const PLATFORMS = ["x64-glibc", "x64-musl", "arm64-glibc", "arm64-musl"];
const ADDON = `linux-${process.arch}-glibc.node`;

/** How the stub of a host is compiled and run for each platform, on x64. */
const HOSTS: Readonly<Record<string, { readonly compiler: string[]; readonly runner: string[] }>> = {
  "x64-glibc": { compiler: ["cc"], runner: [] },
  "x64-musl": { compiler: ["musl-gcc"], runner: [] },
  "arm64-glibc": {
    compiler: ["aarch64-linux-gnu-gcc"],
    runner: ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
  },
  // Linked as the others, loaded by musl's own loader.
  "arm64-musl": {
    compiler: [
      "aarch64-linux-gnu-gcc",
      ...["-nostdinc", "-isystem", "/usr/include/aarch64-linux-musl", "-nostdlib"],
      ...["/usr/lib/aarch64-linux-musl/Scrt1.o", "-L/usr/lib/aarch64-linux-musl", "-pie", "-fPIE"],
      "-Wl,--dynamic-linker=/lib/ld-musl-aarch64.so.1",
    ],
    runner: ["qemu-aarch64"],
  },
};

const dir = mkdtempSync(join(tmpdir(), "package-"));
after(() => rmSync(dir, { recursive: true }));

let tarball = "";
let files: readonly string[] = [];
let home = "";
before(() => {
  ({ tarball, files } = pack(dir));
  home = install(dir, tarball);
});

const run = (command: string, ...words: string[]) =>
  spawnSync(join(dir, "node_modules/.bin", command), words, {
    cwd: dir,
    env: bareEnvironment(dir),
    encoding: "utf8",
  });

describe("the package", () => {
  it("holds the commands, the addon of every platform, the page, the client, the documents", () => {
    for (const platform of PLATFORMS)
      assert.ok(files.includes(`dist/native/linux-${platform}.node`), platform);
    for (const name of ["supervisord", "supervisorctl", "echo_supervisord_conf", "pidproxy"]) {
      assert.ok(files.includes(`dist/${name}`), name);
      assert.equal(statSync(join(home, "dist", name)).mode & 0o111, 0o111, `${name} is executable`);
    }
    for (const name of [
      "dist/client.mjs",
      "dist/THIRD-PARTY.txt",
      "LICENSE",
      "README.md",
      "native/supervisord.c",
    ]) {
      assert.ok(files.includes(name), name);
    }
    const strange = files.filter(
      (path) =>
        /^(lib|cli|spec|bench|node_modules|scripts)\/|\.ts$|\.conf~$/.test(path) && !path.endsWith(".d.ts"),
    );
    assert.deepEqual(strange, []);
  });

  it("is small, and brings nothing else with it", () => {
    const { size } = statSync(tarball);
    // The README says half a megabyte.
    assert.ok(size < 600_000, `${size} bytes`);
    const { scripts = {}, dependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
      scripts?: Record<string, string>;
      dependencies?: Record<string, string>;
    };
    assert.equal(dependencies, undefined);
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      assert.ok(!(script in scripts), script);
    assert.deepEqual(
      execFileSync("ls", [join(dir, "node_modules")], { encoding: "utf8" })
        .trim()
        .split("\n"),
      ["supervisord-node"],
    );
  });

  it("runs a program where there is no compiler", async () => {
    writeFileSync(
      join(dir, "s.conf"),
      "[supervisord]\nuser=root\n[unix_http_server]\nfile=%(here)s/s.sock\n" +
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n" +
        "[supervisorctl]\nserverurl=unix://%(here)s/s.sock\n[program:cat]\ncommand=cat\nstartsecs=0\n",
    );
    const daemon = spawn(join(dir, "node_modules/.bin/supervisord"), ["-n", "-c", "s.conf"], {
      cwd: dir,
      env: bareEnvironment(dir),
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => daemon.on("exit", resolve));
    try {
      await until("the program", () =>
        /^cat +RUNNING +pid \d+/.test(run("supervisorctl", "-c", "s.conf", "status").stdout),
      );
      assert.equal(run("supervisorctl", "-c", "s.conf", "shutdown").stdout, "Shut down\n");
      assert.equal(await ended, 0);
    } finally {
      daemon.kill("SIGKILL");
    }
  });

  it("exports a client that needs no other package", () => {
    const script =
      'import { connect } from "supervisord-node/client"; console.log(typeof connect("http://127.0.0.1:1").call)';
    writeFileSync(join(dir, "client.mjs"), script);
    const told = execFileSync(process.execPath, [join(dir, "client.mjs")], { encoding: "utf8" });
    assert.equal(told, "function\n");
  });

  it("says in one line what is missing on a platform that has no addon, and can be built there", () => {
    const addon = join(home, "dist/native", ADDON);
    renameSync(addon, `${addon}.away`);
    const { status, stderr } = run("supervisord", "-n", "-c", "s.conf");
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`^supervisord has no native part for this platform: ${ADDON} is not at [^\n]*\n$`),
    );
    const remedy = /`(npm run build:native)` in (\S+)/.exec(stderr);
    assert.equal(remedy?.[2], `${home}/`);
    // Without the headers of Node it says so; with them, which the development tree has, it builds.
    const headers = join(ROOT, "node_modules/node-api-headers/include");
    const build = (more: Record<string, string>) =>
      spawnSync("npm", ["run", "--silent", "build:native"], {
        cwd: home,
        env: { ...process.env, ...more },
        encoding: "utf8",
      });
    assert.equal(build({ SUPERVISORD_NODE_HEADERS: headers }).status, 0);
    assert.match(run("supervisord", "--check", "-c", "s.conf").stdout, /0 errors/);
  });
});

describe("the addon", () => {
  for (const platform of PLATFORMS) {
    it(`loads on ${platform}, all symbols resolved`, () => {
      const addon = join(ROOT, `dist/native/linux-${platform}.node`);
      const listed = execFileSync("readelf", ["-Ws", "--dyn-syms", addon], { encoding: "utf8" });
      const stubs = [...new Set([...listed.matchAll(/UND ((?:napi|uv)_\w+)/g)].map(([, name]) => name))];
      assert.ok(stubs.length > 10);
      const source = join(dir, "stubs.c");
      writeFileSync(source, stubs.map((name) => `int ${name}(void) { return 0; }\n`).join(""));
      const { compiler, runner } = HOSTS[platform] ?? { compiler: ["cc"], runner: [] };
      const host = join(dir, `host-${platform}`);
      const [command = "cc", ...flags] = compiler;
      execFileSync(command, [
        ...flags,
        "-w",
        "-rdynamic",
        join(ROOT, "fixtures/native/host.c"),
        source,
        "-o",
        host,
        platform.endsWith("musl") ? "-lc" : "-ldl",
      ]);
      const [program = host, ...words] = [...runner, host, addon];
      assert.equal(execFileSync(program, words, { encoding: "utf8" }), "loaded\n");
    });
  }
});
