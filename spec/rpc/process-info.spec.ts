import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shortDate, uptime, wireTime } from "../../lib/rpc/process-info.ts";

/** What Python makes of the same seconds. */
function python(expression: string, values: readonly number[]): string[] {
  const script = `import json,sys,datetime,time\nprint(json.dumps([${expression} for v in json.load(sys.stdin)]))`;
  const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", script], {
    input: JSON.stringify(values),
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout) as string[];
}

describe("uptime", () => {
  it("prints seconds as Python prints a timedelta", () => {
    const seconds = [0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 90_061, 172_799, 172_800, 864_000, 31_536_000];
    const random = fc.sample(fc.integer({ min: 0, max: 40_000_000 }), 500);
    const all = [...seconds, ...random];
    assert.deepEqual(all.map(uptime), python("str(datetime.timedelta(seconds=v))", all));
  });

  it("takes a clock that was set back for no time at all", () => {
    assert.equal(uptime(-5), "0:00:00");
  });
});

describe("the time of a stop", () => {
  it("is printed as Python prints it, in local time", () => {
    const stops = [
      0,
      1_700_000_000,
      1_763_766_600,
      1_763_813_400,
      ...fc.sample(fc.integer({ min: 0, max: 2_000_000_000 }), 500),
    ];
    assert.deepEqual(
      stops.map((stop) => shortDate(stop * 1000)),
      python("datetime.datetime(*time.localtime(v)[:7]).strftime('%b %d %I:%M %p')", stops),
    );
  });
});

describe("a time on the wire", () => {
  it("is whole seconds, and no more than an int can carry", () => {
    assert.equal(wireTime(1_700_000_000_999), 1_700_000_000);
    assert.equal(wireTime(0), 0);
    assert.equal(wireTime(4_000_000_000_000), 2_147_483_647);
  });
});
