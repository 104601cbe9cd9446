import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ConfigError } from "../../lib/config/errors.ts";
import { Plugins } from "../../lib/daemon/plugins.ts";
import type { Config } from "../../lib/model/spec.ts";

const dir = mkdtempSync(join(tmpdir(), "plugins-"));
after(() => rmSync(dir, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(dir, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** As much of a configuration as `prepare` looks at. */
const naming = (factory: string): Config =>
  ({
    groups: [],
    rpcInterfaces: [{ name: "x", section: "rpcinterface:x", factory, extras: new Map() }],
  }) as unknown as Config;

async function load(spec: string): Promise<unknown> {
  const plugins = new Plugins(dir);
  assert.equal(plugins.problem(spec), null);
  await plugins.prepare(naming(spec));
  return plugins.callable(spec)();
}

describe("a plug-in's name", () => {
  it("may be a file beside the configuration, of either kind of module", async () => {
    write("a.mjs", "export const make = () => 'esm';");
    write("b.cjs", "module.exports = { make: () => 'cjs' };");
    assert.equal(await load("./a.mjs:make"), "esm");
    assert.equal(await load("./b.cjs:make"), "cjs");
    assert.equal(await load(`${join(dir, "a.mjs")}:make`), "esm");
  });

  it("may be a package, also one that only `import` may load", async () => {
    write("node_modules/old/package.json", '{"name":"old","main":"m.js"}');
    write("node_modules/old/m.js", "exports.make = () => 'old';");
    write(
      "node_modules/new/package.json",
      '{"name":"new","type":"module","exports":{".":{"import":"./m.js"}}}',
    );
    write("node_modules/new/m.js", "export const make = () => 'new';");
    assert.equal(await load("old:make"), "old");
    assert.equal(await load("new:make"), "new");
  });

  it("of Python code is refused with what to do instead (plugin-language)", () => {
    assert.equal(
      new Plugins(dir).problem("supervisor_alert:event_handler"),
      `there is no Node package supervisor_alert in or above ${dir}. Python code cannot run here: name a Node module ` +
        "instead that exports a function of the same use, as ./file.mjs:event_handler (relative to the configuration " +
        "file) or package:event_handler",
    );
  });

  it("needs an attribute", () => {
    for (const spec of ["./a.mjs", "./a.mjs:", ":make", ""]) {
      assert.equal(new Plugins(dir).problem(spec), "it has to be written as module:attribute", spec);
    }
  });

  it("that fails to load says why, with its section", async () => {
    write("bad.mjs", "throw new Error('no luck');");
    write("none.mjs", "export const make = 1;");
    const refused = (spec: string, reason: string) =>
      assert.rejects(new Plugins(dir).prepare(naming(spec)), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.message, `${spec} cannot be resolved within [rpcinterface:x]: ${reason}`);
        return true;
      });
    await refused("./bad.mjs:make", "./bad.mjs fails to load: no luck");
    await refused("./none.mjs:make", "./none.mjs exports no function make");
    await refused("./none.mjs:other", "./none.mjs exports no function other");
  });

  it("is loaded anew after its file has changed, and only then", async () => {
    const spec = "./changing.mjs:make";
    const path = write("changing.mjs", "let n = 0; export const make = () => n++;");
    const plugins = new Plugins(dir);
    await plugins.prepare(naming(spec));
    assert.equal(plugins.callable(spec)(), 0);
    await plugins.prepare(naming(spec));
    assert.equal(plugins.callable(spec)(), 1);
    writeFileSync(path, "export const make = () => 'changed';");
    utimesSync(path, 1, 1);
    await plugins.prepare(naming(spec));
    assert.equal(plugins.callable(spec)(), "changed");
  });

  it("that is built in wins over files, and needs no loading", () => {
    const plugins = new Plugins(dir, new Map([["./a.mjs:make", () => "built in"]]));
    assert.equal(plugins.callable("./a.mjs:make")(), "built in");
    assert.equal(plugins.problem("supervisor.dispatchers:default_handler"), null);
    const handler = plugins.resultHandler("supervisor.dispatchers:default_handler");
    const event = { name: "EVENT", serial: 0, poolserial: 0, payload: "" };
    assert.equal(handler(event, Buffer.from("OK")), true);
    assert.equal(handler(event, Buffer.from("OK\n")), false);
  });
});
