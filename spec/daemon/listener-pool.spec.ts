import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { remoteCommunicationEvent } from "../../lib/events/event.ts";
import { until } from "../support/daemon-wait.ts";
import { type EngineRun, runEngine } from "../support/events-engine.ts";

/** A pool's section: a listener that counts as started at once. */
const pool = (name: string, command: string, more = ""): string =>
  `[eventlistener:${name}]\ncommand=${command}\nevents=REMOTE_COMMUNICATION\nstartsecs=0\nautorestart=false\n` +
  `stopwaitsecs=1\nstdout_logfile=@DIR@/${name}.out\nstderr_logfile=@DIR@/${name}.err\n${more}\n`;

/** Reads one event, notes its header's serials and its payload, and then runs what is given. */
const shell = (then: string, prologue = ""): string => `#!/bin/bash
${prologue}
while :; do
  printf 'READY\\n'
  read -r header || exit 0
  len=\${header##*len:}
  IFS= read -r -N "$len" body
  serial=\${header#*serial:}; echo "\${serial%% *}\${body#type:}" | tr '\\n' ' ' >> "@DIR@/$SUPERVISOR_PROCESS_NAME.got"
  echo >> "@DIR@/$SUPERVISOR_PROCESS_NAME.got"
  ${then}
done
`;
const GOOD = "printf 'RESULT 2\\nOK'";

const send = (run: EngineRun, ...data: string[]): void => {
  for (const each of data) run.supervisor.bus.publish(remoteCommunicationEvent("t", each));
};
const got = (run: EngineRun, name: string): string[] =>
  run
    .read(`${name}.got`)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const counts = (run: EngineRun, name: string) => run.supervisor.groups.get(name)?.pool?.counts;

