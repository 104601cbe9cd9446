/** [ctlplugin:x]: commands of one's own, and those of the add-on whose clients go on working. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it, type TestContext } from "node:test";
import { head } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS, ROOT } from "../support/daemon-subject.ts";

const CONFIG = [
  head({ inet: null }),
  "[rpcinterface:cache]\nsupervisor.rpcinterface_factory=supervisor_cache.rpcinterface:make_cache_rpcinterface",
  "[ctlplugin:cache]\nsupervisor.ctl_factory=supervisor_cache.controllerplugin:make_cache_controllerplugin",
  "[ctlplugin:mine]\nsupervisor.ctl_factory=./mine.mjs:make\nword=hello",
].join("\n");

const MINE = `export const make = (controller, options) => ({
  greet: { help: "greet <name>\\tGreet.", run: (name) => controller.output(options.word + " " + name) },
  state: async () => controller.output(String((await controller.call("supervisor.getState")).get("statename"))),
  refuse: () => controller.fail("no", 5),
  fail: () => { throw new Error("broken"); },
  status: () => controller.output("never"),
});`;

async function start(t: TestContext): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, { config: CONFIG, files: { "mine.mjs": MINE } });
  t.after(() => daemon.destroy());
  return daemon;
}

const ctl = (daemon: Daemon, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const args = ["-c", `${daemon.dir}/s.conf`, ...words];
    execFile(`${ROOT}dist/supervisorctl`, args, { cwd: "/" }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });

describe("supervisorctl's plug-ins", () => {
  it("add commands behind the built-in ones (error-place)", async (t) => {
    const daemon = await start(t);
    assert.deepEqual(await ctl(daemon, "greet", "you"), { code: 0, stdout: "hello you\n", stderr: "" });
    assert.equal((await ctl(daemon, "state")).stdout, "RUNNING\n");
    assert.equal((await ctl(daemon, "status")).stdout, "");
    assert.deepEqual(await ctl(daemon, "refuse"), { code: 5, stdout: "no\n", stderr: "" });
    const failed = await ctl(daemon, "fail");
    assert.match(failed.stdout, /^error: <class 'RuntimeError'>, broken: file: /);
    assert.equal(failed.code, 1);
  });

  it("have their help, and a list of their own", async (t) => {
    const daemon = await start(t);
    const { stdout } = await ctl(daemon, "help");
    assert.match(stdout, /^default commands \(type help <topic>\):$/m);
    assert.match(
      stdout,
      /\nmine commands \(type help <topic>\):\n=+\nfail {2}greet {2}refuse {2}state {2}status\n\n/,
    );
    assert.equal((await ctl(daemon, "help", "greet")).stdout, "greet <name>\tGreet.\n");
    assert.equal((await ctl(daemon, "help", "state")).stdout, "*** No help on state\n");
  });

  it("of supervisor_cache are built in", async (t) => {
    const daemon = await start(t);
    assert.deepEqual(await ctl(daemon, "cache_store", "key", "'a value'"), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    assert.equal((await ctl(daemon, "cache_fetch", "key")).stdout, "'a value'\n");
    assert.equal((await ctl(daemon, "cache_keys")).stdout, "['key']\n");
    assert.equal((await ctl(daemon, "cache_count")).stdout, "1\n");
    assert.equal(
      (await ctl(daemon, "cache_delete")).stdout,
      "cache_delete <key>\tDelete the item cached at <key>.\n",
    );
    assert.equal((await ctl(daemon, "cache_delete", "key")).stdout, "");
    assert.equal((await ctl(daemon, "cache_clear")).stdout, "");
    assert.equal((await ctl(daemon, "cache_count")).stdout, "0\n");
  });

  it("written in Python are a usage error that says what to do (plugin-language)", async (t) => {
    const daemon = await start(t);
    daemon.write("s.conf", CONFIG.replace("./mine.mjs:make", "superlance.ctl:make"));
    const { code, stderr } = await ctl(daemon, "status");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^Error: superlance\.ctl:make cannot be resolved within \[ctlplugin:mine\]: .*Python code cannot run here: name a Node module/,
    );
  });
});
