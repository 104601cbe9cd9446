import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { type ActivityLogOptions, openActivityLog } from "../../lib/log/activity-log.ts";
import type { LogLevel } from "../../lib/model/spec.ts";
import { filesIn, temporaryFolder } from "../support/log-fixtures.ts";
import { runOracle } from "../support/oracle-python.ts";

const LEVELS: readonly LogLevel[] = ["critical", "error", "warn", "info", "debug", "trace", "blather"];
const MODULE = fileURLToPath(new URL("../../lib/log/activity-log.ts", import.meta.url));

const options = (path: string, more: Partial<ActivityLogOptions> = {}): ActivityLogOptions => ({
  target: { kind: "file", path },
  maxbytes: 0,
  backups: 0,
  level: "blather",
  stdout: false,
  ident: "supervisord",
  ...more,
});

const ORACLE = `
import json, os, shutil, sys, tempfile, time
from supervisor import loggers
os.environ['TZ'] = 'America/New_York'; time.tzset()
out = []
for case in json.load(sys.stdin):
    d = tempfile.mkdtemp()
    log = loggers.getLogger(getattr(loggers.LevelsByDescription, case['level']))
    loggers.handle_file(log, d + '/s.log', '%(asctime)s %(levelname)s %(message)s\\n', rotating=not not case['maxbytes'],
                        maxbytes=case['maxbytes'], backups=case['backups'])
    for ms, level, text in case['lines']:
        # A quarter of a millisecond on, so that a float's error does not decide the last digit.
        loggers.time.time = lambda ms=ms: (ms + 0.25) / 1000
        getattr(log, level)(text)
    log.close()
    out.append({n: open(os.path.join(d, n), 'rb').read().decode('latin-1') for n in sorted(os.listdir(d))})
    shutil.rmtree(d)
json.dump(out, sys.stdout)
`;

const line = fc.tuple(
  fc.oneof(
    fc.integer({ min: 0, max: 4_000_000_000_000 }),
    // Around both changes of the clock in New York in 2026.
    fc.integer({ min: 1_772_950_000_000, max: 1_772_957_000_000 }),
    fc.integer({ min: 1_793_508_000_000, max: 1_793_518_000_000 }),
  ),
  fc.constantFrom(...LEVELS),
  fc.string({ unit: fc.constantFrom(..."ab %s{}\n\t'é☃😀"), maxLength: 30 }),
);

