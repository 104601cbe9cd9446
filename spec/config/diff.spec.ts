import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { diffGroups, diffOptions } from "../../lib/config/diff.ts";
import { loadConfig } from "../../lib/config/load.ts";
import type { GroupSpec } from "../../lib/model/spec.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { askOracle, Dice } from "../support/config-oracle.ts";

const cases = new Cases();
after(() => cases.remove());

function groupsOf(cwd: string): readonly GroupSpec[] {
  return loadConfig(cases.host(cwd), { ...NO_COMMAND_LINE, configuration: "sv.conf" }).groups;
}
const groups = (text: string): readonly GroupSpec[] =>
  groupsOf(cases.place(makeCase(`[supervisord]\n${text}`)));
const names = (list: readonly GroupSpec[]): string[] => list.map((group) => group.name);
const summary = (before: readonly GroupSpec[], after: readonly GroupSpec[]) => {
  const { added, changed, removed } = diffGroups(before, after);
  return { added: names(added), changed: names(changed), removed: names(removed) };
};

/** Every option that makes a process another, with two values each. */
const CHANGES: readonly (readonly [string, string])[] = [
  ["command=x", "command=y"],
  ["priority=1", "priority=2"],
  ["directory=/a", "directory=/b"],
  ["umask=022", "umask=027"],
  ["autostart=true", "autostart=false"],
  ["autorestart=true", "autorestart=unexpected"],
  ["startsecs=1", "startsecs=2"],
  ["startretries=1", "startretries=-1"],
  ["user=root", "user=nobody"],
  ["stdout_logfile=/tmp/a", "stdout_logfile=/tmp/b"],
  ["stdout_logfile=AUTO", "stdout_logfile=/tmp/b"],
  ["stdout_logfile=/tmp/a", "stdout_logfile=AUTO"],
  ["stdout_logfile=NONE", "stdout_logfile=AUTO"],
  ["stderr_logfile=AUTO", "stderr_logfile=NONE"],
  ["stdout_logfile_maxbytes=1MB", "stdout_logfile_maxbytes=1024KB"],
  ["stderr_logfile_backups=1", "stderr_logfile_backups=2"],
  ["stdout_capture_maxbytes=1", "stdout_capture_maxbytes=2"],
  ["stderr_events_enabled=true", "stderr_events_enabled=false"],
  ["stdout_syslog=true", "stdout_syslog=false"],
  ["stopsignal=TERM", "stopsignal=15"],
  ["stopsignal=TERM", "stopsignal=QUIT"],
  ["stopwaitsecs=1", "stopwaitsecs=2"],
  ["stopasgroup=true", "stopasgroup=false"],
  ["killasgroup=true", "killasgroup=false"],
  ["exitcodes=0,1", "exitcodes=1,0"],
  ["redirect_stderr=true", "redirect_stderr=false"],
  ["environment=A=1,B=2", "environment=B=2,A=1"],
  ["environment=A=1", "environment=A=2"],
  ["serverurl=AUTO", "serverurl="],
  ["serverurl=http://x:1", "serverurl=AUTO"],
  ["numprocs=2\nprocess_name=%(process_num)s", "numprocs=3\nprocess_name=%(process_num)s"],
  ["process_name=a", "process_name=b"],
  ["comment=a", "comment=b"],
];

