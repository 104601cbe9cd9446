/** Several daemons by name, and what a shell completes: our supervisorctl's own, against a daemon. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { type CtlOptions, type CtlRun, ownCtl, runCtl } from "../support/ctl-client.ts";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

const config = [
  head(),
  program("told", "/bin/cat", { startsecs: 0 }),
  program("w", "/bin/cat", { startsecs: 0, process_name: "%(program_name)s_%(process_num)02d", numprocs: 3 }),
  byHand("cron"),
  byHand("cronjob"),
].join("\n");

describe("contexts and completion", () => {
  let daemon: Daemon;
  let own = "";
  before(async () => {
    own = await ownCtl();
    daemon = await Daemon.start(OURS, { config });
    await daemon.reach({ told: "RUNNING", "w:w_02": "RUNNING" });
  });
  after(() => daemon?.destroy());

  const ctl = (line: string, options: CtlOptions = {}): Promise<CtlRun> =>
    runCtl(own, ["-c", `${daemon.dir}/s.conf`, ...line.split(" ")], {
      cwd: daemon.dir,
      ...options,
      env: { XDG_CONFIG_HOME: `${daemon.dir}/xdg`, ...options.env },
    });

  it("contexts have a name, a file of their own, and a way to be left", async () => {
    assert.equal((await ctl(`context add here unix://${daemon.socket}`)).stdout, "here: added context\n");
    assert.equal((await ctl("context add gone http://127.0.0.1:1 --username u --password true")).code, 0);
    assert.equal(statSync(`${daemon.dir}/xdg/supervisorctl/contexts.ini`).mode & 0o777, 0o600);
    const bare = (...words: string[]): Promise<CtlRun> =>
      runCtl(own, words, { cwd: "/", env: { XDG_CONFIG_HOME: `${daemon.dir}/xdg` } });
    assert.match((await bare("--context", "here", "status", "told")).stdout, /^told +RUNNING/);
    assert.equal(
      (await bare("--context", "nothing", "status")).stderr.split("\n")[0],
      "Error: no such context: nothing",
    );
    assert.equal((await bare("context", "use", "here")).stdout, "here: in use\n");
    assert.match((await bare("status", "told")).stdout, /^told +RUNNING/);
    assert.match((await bare("-s", "http://127.0.0.1:1", "status")).stdout, /refused connection/);
    assert.match((await bare("context", "list")).stdout, /^\* here +unix:[^\n]*\n {2}gone +http/);
    assert.equal((await bare("context", "use", "--none")).code, 0);
    assert.match((await bare("context", "list")).stdout, /^ {2}here/);
    assert.equal((await bare("context", "add", "../x", "unix:///x")).code, 1);
    assert.equal((await bare("context", "remove", "nothing")).code, 1);
  });

  it("a context's password comes through a pipe, so that no ps shows it", async () => {
    const piped = await ctl("context add piped http://127.0.0.1:1 --username u --password -", {
      input: "sesame open\nmore\n",
    });
    assert.deepEqual(piped, { stdout: "piped: added context\n", stderr: "", code: 0 });
    const kept = daemon.read("xdg/supervisorctl/contexts.ini") ?? "";
    assert.match(
      kept,
      /^\[context\.piped\]\nserverurl=http:\/\/127\.0\.0\.1:1\nusername=u\npassword=sesame open$/m,
    );
    // Nor does a password that is a word of the file's dialect get lost when the file is written again.
    assert.match(kept, /^\[context\.gone\]\n.*\nusername=u\npassword=true$/m);
    assert.equal((await ctl("context add none http://127.0.0.1:1 --password")).code, 1);
    for (const input of ["", "\n"]) {
      const none = await ctl("context add none http://127.0.0.1:1 --password -", { input });
      assert.deepEqual([none.stdout, none.code], ["ERROR: no password was given\n", 1]);
    }
    assert.equal((await ctl("context remove piped")).code, 0);
  });

  it("contexts keep a password that is hard to write down", async () => {
    for (const password of ["true", " lead  two ", `"quoted"`, "'; # = \\", "-dash"]) {
      let sent = "";
      const door = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", (bytes: Buffer) => {
          sent = bytes.toString();
          socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
      });
      await new Promise<void>((resolve) => door.listen(`${daemon.dir}/door.sock`, resolve));
      const env = { XDG_CONFIG_HOME: `${daemon.dir}/hard` };
      const url = `unix://${daemon.dir}/door.sock`;
      const add = ["context", "add", "door", url, "--username=null", `--password=${password}`];
      assert.equal((await runCtl(own, add, { env })).stdout, "door: added context\n");
      await runCtl(own, ["--context", "door", "pid"], { env });
      door.close();
      const [, basic = ""] = /^Authorization: Basic (.*)\r$/m.exec(sent) ?? [];
      assert.equal(Buffer.from(basic, "base64").toString(), `null:${password}`);
    }
  });

  it("all contexts stand side by side, and one that hangs holds nobody up", async () => {
    const silent = createServer(() => undefined);
    const locked = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () =>
        socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
      );
    });
    await new Promise<void>((resolve) => locked.listen(`${daemon.dir}/locked.sock`, resolve));
    await new Promise<void>((resolve) => silent.listen(`${daemon.dir}/silent.sock`, resolve));
    try {
      await ctl(`context add silent unix://${daemon.dir}/silent.sock`);
      await ctl(`context add here unix://${daemon.socket}`);
      await ctl("context add gone http://127.0.0.1:1");
      await ctl(`context add locked unix://${daemon.dir}/locked.sock`);
      const run = await ctl("status --all-contexts told cron");
      const lines = run.stdout.trimEnd().split("\n");
      assert.match(lines[0] ?? "", /^ +here$/);
      assert.deepEqual(
        lines.slice(1, 3).map((line) => line.split(/ +/)),
        [
          ["told", "RUNNING"],
          ["cron", "STOPPED"],
        ],
      );
      assert.ok(lines.includes("gone: ERROR ([Errno 111] Connection refused)"), run.stdout);
      assert.ok(
        lines.includes(`locked: ERROR (${daemon.dir}/locked.sock answers 401 Unauthorized)`),
        run.stdout,
      );
      assert.ok(lines.includes("silent: ERROR (no answer in 5 s)"), run.stdout);
      const json = JSON.parse((await ctl("status --all-contexts --json told")).stdout) as {
        contexts: { name: string; error?: string }[];
      };
      assert.equal(json.contexts.filter((each) => each.error !== undefined).length, 3);
    } finally {
      silent.close();
      locked.close();
    }
  });

  it("completion scripts are good shell, and names come live", async () => {
    const bash = await ctl("completion bash");
    const check = await runCtl("/bin/bash", ["-n"], { input: bash.stdout });
    assert.deepEqual(check, { stdout: "", stderr: "", code: 0 });
    assert.match(bash.stdout, /^complete -F _supervisorctl supervisorctl$/m);
    assert.match((await ctl("completion zsh")).stdout, /^compdef _supervisorctl supervisorctl$/m);
    assert.match((await ctl("completion fish")).stdout, /^complete -c supervisorctl /m);
    const words = async (line: string): Promise<string[]> => {
      const run = await runCtl(own, [
        "completion",
        "--line",
        `supervisorctl -c ${daemon.dir}/s.conf ${line}`,
      ]);
      return run.stdout.trimEnd().split("\n");
    };
    assert.deepEqual(await words("start cro"), ["cron", "cronjob"]);
    assert.deepEqual(await words("start w:w_0"), ["w:w_00", "w:w_01", "w:w_02"]);
    assert.deepEqual(await words("status --a"), ["--all-contexts"]);
    assert.deepEqual(await words("context us"), ["use"]);
    assert.deepEqual(await words("signal US"), ["USR1", "USR2"]);
    assert.deepEqual(await words("signal SIGUS"), ["SIGUSR1", "SIGUSR2"]);
    assert.deepEqual(await words("signal USR1 cro"), ["cron", "cronjob"]);
    assert.deepEqual(await words("tail cron "), ["stderr", "stdout"]);
    assert.deepEqual(await words("tail -100 cron std"), ["stderr", "stdout"]);
    assert.deepEqual(await words("tail -n "), [""]);
    assert.deepEqual(await words("tail cro"), ["cron", "cronjob"]);
    assert.deepEqual(await words("tail -n 5 cro"), ["cron", "cronjob"]);
    assert.deepEqual(await words("tail -f told cro"), ["cron", "cronjob"]);
    assert.deepEqual(await words("tail -f told std"), ["stderr", "stdout"]);
    assert.deepEqual(await words("top --sort "), ["cpu", "mem", "name"]);
    assert.deepEqual(await words("top --sort m"), ["mem"]);
    assert.deepEqual(await words("start --h"), ["--help"]);
    assert.deepEqual(await words("--con"), ["--configuration", "--context"]);
    assert.deepEqual(await words("rest"), ["restart"]);
    assert.equal((await ctl("completion tcsh")).code, 2);
  });

  it("completes files, and contexts by their names", async () => {
    const env = { XDG_CONFIG_HOME: `${daemon.dir}/named`, HOME: daemon.dir };
    for (const name of ["prod", "proof", "test"]) await ctl(`context add ${name} unix:///x`, { env });
    const words = async (line: string): Promise<string[]> => {
      const run = await runCtl(own, ["completion", "--line", `supervisorctl ${line}`], {
        env,
        cwd: daemon.dir,
      });
      return run.stdout.trimEnd().split("\n");
    };
    assert.deepEqual(await words("context use pr"), ["prod", "proof"]);
    assert.deepEqual(await words("context remove "), ["prod", "proof", "test"]);
    assert.deepEqual(await words("context use prod "), [""]);
    assert.deepEqual(await words("--context t"), ["test"]);
    assert.deepEqual(await words("-c s.c"), ["s.conf"]);
    assert.deepEqual(await words("-c ./s.c"), ["./s.conf"]);
    assert.deepEqual(await words("-c ~/s.c"), ["~/s.conf"]);
    assert.deepEqual(await words(`--configuration ${daemon.dir}/nam`), [`${daemon.dir}/named/`]);
    assert.deepEqual(await words("-r named/"), ["named/supervisorctl/"]);
    assert.deepEqual(await words("-c /no/such/folder/"), [""]);
    assert.deepEqual(await words("-u s"), [""]);
  });

  it("in bash completes names with colons", async () => {
    const script = `
      eval "$("$0" completion bash)"
      supervisorctl() { :; }
      COMP_WORDS=("$0" -c "$1" start w : w_0) COMP_LINE="$0 -c $1 start w:w_0" COMP_POINT=\${#COMP_LINE}
      _supervisorctl
      echo "\${COMPREPLY[@]}"`;
    const run = await runCtl("/bin/bash", ["-c", script, own, `${daemon.dir}/s.conf`]);
    assert.equal(run.stdout, "w_00 w_01 w_02\n", run.stderr);
  });
});
