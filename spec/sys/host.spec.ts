import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { dropOwnVariables, environment, hostName, temporaryDirectory } from "../../lib/sys/host.ts";
import { currentUid } from "../../lib/sys/users.ts";
import { inTemporaryDirectory, run } from "../support/sys-child.ts";

function withVariables<T>(variables: Record<string, string | undefined>, use: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    return use();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

describe("the environment", () => {
  it("is the user's: what our launcher adds is left out, what it parks is put back", () => {
    const seen = withVariables(
      {
        SUPERVISORD_ARGV0: "/usr/bin/supervisord",
        SUPERVISORD_NOFILE_SOFT: "1024",
        SUPERVISORD_NODE: "node",
        SUPERVISORD_STATUS_FD: "3",
        SUPERVISORD_NODE_OPTIONS: "--title=x",
        SUPERVISORD_OTHER: "kept",
        MULTI: "a=b\nc",
        EMPTY: "",
      },
      environment,
    );
    assert.deepEqual(
      [...seen].filter(([name]) => name.startsWith("SUPERVISORD_")),
      [["SUPERVISORD_OTHER", "kept"]],
    );
    assert.equal(seen.get("NODE_OPTIONS"), "--title=x");
    assert.equal(withVariables({ MALLOC_ARENA_MAX: "2" }, environment).get("MALLOC_ARENA_MAX"), "2");
    const launched = withVariables({ MALLOC_ARENA_MAX: "1", SUPERVISORD_ARENA_MAX: "1" }, environment);
    assert.deepEqual(
      [...launched.keys()].filter((name) => name.includes("ARENA")),
      [],
    );
    assert.equal(seen.get("MULTI"), "a=b\nc");
    assert.equal(seen.get("EMPTY"), "");
    assert.equal(seen.get("PATH"), process.env["PATH"]);
  });

  it("loses what the launcher set for our own C library, and nothing of the user's", () => {
    const left = (variables: Record<string, string | undefined>) =>
      withVariables({ MALLOC_ARENA_MAX: undefined, SUPERVISORD_ARENA_MAX: undefined, ...variables }, () => {
        dropOwnVariables();
        return Object.entries(process.env).filter(([name]) => name.includes("ARENA"));
      });
    assert.deepEqual(left({ MALLOC_ARENA_MAX: "1", SUPERVISORD_ARENA_MAX: "1" }), []);
    assert.deepEqual(left({ MALLOC_ARENA_MAX: "2" }), [["MALLOC_ARENA_MAX", "2"]]);
  });

  it("keeps bytes that are not UTF-8", async () => {
    const url = new URL("../../lib/sys/host.ts", import.meta.url).href;
    const program = `const {environment} = await import("${url}"); const v = environment().get("ODD");
      console.log([...v].map((c) => c.codePointAt(0).toString(16)).join(" "))`;
    const argv = [process.execPath, "--import", "tsx", "--input-type=module", "-e", program];
    const env = new Map([["ODD", "a\udcff"]]);
    assert.equal((await run(argv, { env })).output, "61 dcff\n");
  });
});

describe("the temporary directory", () => {
  it("is the first that can be written, as Python has it", async () => {
    await inTemporaryDirectory((directory) => {
      const [first, second] = [join(directory, "a"), join(directory, "b")];
      mkdirSync(first);
      mkdirSync(second);
      const of = (variables: Record<string, string>) =>
        withVariables(
          { TMPDIR: undefined, TEMP: undefined, TMP: undefined, ...variables },
          temporaryDirectory,
        );
      assert.equal(of({ TMPDIR: first, TEMP: second }), first);
      assert.equal(of({ TMPDIR: "", TEMP: second }), second);
      assert.equal(of({ TMPDIR: join(directory, "none"), TMP: `${second}/` }), second);
      assert.equal(of({}), "/tmp");
      if (currentUid() !== 0) {
        chmodSync(first, 0o500);
        assert.equal(of({ TMPDIR: first, TEMP: second }), second);
      }
      assert.deepEqual([...readdirSync(first), ...readdirSync(second)], []);
    });
  });
});

describe("the host's name", () => {
  it("is that of the system", async () => {
    assert.equal(`${hostName()}\n`, (await run(["/bin/uname", "-n"])).output);
  });
});
