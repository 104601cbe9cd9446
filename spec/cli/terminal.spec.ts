/** Our supervisorctl in a real terminal. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { ownCtl } from "../support/ctl-client.ts";
import { Terminal, type TerminalOptions } from "../support/ctl-terminal.ts";
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

const config = [
  head({ ctl: "history_file=@DIR@/history\nprompt=there" }),
  byHand("cat"),
  program("talk", "/bin/sh -c 'while read l; do echo out:$l; echo err:$l >&2; done'", { startsecs: 0 }),
  program("tick", "/bin/sh -c 'while :; do echo tock; sleep 0.2; done'", { startsecs: 0 }),
  byHand("slow", { startsecs: 8 }),
  byHand("one"),
  byHand("two"),
  section("group", "both", { programs: "one,two" }),
].join("\n");

describe("supervisorctl in a terminal", () => {
  let daemon: Daemon;
  let own = "";
  let terminal: Terminal | undefined;
  before(async () => {
    own = await ownCtl();
    daemon = await Daemon.start(OURS, { config });
    await daemon.reach({ talk: "RUNNING", tick: "RUNNING" });
  });
  after(() => daemon?.destroy());
  afterEach(() => terminal?.close());

  const open = (words: readonly string[] = [], options: TerminalOptions = {}): Terminal => {
    terminal = new Terminal([own, "-c", `${daemon.dir}/s.conf`, ...words], options);
    return terminal;
  };

  it("shows the status, runs commands and ends at Ctrl-D with 0", async () => {
    const shell = open();
    await shell.shows(/^tick +RUNNING[\s\S]*^there> $/m);
    shell.line("pid nothing");
    await shell.shows(/^No such process nothing\nthere> $/m);
    shell.press("C-d");
    await shell.shows(/^exit: 0$/m);
  });

  it("ends at Ctrl-C with 0", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.type("half a line");
    shell.press("C-c");
    await shell.shows(/^exit: 0$/m);
  });

  it("completes commands, groups and processes", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.type("vers");
    shell.press("Tab");
    await shell.shows(/^there> version $/m);
    shell.press("C-u");
    shell.type("status both:o");
    shell.press("Tab");
    await shell.shows(/^there> status both:one $/m);
    shell.press("C-u");
    shell.type("start both:");
    shell.press("Tab", "Tab");
    await shell.shows(/both:\* +both:one +both:two/);
    shell.press("C-u");
    shell.type("remove b");
    shell.press("Tab");
    await shell.shows(/^there> remove both $/m);
  });

  it("completes where the Tab comes along with other keys", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.type("vers\t");
    await shell.shows(/^there> version $/m);
    shell.press("C-u");
    shell.type("pi\ttal\tti\t\n");
    await shell.shows(/^there> pid talk tick \n\d+\n\d+\nthere> $/m);
    shell.type("start both:\t\t");
    await shell.shows(/both:\* +both:one +both:two/);
  });

  it("cuts and puts back in readline's order", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.type("pid one two-three  four\x17\x17");
    await shell.shows(/^there> pid one $/m);
    shell.type("x\x17\x19");
    await shell.shows(/^there> pid one x$/m);
    shell.type("\x1by");
    await shell.shows(/^there> pid one two-three {2}four$/m);
    shell.type("\x1b\x7f\x1b\x7f\x19\x19");
    await shell.shows(/^there> pid one two-three {2}fourthree {2}four$/m);
    shell.type("\x15");
    await shell.shows(/^there> $/m);
    shell.type("\x19\x01\x1bd\x0b\x19");
    await shell.shows(/^there> pid one two-three {2}fourthree {2}four$/m);
  });

  it("searches its history backwards (line-keys)", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    for (const line of ["pid alpha", "pid alphabet", "pid beta"]) {
      shell.line(line);
      await shell.shows(new RegExp(`^No such process ${line.slice(4)}\\nthere> $`, "m"));
    }
    shell.type("half");
    shell.press("C-r");
    await shell.shows(/^\(reverse-i-search\)`': half$/m);
    shell.type("alp");
    await shell.shows(/^\(reverse-i-search\)`alp': pid alphabet$/m);
    shell.press("C-r");
    await shell.shows(/^\(reverse-i-search\)`alp': pid alpha$/m);
    shell.press("C-r");
    await shell.shows(/^\(failed reverse-i-search\)`alp': pid alpha$/m);
    shell.press("C-g");
    await shell.shows(/^there> half$/m);
    shell.press("C-r");
    shell.type("betx");
    await shell.shows(/^\(failed reverse-i-search\)`betx': pid beta$/m);
    shell.press("BSpace");
    await shell.shows(/^\(reverse-i-search\)`bet': pid beta$/m);
    shell.press("C-c");
    await shell.shows(/^there> half$/m);
    shell.press("C-r");
    shell.type("alphab\n");
    await shell.shows(/^there> pid alphabet\nNo such process alphabet\nthere> $/m);
    shell.press("C-r");
    shell.type("pid al");
    await shell.shows(/^\(reverse-i-search\)`pid al': pid alphabet$/m);
    shell.press("C-a");
    await shell.shows(/^there> pid alphabet$/m);
  });

  it("keeps its history from one session to the next", async () => {
    const first = open();
    await first.shows(/^there> $/m);
    first.line("version");
    await first.shows(/^4\.\d\.\d/m);
    first.line("quit");
    await first.shows(/^exit: 0$/m);
    first.close();
    assert.match(daemon.read("history") ?? "", /^version\nquit\n/m);
    const second = open();
    await second.shows(/^there> $/m);
    second.press("Up", "Up", "Enter");
    await second.shows(/^there> version\n4\.\d\.\d/m);
  });

  it("runs lines that were pasted together one after the other", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.type("pid first\npid second\npid third\n");
    await shell.shows(/first[\s\S]*No such process second[\s\S]*No such process third/);
  });

  it("follows a log until Ctrl-C, and is back at its prompt", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    // What it shows of the past is to fit on the screen.
    await daemon.rpc("supervisor.clearProcessLogs", "tick");
    shell.line("tail -f tick");
    await shell.shows(/==> Press Ctrl-C to exit <==\n(tock\n)+/);
    shell.press("C-c");
    await shell.shows(/tock\n\^C\n(?:tock\n)*there> $/m);
    shell.line("maintail -f");
    await shell.shows(/spawned: 'tick'/);
    shell.press("C-c");
    await shell.shows(/\^C\n[\s\S]*there> $/m);
    shell.line("quit");
    await shell.shows(/^exit: 0$/m);
  });

  it("puts a program in the foreground, with its input and both its outputs", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.line("fg talk");
    await shell.shows(/Press Ctrl-C/);
    shell.line("hello");
    await shell.shows(/out:hello/);
    await shell.shows(/err:hello/);
    shell.press("C-c");
    await shell.shows(/Exiting foreground\nthere> $/m);
    shell.line("version");
    await shell.shows(/^4\.\d\.\d\nthere> $/m);
  });

  it("leaves the foreground at Ctrl-D, from the command line too, and ends", async () => {
    const foreground = open(["fg", "talk"]);
    await foreground.shows(/Press Ctrl-C/);
    foreground.line("again");
    await foreground.shows(/out:again/);
    foreground.press("C-d");
    await foreground.shows(/Exiting foreground\nexit: 0$/m);
  });

  it("asks before a shutdown, and takes no for no", async () => {
    const shell = open();
    await shell.shows(/^there> $/m);
    shell.line("shutdown");
    await shell.shows(/down y\/N\? $/m);
    shell.line("n");
    await shell.shows(/y\/N\? n\nthere> $/m);
    assert.equal((await daemon.states())["tick"], "RUNNING");
  });

  it("stays in the shell behind -i and a command (interactive-command)", async () => {
    const shell = open(["-i", "pid", "nothing"]);
    await shell.shows(/^No such process nothing\nthere> $/m);
    shell.press("C-d");
    await shell.shows(/^exit: 0$/m);
  });

  it("colours states, but not under NO_COLOR", async () => {
    const green = open(["status", "tick"]);
    assert.ok((await green.shows(/exit: 0/, true)).includes("\x1b[32mRUNNING"));
    green.close();
    const plain = open(["status", "tick"], { env: { NO_COLOR: "1" } });
    const screen = await plain.shows(/exit: 0/, true);
    assert.ok(screen.includes("RUNNING") && !screen.includes("\x1b[32m"), screen);
  });

  it("tells which word may have been meant (advice)", async () => {
    const command = open(["stauts"]);
    await command.shows(/^\*\*\* Unknown syntax: stauts\nDid you mean status\?\nexit: 1$/m);
    command.close();
    const name = open(["start", "tikc"]);
    await name.shows(/^tikc: ERROR \(no such process\)\nDid you mean tick\?\nexit: 1$/m);
    name.close();
    const flag = open(["status", "--jsno"]);
    await flag.shows(/^Error: there is no option --jsno; did you mean --json\?\nexit: 2$/m);
  });

  it("tells which option or context may have been meant", async () => {
    const option = open(["--serverul", "unix:///x", "status"]);
    await option.shows(/^Error: option --serverul not recognized\n.*\nDid you mean --serverurl\?\nexit: 2$/m);
    option.close();
    const env = { XDG_CONFIG_HOME: `${daemon.dir}/xdg` };
    const add = open(["context", "add", "prod", "unix:///x"], { env });
    await add.shows(/^prod: added context\nexit: 0$/m);
    add.close();
    const context = open(["--context", "pord", "status"], { env });
    await context.shows(/^Error: no such context: pord\n.*\nDid you mean prod\?\nexit: 2$/m);
    context.close();
    const use = open(["context", "use", "pord"], { env });
    await use.shows(/^ERROR: no such context: pord\nDid you mean prod\?\nexit: 1$/m);
  });

  it("gives advice below an error", async () => {
    const update = open(["-s", "unix:///nothing/here.sock", "update"]);
    await update.shows(/^error: <class 'FileNotFoundError'>, \[Errno 2\] .*\n.*supervisord/m);
  });

  it("shows a sign of life while a command takes its time, and takes it away", async () => {
    const slow = open(["start", "slow"]);
    await slow.shows(/^. start \d s/m);
    const after = await slow.shows(/^exit: 0$/m);
    assert.match(after, /^slow: started\nexit: 0$/m);
  });

  it("keeps a table fresh, and gives the screen back", async () => {
    const watch = open(["status", "cat", "--watch", "--interval", "0.2"]);
    await watch.shows(
      /^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS\ncat +STOPPED +- +- +- +- +0 +Not started$/m,
    );
    await daemon.rpc("supervisor.startProcess", "cat");
    await watch.shows(/^cat +RUNNING +\d+ +0:00:\d\d +\d+\.\d% +\d+\.\dM +0 *$/m);
    await daemon.rpc("supervisor.stopProcess", "cat");
    await watch.shows(/^cat +STOPPED/m);
    watch.type("q");
    const left = await watch.shows(/^exit: 0$/m);
    assert.ok(!left.includes("STOPPED"), left);
  });

  it("shows who uses what, sorted by the key that was pressed", async () => {
    const top = open(["top", "--interval", "0.3"]);
    await top.shows(/^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS +TIME +CHILDREN\n/);
    top.type("n");
    await top.shows(/^both:one .*\nboth:two .*\ncat .*\n/m);
    top.press("C-c");
    await top.shows(/^exit: 0$/m);
  });

  it("asks for a context's password, unseen", async () => {
    const env = { XDG_CONFIG_HOME: `${daemon.dir}/xdg` };
    const asked = open(["context", "add", "far", "http://127.0.0.1:1", "--password", "-"], { env });
    await asked.shows(/^Password:$/m);
    asked.line("sesame");
    const screen = await asked.shows(/^far: added context\nexit: 0$/m);
    assert.ok(!screen.includes("sesame"), screen);
    assert.match(daemon.read("xdg/supervisorctl/contexts.ini") ?? "", /^password=sesame$/m);
  });

  it("keeps figures on a narrow screen", async () => {
    const top = open(["top", "--interval", "0.3", "both:*"], { columns: 76 });
    await top.shows(/^NAME +STATE .* TIME CHILDREN\nboth:o.* 0 +- +-\n/);
    top.type("q");
    await top.shows(/^exit: 0$/m);
  });

  it("follows several programs in colour", async () => {
    const tail = open(["tail", "-f", "tick", "talk"]);
    await tail.shows(/^\S*tick\S* \| tock$/m, true);
    assert.ok(tail.screen(true).includes("\x1b[36mtick"));
    tail.press("C-c");
    await tail.shows(/exit: 0/);
  });
});

describe("supervisorctl in a terminal, before a locked door", () => {
  it("asks for name and password, the latter unseen", async () => {
    const own = await ownCtl();
    const daemon = await Daemon.start(OURS, {
      config: [
        head({ unix: "username=joe\npassword=sesame", inet: "username=joe\npassword=sesame" }),
        byHand("cat"),
      ].join("\n"),
    });
    const shell = new Terminal([own, "-c", `${daemon.dir}/s.conf`]);
    try {
      await shell.shows(/^Server requires authentication\nUsername:$/m);
      shell.line("joe");
      await shell.shows(/Password:$/m);
      shell.line("sesame");
      const screen = await shell.shows(/^cat +STOPPED[\s\S]*supervisor> $/m);
      assert.ok(!screen.includes("sesame"), screen);
      shell.line("pid cat");
      await shell.shows(/^0\nsupervisor> $/m);
    } finally {
      shell.close();
      await daemon.destroy();
    }
  });
});
