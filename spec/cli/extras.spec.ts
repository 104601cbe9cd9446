/** What our supervisorctl has beyond the original's, against a daemon. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { type CtlOptions, type CtlRun, ownCtl, runCtl } from "../support/ctl-client.ts";
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { ORACLE, OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";

const stay = { startsecs: 0, stopwaitsecs: 1 };

const config = [
  head(),
  program("told", "/bin/sh -c 'seq -f line-%%.0f 1 3000; exec cat'", stay),
  program("stamped", "@PROGRAMS@/tell-and-stay.sh", { ...stay, autostart: false }),
  program("w", "/bin/cat", { ...stay, process_name: "%(program_name)s_%(process_num)02d", numprocs: 3 }),
  byHand("cron"),
  byHand("cronjob"),
  program("broken", "@DIR@/nothing-here", { autostart: false }),
  byHand("one"),
  section("group", "some", { programs: "one" }),
].join("\n");

interface Process {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
}

describe("our supervisorctl's own ways", () => {
  let daemon: Daemon;
  let own = "";
  before(async () => {
    own = await ownCtl();
    daemon = await Daemon.start(OURS, { config });
    await daemon.reach({ told: "RUNNING", "w:w_02": "RUNNING" });
    await daemon.reachFile("told.out", /^line-3000$/m);
  });
  after(() => daemon?.destroy());

  const ctl = (line: string, options: CtlOptions = {}): Promise<CtlRun> =>
    runCtl(own, ["-c", `${daemon.dir}/s.conf`, ...line.split(" ")], {
      cwd: daemon.dir,
      ...options,
      env: { XDG_CONFIG_HOME: `${daemon.dir}/xdg`, ...options.env },
    });

  it("status --json is one document, with the exit status of status (more-words)", async () => {
    const run = await ctl("status --json w:w_00 cron nothing");
    assert.equal(run.code, 3);
    assert.equal(run.stderr, "");
    const document = JSON.parse(run.stdout) as { processes: Process[]; errors: string[] };
    assert.deepEqual(document.errors, ["nothing: ERROR (no such process)"]);
    assert.deepEqual(Object.keys(document.processes[0] ?? {}), [
      ...["name", "group", "process", "state", "statecode", "description", "pid", "start", "stop", "now"],
      ...["uptime", "exitstatus", "spawnerr", "stdout_logfile", "stderr_logfile"],
    ]);
    const [w, cron] = document.processes;
    assert.equal(w?.name, "w:w_00");
    assert.equal(typeof w?.pid, "number");
    assert.deepEqual([cron?.state, cron?.pid], ["STOPPED", null]);
    assert.equal((await ctl("status w:* --json")).code, 0);
    assert.equal((await ctl("status --json nothing")).code, 4);
  });

  it("pid --json and avail --json too, and errors as documents", async () => {
    const pid = JSON.parse((await ctl("pid --json")).stdout) as { supervisord: number };
    assert.equal(pid.supervisord, daemon.pid);
    const named = await ctl("pid --json cron told");
    assert.equal(named.code, 7);
    const pids = JSON.parse(named.stdout) as { processes: Process[] };
    assert.deepEqual(
      pids.processes.map((each) => each.pid === null),
      [true, false],
    );
    const avail = JSON.parse((await ctl("avail --json")).stdout) as {
      processes: { name: string; config: Record<string, unknown> }[];
    };
    const cron = avail.processes.find((each) => each.name === "cron");
    assert.equal(cron?.config["command"], "/bin/cat");
    const gone = await ctl(`-s unix://${daemon.dir}/nothing status --json`);
    assert.equal(gone.code, 4);
    const { error } = JSON.parse(gone.stdout) as { error: { type: string } };
    assert.equal(error.type, "FileNotFoundError");
  });

  it("patterns and exclusions name what they fit", async () => {
    const names = async (line: string): Promise<string[]> =>
      (await ctl(line)).stdout
        .trimEnd()
        .split("\n")
        .map((row) => row.split(/[ :]{2,}|: | /)[0] ?? "");
    assert.deepEqual(await names("status w_0[12]"), ["w:w_01", "w:w_02"]);
    assert.deepEqual(await names("status !w* !t* !s*"), ["broken", "cron", "cronjob"]);
    assert.deepEqual(await names("start cron*"), ["cron", "cronjob"]);
    assert.deepEqual(await names("stop cron* !*job"), ["cron"]);
    assert.deepEqual(await names("restart w:* !*_00"), ["w:w_01", "w:w_02", "w:w_01", "w:w_02"]);
    const none = await ctl("start nothing*");
    assert.deepEqual([none.stdout, none.code], ["nothing*: ERROR (no such process)\n", 1]);
    await ctl("stop cronjob");
  });

  it("a pattern or exclusion that fits nothing is refused by name, and nothing is done", async () => {
    const refusals: readonly (readonly [string, string, number])[] = [
      ["stop w:* !w_0l", "!w_0l: ERROR (no such process)", 1],
      ["start cron nothing*", "nothing*: ERROR (no such process)", 1],
      ["restart w:* !w_0l", "!w_0l: ERROR (no such process)\n!w_0l: ERROR (no such process)", 1],
      ["restart --rolling w:* !w_0l", "!w_0l: ERROR (no such process)", 1],
      ["signal HUP all !nope:*", "!nope: ERROR (no such group)", 1],
      ["status !nope", "!nope: ERROR (no such process)", 4],
      ["pid !nope", "No such process !nope", 1],
      ["pid !", "No such process !", 1],
      ["clear all !", "!: ERROR (no such process)", 1],
      ["update !nope", "ERROR: no such group: !nope", 1],
      ["update all !nope", "ERROR: no such group: !nope", 1],
      ["remove !nope", "ERROR: no such process/group: !nope", 1],
      ["add !nope", "ERROR: no such process/group: !nope", 1],
    ];
    const states = await daemon.states();
    for (const [line, answer, code] of refusals) {
      const run = await ctl(line);
      assert.deepEqual([run.stdout, run.code], [`${answer}\n`, code], line);
    }
    assert.deepEqual(await daemon.states(), states);
  });

  it("restart --rolling takes one at a time, and ends where one does not come up", async () => {
    const rolled = await ctl("restart --rolling w:*");
    assert.equal(
      rolled.stdout,
      ["w_00", "w_01", "w_02"].map((name) => `w:${name}: stopped\nw:${name}: started\n`).join(""),
    );
    assert.equal(rolled.code, 0);
    const broken = await ctl("restart --rolling broken w:w_00");
    assert.match(
      broken.stdout,
      /^broken: ERROR \(no such file\)\nbroken: rolling restart ended here, 1 left as they are$/m,
    );
    assert.equal(broken.code, 1);
  });

  it("nobody is left of what is excluded again: that is said, and nothing is done", async () => {
    const before = await ctl("pid all");
    for (const [line, said, code] of [
      ["restart --rolling w:* !w*", "w:* !w*: ERROR (no such process)", 1],
      ["restart w:* !w*", "w:* !w*: ERROR (no such process)", 1],
      ["stop w* !w:*", "w* !w:*: ERROR (no such process)", 1],
      ["clear told !told", "told !told: ERROR (no such process)", 1],
      ["status w:* !w*", "w:* !w*: ERROR (no such process)", 4],
      ["pid w:* !w*", "No such process w:* !w*", 1],
      ["update cron !cron", "ERROR: no such group: cron !cron", 1],
      ["remove cron !cron", "ERROR: no such process/group: cron !cron", 1],
      ["tail -n 1 told !told", "told !told: ERROR (no such process name)", 1],
    ] as const) {
      const run = await ctl(line);
      assert.deepEqual([run.stdout, run.code], [`${said}\n`, code], line);
    }
    const { stdout, code } = await ctl("top --once told !told");
    assert.match(stdout, /^told !told: ERROR \(no such process\)\nNAME [^\n]*\n$/);
    assert.equal(code, 1);
    assert.deepEqual(await ctl("pid all"), before);
  });

  it("tail -n counts lines, whatever their number", async () => {
    assert.equal((await ctl("tail -n 2 told")).stdout, "line-2999\nline-3000\n");
    assert.equal((await ctl("tail -n 3000 told")).stdout.split("\n").length, 3001);
    assert.equal((await ctl("tail -n 99999 told")).stdout.split("\n")[0], "line-1");
    assert.equal((await ctl("tail -n x told")).stdout, "Error: bad number of lines x\n");
    assert.equal((await ctl("tail -n 1 told nothing")).code, 1);
    assert.equal((await ctl("tail -n 1 told stderr")).stdout, "");
  });

  it("tail --since goes by the lines' own times", async () => {
    daemon.write("stamped.out", "2020-01-01 00:00:00 old\n2020-01-02 00:00:00 new\n  more\n");
    assert.equal(
      (await ctl("tail --since 2020-01-01T12:00 stamped")).stdout,
      "2020-01-02 00:00:00 new\n  more\n",
    );
    assert.equal((await ctl("tail --since 5m stamped")).stdout, "");
    assert.equal((await ctl("tail --since soon stamped")).stdout, "Error: bad time soon\n");
  });

  const interrupted = { interruptAfter: /line-3000$/m };

  it("tail -f of several programs has a prefix for each, aligned", async () => {
    daemon.write("w_00.out", "");
    const run = await ctl("tail -f -n 1 told w:w_00", interrupted);
    assert.equal(run.stdout, "==> Press Ctrl-C to exit <==\ntold   | line-3000\n\n");
    assert.equal(run.code, 0);
  });

  it("tail -f of several programs begins at the start of a line", async () => {
    const run = await ctl("tail -f told w:w_00", interrupted);
    const [first = "", ...lines] = run.stdout.split("\n").slice(1);
    assert.match(first, /^told {3}\| line-\d{4}$/);
    const from = Number(first.slice(-4));
    const told = lines.filter((line) => line.startsWith("told"));
    assert.ok(from > 2500 && from < 3000, first);
    assert.deepEqual(
      told,
      Array.from({ length: 3000 - from }, (_, index) => `told   | line-${from + 1 + index}`),
    );
  });

  it("tail -f -n repeats nothing of what it showed", async () => {
    const run = await ctl("tail -f -n 40 told", interrupted);
    const lines = Array.from({ length: 40 }, (_, index) => `line-${2961 + index}\n`).join("");
    assert.equal(run.stdout, `==> Press Ctrl-C to exit <==\n${lines}\n`);
  });

  it("a reader that goes away ends it quietly (closed-pipe)", async () => {
    const child = spawn("/bin/sh", [
      "-c",
      `"$0" -c "$1" tail -f told | head -n 1; "$0" -c "$1" tail -100000 told | head -n 1`,
      own,
      `${daemon.dir}/s.conf`,
    ]);
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    const code = new Promise((resolve) => child.on("close", resolve));
    await until("head's line", () => output.includes("Ctrl-C"));
    // The reader is gone, which the follower learns at its next byte.
    await daemon.rpc("supervisor.sendProcessStdin", "told", "more\n");
    await until("the second pipe's line", () => output.includes("line-1\n"));
    assert.equal(await code, 0);
    assert.equal(output, "==> Press Ctrl-C to exit <==\nline-1\n");
  });

  it("top tells what processes use, at the first picture already", async () => {
    const { stdout, code } = await ctl("top --once --sort name w:w_00 cron");
    assert.equal(code, 0);
    assert.match(stdout, /^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS +TIME +CHILDREN\n/);
    assert.match(stdout, /^cron +STOPPED +- +- +- +- +\d+ +- +-$/m);
    assert.match(stdout, /^w:w_00 +RUNNING +\d+ +0:\d\d:\d\d +\d+\.\d% +\d+\.\dM +\d+ +0:00:00 +0$/m);
    const unknown = await ctl("top --once nothing");
    assert.match(unknown.stdout, /^nothing: ERROR \(no such process\)$/m);
    assert.equal(unknown.code, 1);
  });

  it("status --watch shows figures, also where nobody sees it repainted", async () => {
    const { stdout } = await ctl("status --watch --interval 0.4 w:w_00", { interruptAfter: /%.* \d+$/m });
    const [heading, first] = stdout.split("\n");
    assert.match(heading ?? "", /^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS$/);
    assert.match(first ?? "", /^w:w_00 +RUNNING +\d+ +0:\d\d:\d\d +\d+\.\dM +\d+$/);
    assert.match(stdout, /^w:w_00 +RUNNING +\d+ +0:\d\d:\d\d +\d+\.\d% +\d+\.\dM +\d+$/m);
  });

  it("update --dry-run tells what would be done, and does nothing", async () => {
    const before = daemon.read("s.conf") ?? "";
    daemon.write(
      "s.conf",
      `${before.replace(/^\[program:cronjob\]\n/m, '$&priority=5\nenvironment=SECRET="hunter2"\n')}\n${byHand("fresh")}`,
    );
    const run = await ctl("update --dry-run");
    assert.equal(run.code, 0, run.stdout);
    assert.match(run.stdout, /^ {2}cronjob environment SECRET: \(none\) -> …/m);
    assert.ok(!run.stdout.includes("hunter2"), run.stdout);
    assert.match(run.stdout, /^cronjob: changed$/m);
    assert.match(run.stdout, /^ {2}.*priority: .*999.* -> .*5/m);
    assert.match(run.stdout, /^fresh: added$/m);
    assert.equal((await ctl("status fresh")).code, 4);
    const document = JSON.parse((await ctl("update --dry-run --json fresh")).stdout) as {
      changes: unknown[];
    };
    assert.ok(document.changes.length > 0);
    daemon.write("s.conf", before);
    assert.equal((await ctl("update --dry-run")).stdout, "No config updates to processes\n");
  });

  it("update --dry-run refuses the name of no group, as update does", async () => {
    const plain = await ctl("update nope cron");
    assert.deepEqual([plain.stdout, plain.code], ["ERROR: no such group: nope\n", 1]);
    const run = await ctl("update --dry-run nope");
    assert.deepEqual([run.stdout, run.code], ["ERROR: no such group: nope\n", 1]);
    const mixed = await ctl("update --dry-run nope cron");
    assert.equal(mixed.stdout, "ERROR: no such group: nope\nNo config updates to processes\n");
    assert.equal(mixed.code, 1);
    const json = await ctl("update --dry-run --json nope");
    assert.deepEqual(JSON.parse(json.stdout), { changes: [], errors: ["no such group: nope"] });
    assert.equal(json.code, 1);
  });

  it("--json has the exit status that the command has without", async () => {
    const elsewhere = [`-s unix://${daemon.dir}/nothing`, "-s http://127.0.0.1:1", ""];
    const commands = ["status", "pid", "avail", "update --dry-run", "pid cron", "pid nothing cron"];
    for (const server of elsewhere) {
      for (const command of [...commands, "pid cron nothing", "update --dry-run nope"]) {
        const line = `${server} ${command}`.trim();
        const [plain, json] = await Promise.all([ctl(line), ctl(`${line} --json`)]);
        assert.equal(json.code, plain.code, line);
        assert.equal(typeof JSON.parse(json.stdout), "object");
      }
    }
  });

  it("a refused password is told of once, and asked for once (second-call)", async () => {
    let requests = 0;
    const guard = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        requests += 1;
        socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => guard.listen(`${daemon.dir}/guard.sock`, resolve));
    const run = await ctl(`-s unix://${daemon.dir}/guard.sock status`);
    guard.close();
    assert.match(
      run.stdout,
      /^Server requires authentication\nerror: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127\.0\.0\.1\/RPC2: 401 Unauthorized>: file: /,
    );
    assert.equal(run.code, 1);
    assert.equal(requests, 1);
  });

  it("fg ends with its input, having sent it all (fg-end)", async () => {
    daemon.write("told.out", "");
    const run = await ctl("fg w:w_00", { input: "one\ntwo" });
    assert.equal(run.code, 0);
    assert.match(run.stdout, /^==> Press Ctrl-C to exit <==\n[\s\S]*Exiting foreground\n$/);
    const echoed = await until("the echo", async () => {
      const { stdout } = await ctl("tail -n 5 w:w_00");
      return stdout.endsWith("one\ntwo\n") && stdout;
    });
    assert.ok(echoed.endsWith("one\ntwo\n"));
  });

  it("what a daemon sends that is no answer is told of, and ends", async () => {
    for (const [answer, expected] of [
      ["", /RemoteDisconnected/],
      ["nonsense\r\n\r\n", /BadStatusLine/],
      ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<x>", /IncompleteRead/],
      ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<x>", /ExpatError/],
      ["HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", /500 Internal Server Error/],
    ] as const) {
      const strange = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(answer));
      });
      await new Promise<void>((resolve) => strange.listen(`${daemon.dir}/strange.sock`, resolve));
      const run = await ctl(`-s unix://${daemon.dir}/strange.sock status`);
      strange.close();
      assert.match(run.stdout, expected);
      assert.match(run.stdout, /^error: <class '[^']+'>, .*: file: \S+ line: \d+\n$/);
      assert.equal(run.code, 1);
    }
  });

  it("on a stock daemon leaves blank what it does not tell", async () => {
    const stock = await Daemon.start(ORACLE, { config: [head(), byHand("cron")].join("\n") });
    try {
      await stock.rpc("supervisor.startProcess", "cron");
      const at = ["-c", `${stock.dir}/s.conf`];
      const top = await runCtl(own, [...at, "top", "--once"]);
      assert.match(top.stdout, /^cron +RUNNING +\d+ +0:\d\d:\d\d *$/m);
      const watch = await runCtl(own, [...at, "status", "--watch"], { interruptAfter: /^cron /m });
      assert.match(
        watch.stdout,
        /^NAME +STATE +PID +UPTIME +CPU +MEMORY +RESTARTS\ncron +RUNNING +\d+ +0:\d\d:\d\d *\n/,
      );
      assert.equal((await runCtl(own, [...at, "update", "--dry-run", "--json"])).code, 3);
    } finally {
      await stock.destroy();
    }
  });

  it("flags have a help, and the original's commands know of them (help-words)", async () => {
    for (const command of ["status", "avail", "pid", "restart", "update", "tail", "context", "top"]) {
      const { stdout, code } = await ctl(`${command} --help`);
      assert.equal(code, 0, command);
      assert.match(stdout, new RegExp(`^supervisorctl ${command} [\\s\\S]*^Options:`, "m"), command);
    }
    for (const command of [
      "start",
      "stop",
      "signal",
      "clear",
      "reread",
      "version",
      "maintail",
      "completion",
    ]) {
      const asked = await ctl(`${command} --help`);
      assert.deepEqual(asked, await ctl(`help ${command}`), command);
      assert.equal(asked.code, 0, command);
    }
    assert.match((await ctl("help status")).stdout, /--json/);
    assert.match((await ctl("help")).stdout, /^completion +context +top$/m);
  });
});
