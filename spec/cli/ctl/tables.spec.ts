import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { availRow } from "../../../cli/ctl/commands/avail.ts";
import { changeLines } from "../../../cli/ctl/commands/reread.ts";
import { sideBySide } from "../../../cli/ctl/extra/all-contexts.ts";
import { clip } from "../../../cli/ctl/extra/clip.ts";
import { type LiveRow, type SortKey, topLines, watchLines } from "../../../cli/ctl/extra/live-table.ts";
import { planLines } from "../../../cli/ctl/extra/update.ts";
import { CLEARED, outcomeLine, SIGNALLED, STARTED, STOPPED } from "../../../cli/ctl/result-lines.ts";
import { selectProcesses, statusRows } from "../../../cli/ctl/status-table.ts";
import type { ProcessInfo } from "../../../cli/ctl/values.ts";

const info = (group: string, name: string, statename: string, pid = 0): ProcessInfo => ({
  name,
  group,
  start: 0,
  stop: 0,
  now: 0,
  state: statename === "RUNNING" ? 20 : 0,
  statename,
  spawnerr: "",
  exitstatus: 0,
  stdoutLogfile: "",
  stderrLogfile: "",
  pid,
  description: statename === "RUNNING" ? `pid ${pid}, uptime 0:00:01` : "Not started",
});

describe("status table", () => {
  it("is as wide as the longest name shown, 30 at least", () => {
    assert.deepEqual(statusRows([info("a", "a", "RUNNING", 7)]), [
      "a                                RUNNING   pid 7, uptime 0:00:01",
    ]);
    const long = "n".repeat(40);
    assert.deepEqual(statusRows([info(long, long, "STOPPED"), info("g", "p", "STOPPED")]), [
      `${long}   STOPPED   Not started`,
      `g:p${" ".repeat(40)}STOPPED   Not started`,
    ]);
  });
  it("lists what is named, as often as it is named, and tells what is not there", () => {
    const all = [info("g", "a", "RUNNING"), info("g", "b", "STOPPED"), info("c", "c", "STOPPED")];
    const { processes, errors } = selectProcesses(all, ["c", "g:*", "x", "y:*", "c"]);
    assert.deepEqual(
      processes.map((each) => each.name),
      ["c", "a", "b", "c"],
    );
    assert.deepEqual(errors, ["x: ERROR (no such process)", "y: ERROR (no such group)"]);
    assert.equal(selectProcesses(all, ["x", "all"]).processes.length, 3);
  });
  it("takes nobody for everybody only where nothing is typed", () => {
    const all = [info("g", "a", "RUNNING"), info("all", "all", "STOPPED")];
    const chosen = (...words: string[]) => {
      const { processes, errors } = selectProcesses(all, words);
      return [processes.map((each) => each.name).join(), ...errors];
    };
    assert.deepEqual(chosen(), ["a,all"]);
    assert.deepEqual(chosen("g:*", "!a"), ["", "g:* !a: ERROR (no such process)"]);
    assert.deepEqual(chosen("!*"), ["", "!*: ERROR (no such process)"]);
    // A process of that name, named by a pattern, is not the word.
    assert.deepEqual(chosen("al*"), ["all"]);
  });
});

describe("outcomes", () => {
  const line = (status: number, wording = STARTED): string =>
    outcomeLine({ name: "n", status, description: "the fault's text" }, wording);
  it("are worded as the original words them", () => {
    assert.equal(line(80), "n: started");
    assert.equal(line(21), "n: ERROR (file is not executable)");
    assert.equal(line(80, STOPPED), "n: stopped");
    assert.equal(line(30, STOPPED), "the fault's text");
    assert.equal(line(11, SIGNALLED), "n: ERROR (bad signal name)");
    assert.equal(line(30, CLEARED), "n: ERROR (failed)");
  });
  it("that no command expects are an error", () => {
    assert.throws(() => line(6), /^ClientError: Unknown result code 6 for n$/);
  });
});