describe("a pool of listeners", () => {
  it("gives events out in order, numbers them, and logs what it does", async (t) => {
    const run = await runEngine(t, pool("p", "@DIR@/l.sh"), { files: { "l.sh": shell(GOOD) }, debug: true });
    send(run, "a", "b", "c");
    await until("three events", () => counts(run, "p")?.sent === 3 && got(run, "p").length === 3);
    assert.deepEqual(got(run, "p"), ["0t a", "1t b", "2t c"]);
    await until(
      "the last result",
      () => run.log.lines.filter((line) => line.endsWith("was processed")).length === 3,
    );
    const about = run.log.lines.filter((line) => /^debug (p:|event 0)/.test(line)).slice(0, 5);
    assert.deepEqual(about, [
      "debug p: ACKNOWLEDGED -> READY",
      "debug event 0 sent to listener p",
      "debug p: event was processed",
      "debug p: BUSY -> ACKNOWLEDGED",
      "debug p: ACKNOWLEDGED -> READY",
    ]);
    assert.ok(run.log.lines.some((line) => line === "debug 'p' stdout output:\nb'READY\\n'"));
    assert.match(run.read("p.out"), /^READY\nRESULT 2\nOKREADY\n/);
  });

  it("holds no more than its buffer, gives up the oldest and counts them", async (t) => {
    const run = await runEngine(t, pool("p", "@DIR@/l.sh", "buffer_size=2"), {
      files: { "l.sh": shell(GOOD, "until [ -e @DIR@/go ]; do sleep 0.02; done") },
    });
    send(run, "a", "b", "c", "d");
    assert.deepEqual(counts(run, "p"), { buffered: 2, busy: 0, discarded: 2, sent: 0, returned: 0 });
    assert.deepEqual(
      run.log.lines.filter((line) => line.startsWith("error")),
      [
        "error pool p event buffer overflowed, discarding event 0",
        "error pool p event buffer overflowed, discarding event 1",
      ],
    );
    writeFileSync(join(run.dir, "go"), "");
    await until("the rest", () => got(run, "p").length === 2);
    assert.deepEqual(got(run, "p"), ["2t c", "3t d"]);
  });

  it("gives an event that was refused again, at the head of its own pool and of no other (refused-own-pool)", async (t) => {
    const refuse = `case "$body" in *x) [ -e @DIR@/once ] || { : > @DIR@/once; printf 'RESULT 4\\nFAIL'; continue; } ;; esac
  ${GOOD}`;
    const run = await runEngine(t, `${pool("p", "@DIR@/l.sh")}${pool("q", "@DIR@/g.sh")}`, {
      files: { "l.sh": shell(refuse), "g.sh": shell(GOOD) },
    });
    send(run, "x", "y");
    await until("all", () => got(run, "p").length === 3 && got(run, "q").length === 2);
    await until("results", () => counts(run, "p")?.busy === 0 && counts(run, "q")?.busy === 0);
    assert.deepEqual(got(run, "p"), ["0t x", "0t x", "1t y"]);
    assert.deepEqual(got(run, "q"), ["0t x", "1t y"]);
    assert.deepEqual(counts(run, "p"), { buffered: 0, busy: 0, discarded: 0, sent: 3, returned: 1 });
    assert.deepEqual(counts(run, "q"), { buffered: 0, busy: 0, discarded: 0, sent: 2, returned: 0 });
    assert.ok(run.log.lines.includes("warn p: event was rejected"));
  });

  it("gives the event of a listener that dies to the next one", async (t) => {
    const die = `[ -e @DIR@/once ] && { ${GOOD}; continue; }; : > @DIR@/once; exit 1`;
    const more = "numprocs=2\nprocess_name=%(program_name)s_%(process_num)d";
    const run = await runEngine(t, pool("p", "@DIR@/l.sh", more), { files: { "l.sh": shell(die) } });
    await until("both", () => /READY/.test(run.read("p.out")) && run.state("p", "p_1") === "RUNNING");
    send(run, "x");
    await until("the second", () => got(run, "p_0").length + got(run, "p_1").length === 2);
    assert.deepEqual([...got(run, "p_0"), ...got(run, "p_1")], ["0t x", "0t x"]);
    assert.equal(counts(run, "p")?.returned, 1);
  });

  it("uses the first listener in the configuration's order that is ready", async (t) => {
    const more = "numprocs=3\nprocess_name=%(program_name)s_%(process_num)d";
    const run = await runEngine(t, pool("p", "@DIR@/l.sh", more), {
      files: { "l.sh": shell(GOOD) },
      debug: true,
    });
    const ready = () => run.log.lines.filter((line) => line.endsWith("ACKNOWLEDGED -> READY")).length;
    await until("all three", () => ready() === 3);
    for (let n = 1; n <= 5; n++) {
      send(run, "x");
      await until("it", () => ready() === 3 + n);
    }
    assert.equal(got(run, "p_0").length, 5);
  });

  it("uses a listener no more that breaks the protocol, until it is started again", async (t) => {
    const run = await runEngine(t, pool("p", "@DIR@/l.sh"), {
      files: {
        "l.sh": shell(`printf 'RESULT 2\\nOK'; [ -e @DIR@/once ] || { : > @DIR@/once; printf '\\n'; }`),
      },
    });
    send(run, "a", "b");
    const warned = (line: string) =>
      /^warn p: has entered the UNKNOWN state and will no longer receive events/.test(line);
    await until("the warning", () => run.log.lines.some(warned));
    assert.equal(counts(run, "p")?.buffered, 1);
    const process = run.supervisor.groups.get("p")?.processes.get("p");
    process?.stop();
    await until("its end", () => run.state("p") === "STOPPED");
    process?.start();
    await until("the second event", () => got(run, "p").length === 2);
    assert.deepEqual(got(run, "p"), ["0t a", "1t b"]);
  });

  it("is not harmed by a listener that answers without reading (deaf-listener)", async (t) => {
    // Each answer is right, and nothing is ever read: the original fills the pipe and dies.
    const blind =
      "#!/bin/bash\nmkfifo @DIR@/go\nexec 3<>@DIR@/go\nprintf 'READY\\n'\nwhile read -u 3; do printf 'RESULT 2\\nOKREADY\\n'; done\n";
    const run = await runEngine(t, pool("p", "@DIR@/l.sh", "buffer_size=1000"), { files: { "l.sh": blind } });
    await until("it", () => run.state("p") === "RUNNING" && run.read("p.out") !== "");
    const big = "x".repeat(1_000_000);
    for (let n = 0; n < 40; n++) send(run, big);
    for (let n = counts(run, "p"); n?.busy === 1; n = counts(run, "p")) {
      const answered = n.sent;
      writeFileSync(join(run.dir, "go"), "\n");
      await until("the next event, or a full queue", () => {
        const now = counts(run, "p");
        return now?.busy === 0 || (now?.sent ?? 0) > answered;
      });
    }
    const { buffered = 0, sent = 0, discarded = 0, returned = 0 } = counts(run, "p") ?? {};
    assert.equal(buffered + sent - returned + discarded, 40);
    assert.ok(sent >= 16 && sent < 40, `the queue has an end, and takes ${sent}`);
    assert.equal(run.state("p"), "RUNNING");
  });

  it("is not harmed by a listener that floods, or that closes its stdin", async (t) => {
    const flood = "#!/bin/bash\nhead -c 3000000 /dev/zero | tr '\\0' 'x'\nexec sleep 1000\n";
    const deaf = "#!/bin/bash\nexec < /dev/null\nprintf 'READY\\n'\nexec sleep 1000\n";
    const run = await runEngine(t, `${pool("p", "@DIR@/f.sh")}${pool("q", "@DIR@/d.sh")}`, {
      files: { "f.sh": flood, "d.sh": deaf },
      debug: true,
    });
    await until("the flood", () => run.read("p.out").length === 3_000_000);
    await until("the deaf one", () => run.read("q.out") === "READY\n");
    send(run, "x");
    assert.deepEqual(counts(run, "q"), { buffered: 1, busy: 0, discarded: 0, sent: 0, returned: 0 });
    assert.ok(
      run.log.lines.includes(
        "debug epipe occurred while sending event 0 to listener q, listener state unchanged",
      ),
    );
  });

  it("asks its own result handler", async (t) => {
    const handler = `export const judge = (event, result) => {
      if (result.toString() === "broken") throw new Error("handler");
      return result.toString() === event.payload.slice(7);
    };`;
    const answer = `case "$body" in
    *bad) printf 'RESULT 6\\nbroken' ;;
    *) printf 'RESULT %d\\n%s' "$((\${#body} - 7))" "\${body#???????}" ;;
  esac`;
    const run = await runEngine(t, pool("p", "@DIR@/l.sh", "result_handler=./h.mjs:judge"), {
      files: { "l.sh": shell(answer), "h.mjs": handler },
    });
    send(run, "fine", "bad");
    await until("the failure", () => run.log.lines.includes("warn p: event caused an error"));
    assert.deepEqual(got(run, "p"), ["0t fine", "1t bad"]);
    assert.deepEqual(counts(run, "p"), { buffered: 1, busy: 0, discarded: 0, sent: 2, returned: 1 });
  });

  it("hears of its own group's arrival and of those that come later", async (t) => {
    const events = "events=PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,PROCESS_STATE_RUNNING";
    const quiet = "[program:z]\ncommand=/bin/cat\nstartsecs=0\npriority=9999\n";
    const early = "[program:a]\ncommand=/bin/cat\nautostart=false\npriority=-2\n";
    const run = await runEngine(
      t,
      `${early}${pool("p", "@DIR@/l.sh").replace(/events=\w+/, events)}${quiet}`,
      {
        files: { "l.sh": shell(GOOD) },
      },
    );
    await until("all", () => got(run, "p").length >= 5);
    const bodies = got(run, "p").map((line) => line.replace(/pid:\d+/, "pid:N"));
    assert.deepEqual(bodies.slice(0, 3), ["0groupname:p", "1groupname:z", "2"]);
    assert.deepEqual(
      bodies
        .slice(3)
        .map((line) => line.slice(1))
        .sort(),
      [
        "processname:p groupname:p from_state:STARTING pid:N",
        "processname:z groupname:z from_state:STARTING pid:N",
      ],
    );
  });

  it("is a child of the daemon itself", async (t) => {
    const run = await runEngine(t, pool("p", "@DIR@/l.sh"), {
      files: { "l.sh": `#!/bin/sh\necho $PPID > @DIR@/parent\nprintf 'READY\\n'\nexec sleep 1000\n` },
    });
    await until("its parent", () => run.read("parent") !== "");
    assert.equal(Number(run.read("parent")), process.pid);
  });
});
