/** What a daemon leaves of its compiled code has to be what the next one takes: V8 refuses it if the flags differ (decision 8). */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { BASE_ENV, ROOT } from "../support/daemon-subject.ts";
import { until } from "../support/sys-child.ts";

/** A copy of the built commands without any cache, and a daemon to run from it. */
function install(test: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "code-cache-"));
  test.after(() => rmSync(dir, { recursive: true }));
  cpSync(join(ROOT, "dist"), join(dir, "dist"), { recursive: true });
  rmSync(join(dir, "dist/cache"), { recursive: true, force: true });
  const conf = join(dir, "s.conf");
  writeFileSync(conf, `[supervisord]\nuser=root\nlogfile=${dir}/log\npidfile=${dir}/pid\n`);
  /** Which file it is, and when it was written; null where there is none. */
  const cache = (): string | null => {
    try {
      const name = readdirSync(join(dir, "dist/cache")).find((each) => each.startsWith("supervisord."));
      if (name === undefined) return null;
      const { ino, mtimeMs } = statSync(join(dir, "dist/cache", name));
      return `${ino} ${mtimeMs}`;
    } catch {
      return null;
    }
  };
  /** Runs a daemon until it has said that it runs, and `enough` holds. */
  const live = async (enough: () => boolean): Promise<void> => {
    writeFileSync(join(dir, "log"), "");
    const daemon = spawn(join(dir, "dist/supervisord"), ["-n", "-s", "-c", conf], { env: BASE_ENV });
    test.after(() => daemon.kill("SIGKILL"));
    const ended = once(daemon, "exit");
    await until("it runs", () => /supervisord started/.test(readFileSync(join(dir, "log"), "latin1")));
    await until("that is enough", enough);
    daemon.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
  };
  return { cache, live };
}

describe("the compiled code of a daemon", () => {
  it("is taken by the next one where the first ended within its first second", async (test) => {
    const { cache, live } = install(test);
    await live(() => true);
    const saved = cache();
    assert.notEqual(saved, null);
    await live(() => true);
    assert.equal(cache(), saved);
  });

  it("is taken by the next one where the first lived longer, and saved meanwhile", async (test) => {
    const { cache, live } = install(test);
    await live(() => cache() !== null);
    const saved = cache();
    await live(() => true);
    assert.equal(cache(), saved);
  });
});