describe("what changed between two readings", () => {
  it("is what the original finds, option by option, either way round", () => {
    const program = (line: string) => `[program:p]\ncommand=base\n${line}\n`;
    const texts = CHANGES.flatMap(([a, b]) => [
      [program(a), program(b)],
      [program(b), program(a)],
    ]);
    const listener = (line: string) => `[eventlistener:p]\ncommand=x\nevents=EVENT\n${line}\n`;
    const fcgi = (line: string) => `[fcgi-program:p]\ncommand=x\nsocket=tcp://a:1\n${line}\n`;
    const two = (line: string) =>
      `[program:a]\ncommand=x\n[program:b]\ncommand=y\n[group:p]\nprograms=a,b\n${line}\n`;
    for (const [make, a, b] of [
      [listener, "buffer_size=1", "buffer_size=2"],
      [listener, "events=TICK", "events=EVENT"],
      [listener, "priority=1", "priority=2"],
      [listener, "result_handler=a:b", "result_handler=a:c"],
      [fcgi, "socket=tcp://A:1", "socket=tcp://a:1"],
      [fcgi, "socket=tcp://a:2", ""],
      [fcgi, "socket=unix:///x\nsocket_mode=0600", "socket=unix:///x\nsocket_mode=0700"],
      [fcgi, "socket_backlog=1", "socket_backlog=2"],
      [two, "programs=b,a", ""],
      [two, "priority=1", ""],
      [two, "programs=a", ""],
    ] as const)
      texts.push([make(a), make(b)], [make(b), make(a)]);
    const kinds = [program(""), listener(""), fcgi(""), two(""), "", "[program:q]\ncommand=x\n"];
    for (const a of kinds) for (const b of kinds) texts.push([a, b]);
    // The same program with the daemon's environment changed.
    texts.push([`environment=A=1\n${program("")}`, `environment=A=2\n${program("")}`]);

    const placed = texts.map((pair) => pair.map((text) => cases.place(makeCase(`[supervisord]\n${text}`))));
    const answers = askOracle(
      placed.map((pair) => ({
        op: "same",
        cwd: "/",
        env: {},
        paths: pair.map((cwd) => join(cwd, "sv.conf")),
      })),
    );
    let changed = 0;
    for (const [at, [before = "", after = ""]] of placed.entries()) {
      const mine = summary(groupsOf(before), groupsOf(after));
      assert.deepEqual(mine, answers[at]?.ok, texts[at]?.join("\n---\n"));
      changed += mine.changed.length;
    }
    assert.ok(changed > 60, String(changed));
  });

  it("finds added, changed and removed groups as the original does in 150 random pairs", () => {
    const dice = new Dice(41);
    const text = () =>
      ["a", "b", "c", "d"]
        .filter(() => dice.chance(70))
        .map(
          (name) =>
            `[program:${name}]\ncommand=${dice.pick(["x", "y"])}\npriority=${dice.pick(["1", "2"])}\n`,
        )
        .join("");
    const placed = Array.from({ length: 150 }, () =>
      [0, 1].map(() => cases.place(makeCase(`[supervisord]\n${text()}`))),
    );
    const answers = askOracle(
      placed.map((pair) => ({
        op: "same",
        cwd: "/",
        env: {},
        paths: pair.map((cwd) => join(cwd, "sv.conf")),
      })),
    );
    for (const [at, [before = "", after = ""]] of placed.entries()) {
      assert.deepEqual(summary(groupsOf(before), groupsOf(after)), answers[at]?.ok);
    }
  });

  it("takes the first of two groups of one name, where the original reports the second as changed for ever (same-group-twice)", () => {
    const twice = groups(
      "[program:p]\ncommand=x\npriority=1\n[program:q]\ncommand=y\n[group:p]\nprograms=q\npriority=5\n",
    );
    assert.deepEqual(names(twice), ["p", "p"]);
    assert.deepEqual(summary([], twice), { added: ["p"], changed: [], removed: [] });
    assert.deepEqual(summary(twice.slice(0, 1), twice), { added: [], changed: [], removed: [] });
  });

  it("does not heed the order of events, where in the original chance decides (event-order)", () => {
    const listener = (events: string) => groups(`[eventlistener:p]\ncommand=x\nevents=${events}\n`);
    assert.deepEqual(summary(listener("TICK,EVENT"), listener("EVENT,TICK")).changed, []);
  });

  it("sees a FastCGI program in a group change its socket (fcgi-in-group)", () => {
    const at = (socket: string) =>
      groups(`[group:g]\nprograms=f\n[fcgi-program:f]\ncommand=x\nsocket=${socket}\n`);
    assert.deepEqual(summary(at("tcp://a:1"), at("tcp://a:2")), { added: [], changed: ["g"], removed: [] });
  });

  it("names each option with its old and its new value", () => {
    const [before] = groups("[program:p]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)s\numask=022\n");
    const [after] = groups(
      "[program:p]\ncommand=x\nnumprocs=2\nnumprocs_start=1\nprocess_name=%(process_num)s\nstopsignal=QUIT\nenvironment=A=1\npriority=5\n",
    );
    assert.ok(before && after);
    const process = { subject: "p:1" };
    assert.deepEqual(diffOptions(before, after), [
      { subject: "p", option: "priority", before: "999", after: "5" },
      { ...process, option: "umask", before: "022", after: null },
      { ...process, option: "priority", before: "999", after: "5" },
      { ...process, option: "stopsignal", before: "15", after: "3" },
      { ...process, option: "environment", before: "", after: 'A="1"' },
      { subject: "p:2", option: "process", before: null, after: "x" },
      { subject: "p:0", option: "process", before: "x", after: null },
    ]);
    assert.deepEqual(diffOptions(before, before), []);
  });
});
