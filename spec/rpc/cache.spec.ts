import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cacheFactory } from "../../lib/rpc/cache.ts";
import type { PluginDaemon } from "../../lib/rpc/plugin-face.ts";

describe("cache.*", () => {
  it("holds 100,000 entries, changes those it has, and takes a new one when there is room again (cache-limit)", () => {
    const fault = (name: string, text?: string) => new Error(`${name}: ${text}`);
    const daemon = { mood: "RUNNING", fault } as unknown as PluginDaemon;
    const methods = cacheFactory(daemon, {});
    const call = (name: string, ...params: string[]) => {
      const method = methods[name];
      assert.ok(method !== undefined);
      return (typeof method === "function" ? method : method.call)(...params);
    };
    for (let index = 0; index < 100_000; index++) call("store", `key${index}`, "x");
    assert.throws(() => call("store", "one more", "x"), {
      message: "FAILED: the cache holds 100000 entries",
    });
    assert.equal(call("store", "key7", "other"), true);
    assert.equal(call("fetch", "key7"), "other");
    call("delete", "key8");
    assert.equal(call("store", "one more", "x"), true);
    assert.equal(call("getCount"), 100_000);
  });
});
