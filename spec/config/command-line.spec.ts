import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { parseClientCommandLine, readClientConfig } from "../../lib/config/client.ts";
import { DAEMON_SWITCHES, parseDaemonCommandLine } from "../../lib/config/command-line.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { Dice } from "../support/config-oracle.ts";

const cases = new Cases();
after(() => cases.remove());

const FILES = {
  "sv.conf":
    "[supervisord]\nuser=root\nloglevel=debug\nlogfile=file.log\nnodaemon=true\nminfds=99\n[supervisorctl]\nserverurl=unix://%(here)s/s.sock\nusername=fu\npassword=fp\nprompt=fprompt\nhistory_file=%(here)s/h\n[ctlplugin:p]\nsupervisor.ctl_factory=a.b:c\nx=%(ENV_USER)s\n",
  "other.conf": "[supervisord]\n[supervisorctl]\n",
  "broken.conf": "[supervisord]\nuser=nosuchuser\n",
};

const DAEMON_WORDS = [
  "-c",
  "sv.conf",
  "-csv.conf",
  "-c/nosuch",
  "--configuration=sv.conf",
  "--conf",
  "other.conf",
  "-n",
  "-nk",
  "-ns",
  "--nodaemon",
  "--nodaemon=1",
  "--nod",
  "--no",
  "--n",
  "-s",
  "--silent",
  "-u",
  "-uroot",
  "root",
  "nosuchuser",
  "--user=0",
  "--user=",
  "-m",
  "-m022",
  "--umask=9",
  "077",
  "-d",
  "-d/tmp",
  "--directory=/nosuch",
  "-l",
  "-lx.log",
  "-l/nosuch/x",
  "--logfile=syslog",
  "--logfile=",
  "-y5MB",
  "-y1K",
  "--logfile_m=7",
  "--logfile",
  "-z3",
  "-zx",
  "--logfile_backups=-1",
  "-einfo",
  "-eWARN",
  "-efoo",
  "--loglevel=trace",
  "-jp.pid",
  "--pidfile=/nosuch/p",
  "-iid",
  "--identifier=a b",
  "-q/tmp",
  "-q/nosuch",
  "-k",
  "--nocleanup",
  "-a5",
  "-ax",
  "--minfds=1_0",
  "--min",
  "--minprocs=7",
  "--minprocs",
  "-t",
  "--strip_ansi",
  "--profile_options=calls,callers",
  "-h",
  "--help",
  "-?",
  "-v",
  "--version",
  "--ver",
  "-x",
  "--foo",
  "--foo=1",
  "--",
  "-",
  "",
  "extra",
  "-:",
  "--=x",
  "\u00e9",
  "-\u00e9",
];
const CLIENT_WORDS = [
  "-c",
  "sv.conf",
  "-csv.conf",
  "--configuration=other.conf",
  "-c/nosuch",
  "-cbroken.conf",
  "-h",
  "--help",
  "-?",
  "-i",
  "--interactive",
  "--int",
  "--interactive=1",
  "-s",
  "-shttp://x:1",
  "-sx",
  "--serverurl=unix:///s",
  "--serverurl=",
  "-uname",
  "--username=",
  "-ppass",
  "--password=p w",
  "--history-file",
  "-v",
  "status",
  "tail",
  "-f",
  "x:y",
  "--",
  "-",
  "",
];

function randomLines(
  dice: Dice,
  words: readonly string[],
  count: number,
  start: readonly string[],
): string[][] {
  return Array.from({ length: count }, () => {
    const lead = dice.chance(60) ? [...start] : [];
    return lead.concat(Array.from({ length: 1 + dice.below(4) }, () => dice.pick(words)));
  });
}