describe("the activity log", () => {
  it("writes the original's lines, levels and files, byte for byte", (test) => {
    const zone = process.env["TZ"];
    process.env["TZ"] = "America/New_York";
    test.after(() => {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    });
    const samples = fc.sample(
      fc.record({
        level: fc.constantFrom(...LEVELS),
        maxbytes: fc.constantFrom(0, 100, 300),
        backups: fc.integer({ min: 0, max: 3 }),
        lines: fc.array(line, { maxLength: 15 }),
        together: fc.boolean(),
      }),
      200,
    );
    const theirs = runOracle(ORACLE, samples);
    const folder = temporaryFolder(test);
    const ours = samples.map(({ level, maxbytes, backups, lines, together }, i) => {
      const own = join(folder, String(i));
      mkdirSync(own);
      let now = 0;
      const log = openActivityLog(options(join(own, "s.log"), { level, maxbytes, backups, now: () => now }));
      const say = () => {
        for (const [ms, at, text] of lines) {
          now = ms;
          assert.equal(log.enabled(at), LEVELS.indexOf(at) <= LEVELS.indexOf(level));
          log[at](text);
        }
      };
      if (together) log.together(say);
      else say();
      log.close();
      return filesIn(own);
    });
    assert.deepEqual(ours, theirs);
  });

  it("has every line on disk before the call returns: none is lost by a crash", (test) => {
    const path = join(temporaryFolder(test), "s.log");
    const script = `
      import { openActivityLog } from ${JSON.stringify(MODULE)};
      const log = openActivityLog(${JSON.stringify(options(path))});
      for (let i = 0; i < 1000; i++) log.info("line " + i);
      process.kill(process.pid, "SIGKILL");
    `;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    assert.equal(run.signal, "SIGKILL");
    const lines = readFileSync(path, "latin1").trimEnd().split("\n");
    assert.equal(lines.length, 1000);
    assert.match(lines[999] ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO line 999$/);
  });

  it("writes what is said together in one go, when it is over, be it by an error (log-together)", (test) => {
    const path = join(temporaryFolder(test), "s.log");
    const log = openActivityLog(options(path));
    const texts = () =>
      [...readFileSync(path, "latin1").matchAll(/ INFO (.{1,20})/g)].map(([, text]) => text);
    const result = log.together(() => {
      log.info("one");
      log.together(() => log.info("two"));
      assert.deepEqual(texts(), []);
      return 7;
    });
    assert.deepEqual([result, texts()], [7, ["one", "two"]]);
    assert.throws(
      () =>
        log.together(() => {
          log.info("three");
          throw new Error("over");
        }),
      /over/,
    );
    log.info("four");
    assert.deepEqual(texts(), ["one", "two", "three", "four"]);
    log.together(() => {
      log.info("five");
      log.reopen();
      assert.equal(texts().at(-1), "five");
      log.info("six");
      log.clear();
      log.info("s".repeat(70_000));
      // Too much to be held back.
      assert.deepEqual(texts(), ["s".repeat(20)]);
      log.info("eight");
      log.close();
    });
    assert.deepEqual(texts(), ["s".repeat(20), "eight"]);
  });

  it("holds nothing back where others may write to the same place", (test) => {
    const path = join(temporaryFolder(test), "s.log");
    const script = `
      import { readFileSync } from "node:fs";
      import { openActivityLog } from ${JSON.stringify(MODULE)};
      const log = openActivityLog(${JSON.stringify(options(path, { stdout: true }))});
      log.together(() => {
        log.info("one");
        log.info("lines: " + readFileSync(${JSON.stringify(path)}, "latin1").split("\\n").length);
      });
    `;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    assert.match(run.stdout.toString(), / INFO one\n.* INFO lines: 2\n$/);
  });

  it("writes to standard output as well, on request", (test) => {
    const path = join(temporaryFolder(test), "s.log");
    const script = `
      import { openActivityLog } from ${JSON.stringify(MODULE)};
      const log = openActivityLog(${JSON.stringify(options(path, { stdout: true, level: "info", maxbytes: 10 }))});
      log.warn("shown"); log.debug("hidden"); log.close();
    `;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    assert.equal(run.stderr.toString(), "");
    assert.match(run.stdout.toString(), /^[-\d]{10} [:\d]{8},\d{3} WARN shown\n$/);
    assert.deepEqual(readFileSync(path, "latin1"), "");
  });

  it("gives syslog one dated record for each line of a message", () => {
    const records: string[] = [];
    const log = openActivityLog({
      ...options(""),
      target: { kind: "syslog" },
      now: () => new Date(2026, 10, 3, 4, 5, 6, 7).getTime(),
      syslog: { send: (record) => records.push(record) > 0 },
    });
    log.together(() => {
      log.info("first\n\nthird\n\n");
      log.warn("fourth");
    });
    assert.deepEqual(records, [
      "2026-11-03 04:05:06,007 INFO first\n",
      "2026-11-03 04:05:06,007 INFO \n",
      "2026-11-03 04:05:06,007 INFO third\n",
      "2026-11-03 04:05:06,007 WARN fourth\n",
    ]);
    assert.equal(log.path, null);
    assert.equal(log.clear(), "missing");
    log.reopen();
    log.close();
  });

  it("follows its path when told to reopen, and says nothing itself", (test) => {
    const folder = temporaryFolder(test);
    const path = join(folder, "s.log");
    const log = openActivityLog(options(path));
    log.info("one");
    renameSync(path, `${path}.old`);
    log.reopen();
    log.info("two");
    assert.equal(log.clear(), "ok");
    assert.equal(readFileSync(path, "latin1"), "");
    log.info("three");
    assert.match(readFileSync(`${path}.old`, "latin1"), / INFO one\n$/);
    log.close();
    log.critical("after the end");
    assert.match(readFileSync(path, "latin1"), /^[^\n]* INFO three\n$/);
  });

  it("survives a reopen while its folder is missing", (test) => {
    const folder = join(temporaryFolder(test), "logs");
    mkdirSync(folder);
    const log = openActivityLog(options(join(folder, "s.log")));
    rmSync(folder, { recursive: true });
    log.reopen();
    log.info("lost");
    assert.equal(existsSync(folder), false);
    mkdirSync(folder);
    log.reopen();
    log.info("kept");
    assert.match(
      readFileSync(join(folder, "s.log"), "latin1"),
      /^[^\n]* INFO kept\n[^\n]* WARN 1 lines before this one could not be written\n$/,
    );
    log.close();
  });

  it("names the file and the reason when it cannot be opened", (test) => {
    const folder = temporaryFolder(test);
    assert.throws(() => openActivityLog(options(folder)), {
      message: `cannot open the activity log '${folder}': EISDIR`,
    });
  });
});