describe("other tables", () => {
  it("avail", () => {
    const all = new Map();
    const row = {
      name: "p",
      group: "g",
      inuse: true,
      autostart: false,
      groupPriority: 999,
      processPriority: 1,
      all,
    };
    assert.equal(availRow(row), `g:p${" ".repeat(29)} in use    manual    999:1`);
  });
  it("reread", () => {
    assert.deepEqual(changeLines({ added: ["b"], changed: ["a"], removed: ["Z"] }), [
      "Z: disappeared",
      "a: changed",
      "b: available",
    ]);
    assert.deepEqual(changeLines({ added: [], changed: [], removed: [] }), [
      "No config updates to processes",
    ]);
  });
  it("update --dry-run", () => {
    const change = {
      group: "g",
      change: "changed",
      process: "p",
      option: "command",
      before: "a",
      after: "b",
    };
    const added = { group: "h", change: "added", process: "", option: "", before: "", after: "" };
    assert.deepEqual(planLines([change, { ...change, option: "umask", before: "" }, added]), [
      "g: changed",
      "  p command: a -> b",
      "  p umask: (none) -> b",
      "h: added",
    ]);
    assert.deepEqual(planLines([]), ["No config updates to processes"]);
  });
  const live = (name: string, cpu: number, rss: number): LiveRow => ({
    info: { ...info(name, name, "RUNNING", 5), start: 100, now: 100 + 90_061 },
    name,
    figures: { pid: 5, restarts: 3, usage: { cpu, rss, children: 1 } },
    share: cpu / 100,
  });
  const atRest: LiveRow = {
    info: info("c", "c", "STOPPED"),
    name: "c",
    figures: { pid: 0, restarts: 2, usage: undefined },
    share: undefined,
  };
  it("top, by what is asked for, with - for what there is none of", () => {
    const rows = [live("a", 1, 3 << 20), live("b", 2, 2 << 20), atRest];
    const names = (key: SortKey): string =>
      topLines(rows, key)
        .slice(1)
        .map((line) => line.charAt(0))
        .join("");
    assert.equal(names("cpu"), "bac");
    assert.equal(names("mem"), "abc");
    assert.equal(names("name"), "abc");
    const [heading, a, , c] = topLines(rows, "name");
    assert.match(heading ?? "", /^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS +TIME +CHILDREN$/);
    assert.match(a ?? "", /^a +RUNNING +5 +1d 1:01:01 +1\.0% +3\.0M +3 +0:00:01 +1$/);
    assert.match(c ?? "", /^c +STOPPED +- +- +- +- +2 +- +-$/);
  });
  it("status --watch, with blanks for what the daemon does not tell", () => {
    const stock = { ...live("a", 1, 1), figures: undefined, share: undefined };
    assert.deepEqual(watchLines([live("a", 1, 3 << 20), atRest, stock]), [
      "NAME                 STATE        PID     UPTIME    CPU  MEMORY RESTARTS",
      "a                    RUNNING        5 1d 1:01:01   1.0%    3.0M        3",
      "c                    STOPPED        -          -      -       -        2  Not started",
      "a                    RUNNING        5 1d 1:01:01                        ",
    ]);
  });
  it("live tables shorten names before figures", () => {
    const long = live("a-name-that-is-longer-than-most", 1, 1);
    const [heading = "", row = ""] = watchLines([long], { width: 66 });
    assert.equal(heading.length, 66);
    assert.match(row, /^a-name-that-i… RUNNING .* 3$/);
    assert.equal(row.length, 66);
    assert.match(watchLines([long], { width: 20 })[1] ?? "", /^a-name-… RUNNING /);
    assert.ok(watchLines([long])[1]?.startsWith(`${long.name} RUNNING `));
  });
  it("status --all-contexts", () => {
    const lines = sideBySide([
      { name: "prod", processes: [info("a", "a", "RUNNING"), info("b", "b", "STOPPED")] },
      { name: "test", processes: [info("b", "b", "RUNNING")] },
      { name: "gone", error: "no answer in 5 s" },
    ]);
    assert.deepEqual(lines, [
      "      prod      test",
      "a     RUNNING   -",
      "b     STOPPED   RUNNING",
      "gone: ERROR (no answer in 5 s)",
    ]);
  });
  it("lines are cut to the terminal, colours ended", () => {
    assert.equal(clip("abcdef", 3), "abc");
    assert.equal(clip("a\x1b[31mbcdef", 3), "a\x1b[31mbc\x1b[0m");
    assert.equal(clip("\x1b[31mab\x1b[0m", 5), "\x1b[31mab\x1b[0m");
  });
});