describe("the command line of supervisord", () => {
  it("reads 900 random ones as the original does, down to what they make of the file", () => {
    const lines = randomLines(new Dice(31), DAEMON_WORDS, 900, ["-c", "sv.conf"]);
    const { good, bad } = cases.compareAll(
      "config",
      lines.map((argv) => makeCase(FILES, argv)),
    );
    assert.ok(good > 60 && bad > 400, `${good} good, ${bad} bad`);
  });

  it("reads each option alone as the original does, with and without a value", () => {
    const lines = DAEMON_SWITCHES.flatMap(({ short, long }) =>
      [`--${long}`, ...(short === "" ? [] : [`-${short}`])].flatMap((option) =>
        [
          [option],
          [option, "1"],
          [option, "/tmp"],
          [`${option}=`],
          [`${option}info`],
          [option, "", option, ""],
        ].map((words) => ["-c", "sv.conf", ...words]),
      ),
    );
    const { good, bad } = cases.compareAll(
      "config",
      lines.map((argv) => makeCase(FILES, argv)),
    );
    assert.ok(good > 30 && bad > 60, `${good} good, ${bad} bad`);
  });

  it("names every option in its help, and prints the version that is served", () => {
    const host = cases.host("/");
    const help = parseDaemonCommandLine(host, ["-h"]);
    assert.ok(help.kind === "help");
    for (const { short, long } of DAEMON_SWITCHES)
      assert.match(help.text, new RegExp(`${short === "" ? "" : `-${short}, `}--${long}\\b`));
    assert.deepEqual(parseDaemonCommandLine(host, ["-v"]), { kind: "version", text: "4.3.0\n" });
  });
});

describe("the command line of supervisorctl", () => {
  it("reads 600 random ones as the original does, down to what they make of the file", () => {
    const lines = randomLines(new Dice(32), CLIENT_WORDS, 600, ["-c", "sv.conf"]);
    const { good, bad } = cases.compareAll(
      "client",
      lines.map((argv) => makeCase(FILES, argv)),
    );
    assert.ok(good > 150 && bad > 150, `${good} good, ${bad} bad`);
  });

  it("reads the section as the original does", () => {
    const section = (text: string) => makeCase(`[supervisorctl]\n${text}`, ["-c", "sv.conf", "status"]);
    const texts = [
      "",
      "serverurl=unix://~/x/../s.sock\n",
      "serverurl=rubbish\n",
      "serverurl=%(here)s\n",
      "serverurl=%\n",
      "history_file=~/h\n",
      "history_file=\n",
      "prompt=%(here)s\n",
      "username=%(ENV_USER)s\npassword=100%%\n",
      "password=100%\n",
      "[ctlplugin:x]\n",
      "[ctlplugin:x]\nsupervisor.ctl_factory=a:b\nk=%(here)s\n",
      "[include]\nfiles=nothing\n",
    ];
    cases.compareAll(
      "client",
      texts.map(section).concat(makeCase("[supervisord]\n"), makeCase({}, ["status"])),
    );
  });

  it("refuses a malformed file with a message, where the original dies of it (ctl-malformed)", () => {
    const host = cases.host(cases.place(makeCase("k=v\n")));
    const invocation = parseClientCommandLine(host, ["-c", "sv.conf"]);
    assert.ok(invocation.kind === "run");
    assert.throws(() => readClientConfig(host, invocation.commandLine), {
      name: "ConfigError",
      message: "File contains no section headers.\nfile: 'sv.conf', line: 1\n'k=v\\n'",
    });
  });

  it("heeds -r, which the original takes and forgets", () => {
    const host = cases.host(cases.place(makeCase(FILES)));
    const invocation = parseClientCommandLine(host, ["-c", "sv.conf", "-r", "~/mine"]);
    assert.ok(invocation.kind === "run");
    assert.equal(readClientConfig(host, invocation.commandLine).historyFile, "/root/mine");
  });

  it("has help of its own (own-words)", () => {
    const help = parseClientCommandLine(cases.host("/"), ["--help"]);
    assert.ok(help.kind === "help");
    assert.match(help.text, /-r, --history_file FILE/);
  });
});
