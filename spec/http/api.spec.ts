import assert from "node:assert/strict";
import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { exchange } from "../support/daemon-http.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { call, Events } from "../support/page-client.ts";
import { statusOf } from "../support/page-html.ts";

const SECRET = "correct-horse";

const config = [
  head(),
  byHand("cat", { environment: `TOKEN="${SECRET}"` }),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 3 }),
  byHand("quiet", { stdout_logfile: "NONE", stderr_logfile: "NONE" }),
  program("both", "/bin/sh -c 'echo out; echo err >&2; exec cat'", { startsecs: 0 }),
  section("program", "missing", { command: "/nonexistent", autostart: false, startretries: 0 }),
  program("brief", "/bin/sh -c 'exit 7'", { autostart: false, startretries: 0, startsecs: 20 }),
].join("\n");

const switches = (pid: number): number =>
  [...readFileSync(`/proc/${pid}/status`, "latin1").matchAll(/ctxt_switches:\t(\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

describe("the JSON API", () => {
  let daemon: Daemon;
  const get = (path: string) => call(daemon, "GET", path);
  const post = (path: string, body?: unknown) =>
    call(daemon, "POST", path, body === undefined ? {} : { body });
  const stateOf = async (id: string): Promise<string> => (await get(`/processes/${id}`)).json.process.state;

  before(async () => {
    daemon = await Daemon.start(OURS, { config });
  });
  after(() => daemon.destroy());

  it("tells everything at once", async () => {
    const { status, json, headers } = await get("/state");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "application/json");
    assert.equal(json.daemon.pid, daemon.pid);
    assert.equal(json.daemon.mood, "RUNNING");
    assert.ok(Math.abs(json.daemon.now - Date.now()) < 60_000);
    assert.deepEqual(
      json.processes.map(({ id }) => id),
      ["both", "brief", "cat", "many:many_0", "many:many_1", "many:many_2", "missing", "quiet"],
    );
    assert.deepEqual(json.processes[0]?.logs, ["stdout", "stderr"]);
    assert.deepEqual(json.processes[7]?.logs, []);
    assert.deepEqual((await get("/processes")).json, (await get("/state")).json.processes);
  });

  it("starts, restarts and stops a process, and waits for it", async () => {
    assert.deepEqual((await post("/processes/cat/start")).json, { ok: true });
    const first = (await get("/processes/cat")).json.process;
    assert.equal(first.state, "RUNNING");
    assert.deepEqual((await post("/processes/cat/restart")).json, { ok: true });
    const second = (await get("/processes/cat")).json.process;
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.starts, 2);
    assert.equal((await post("/processes/cat/stop")).status, 200);
    assert.equal(await stateOf("cat"), "STOPPED");
    assert.equal(
      (await post("/processes/cat/restart")).status,
      200,
      "a restart of what does not run starts it",
    );
    assert.equal(await stateOf("cat"), "RUNNING");
  });

  it("fails in the words of the faults", async () => {
    const refused = async (path: string, status: number, code: number, message: string) => {
      const answer = await post(path);
      assert.equal(answer.status, status, path);
      assert.deepEqual(answer.json.error, { code, name: message.split(":")[0], message });
    };
    await refused("/processes/cat/start", 409, 60, "ALREADY_STARTED: cat");
    await refused("/processes/brief/stop", 409, 70, "NOT_RUNNING: brief");
    await refused("/processes/nobody/start", 404, 10, "BAD_NAME: nobody");
    await refused("/processes/many%3A*/start", 404, 10, "BAD_NAME: many:*");
    await refused("/processes/missing/start", 404, 20, "NO_FILE: can't find command '/nonexistent'");
    await refused("/processes/brief/start", 409, 50, "SPAWN_ERROR: brief");
    await refused("/groups/nobody/stop", 404, 10, "BAD_NAME: nobody");
  });

  it("acts on groups, on several and on all", async () => {
    const all = await post("/groups/many/start");
    assert.deepEqual(
      all.json.results.map(({ name, status }) => [name, status]),
      [
        ["many_0", 80],
        ["many_1", 80],
        ["many_2", 80],
      ],
    );
    const several = await post("/processes/stop", { processes: ["many:many_0", "many:many_2", "brief"] });
    assert.deepEqual(
      several.json.results.map(({ description }) => description),
      ["OK", "OK", "NOT_RUNNING: brief"],
    );
    assert.deepEqual([await stateOf("many:many_0"), await stateOf("many:many_1")], ["STOPPED", "RUNNING"]);
    const pid = (await get("/processes/many:many_1")).json.process.pid;
    assert.equal((await post("/groups/many/restart")).status, 200);
    assert.notEqual((await get("/processes/many:many_1")).json.process.pid, pid);
    assert.equal(await stateOf("many:many_0"), "RUNNING");
    const stopped = await post("/processes/stop", {});
    assert.ok(stopped.json.results.length >= 4);
    assert.equal(await stateOf("both"), "STOPPED");
    await post("/processes/both/start");
  });

  it("sends signals and text", async () => {
    await post("/processes/cat/start");
    assert.equal((await post("/processes/cat/stdin", { text: "grüße\n" })).status, 200);
    await until("the echo", async () => (await get("/processes/cat/logs/stdout")).text.includes("grüße\n"));
    assert.equal((await post("/processes/cat/signal", { signal: "KILL" })).status, 200);
    await until("the end", async () => (await stateOf("cat")) === "EXITED");
    const { process, history } = (await get("/processes/cat")).json;
    assert.equal(process.ending, "terminated by SIGKILL");
    assert.equal(process.expected, false);
    assert.equal(history.at(-1)?.to, "EXITED");
    assert.equal(
      (await post("/processes/cat/signal", { signal: "NOPE" })).json.error.message,
      "BAD_SIGNAL: NOPE",
    );
    assert.equal((await post("/processes/cat/stdin", { text: "x" })).json.error.name, "NOT_RUNNING");
  });

  it("shows what is in force, and no values of environments", async () => {
    const { options, history } = (await get("/processes/brief")).json;
    const shown = new Map<string, string>(options);
    assert.equal(shown.get("command"), "/bin/sh -c 'exit 7'");
    assert.equal(shown.get("stopsignal"), "TERM");
    assert.equal(shown.get("stdout_logfile"), `${daemon.dir}/brief.out`);
    const ends = history.filter(({ to }) => to === "BACKOFF");
    assert.equal(ends[0]?.ending, "exit status 7");
    assert.match(String(ends[0]?.reason), /^Exited too quickly/);
    const cat = await get("/processes/cat");
    assert.match(cat.text, /"environment","TOKEN"/);
    assert.ok(!cat.text.includes(SECRET));
  });

  it("serves logs: their end, the whole, and empties them", async () => {
    appendFileSync(`${daemon.dir}/quiet.big`, "");
    appendFileSync(`${daemon.dir}/cat.out`, `${"0123456789".repeat(200_000)}end`);
    const end = await get("/processes/cat/logs/stdout?bytes=5");
    assert.equal(end.text, "89end");
    assert.equal(end.headers.get("content-type"), "text/plain;charset=utf-8");
    const whole = await get("/processes/cat/logs/stdout?download=1");
    assert.ok(whole.text.length > 2_000_000 && whole.text.endsWith("89end"));
    assert.match(whole.headers.get("content-disposition") ?? "", /^attachment; .*cat-stdout\.log$/);
    assert.equal((await get("/processes/quiet/logs/stdout")).json.error.name, "NO_FILE");
    assert.equal((await get("/processes/cat/logs/other")).status, 404);
    assert.match((await get("/log")).text, /INFO spawned: 'both'/);
    const clear = (path: string) => call(daemon, "DELETE", `/processes/${path}`);
    // Of a process that rests and of one that runs: one log, and the other stays.
    for (const id of ["cat", "both"]) {
      await post("/processes/cat/stop");
      appendFileSync(`${daemon.dir}/${id}.out`, "kept\n");
      appendFileSync(`${daemon.dir}/${id}.err`, "emptied\n");
      assert.deepEqual((await clear(`${id}/logs/stderr`)).json, { ok: true });
      assert.match((await get(`/processes/${id}/logs/stdout`)).text, /kept/);
      const other = await get(`/processes/${id}/logs/stderr`);
      assert.ok(other.text === "" || other.json?.error.name === "NO_FILE", other.text);
    }
    assert.equal((await clear("quiet/logs/stdout")).json.error.name, "NO_FILE");
    assert.equal((await clear("nobody/logs/stdout")).json.error.name, "BAD_NAME");
    assert.equal((await clear("cat/logs/other")).status, 404);
    assert.equal((await clear("cat/logs")).status, 200);
    const gone = await get("/processes/cat/logs/stdout");
    assert.ok(gone.text === "" || gone.json?.error.name === "NO_FILE");
  });

  it("pushes changes, and what processes use", async () => {
    const events = await Events.open(daemon, "/events");
    const { processes } = await events.find("the snapshot", "snapshot");
    assert.equal(processes.length, 8);
    const count = events.of("processes").length;
    await post("/processes/cat/start");
    await events.find("the change", "processes", (changed) =>
      changed.some(({ id, state }) => id === "cat" && state === "RUNNING"),
    );
    const later = events.of("processes").slice(count);
    assert.ok(
      later.every((changed) => changed.length === 1),
      "only what has changed is sent",
    );
    const { cat } = await events.find("the usage", "usage", (seen) => Boolean(seen["cat"]));
    assert.ok((cat?.[1] ?? 0) > 200_000, "bytes");
    const { usage: kept } = (await get("/processes/both")).json;
    assert.ok(kept.length > 0 && kept[0]?.length === 3);
    events.close();
  });

  it("pushes both logs from the first byte, also after they were emptied", async () => {
    await post("/processes/both/restart");
    const events = await Events.open(daemon, "/processes/both/output");
    await until("stdout, shorter than a kilobyte", () => events.text("stdout").includes("out\n"));
    await until("stderr", () => events.text("stderr").includes("err\n"));
    await post("/processes/both/stdin", { text: "äöü\n" });
    await until("what is new", () => events.text("stdout").endsWith("äöü\n"));
    truncateSync(`${daemon.dir}/both.out`);
    await post("/processes/both/stdin", { text: "fresh\n" });
    await until("the new beginning", () => events.of("output").some(({ truncated }) => truncated));
    await until("its text", () => events.text("stdout").endsWith("fresh\n"));
    events.close();
    const log = await Events.open(daemon, "/log/output?tail=200");
    await post("/processes/both/restart");
    await until("the activity", () => /INFO spawned: 'both'/.test(log.text("activity")));
    log.close();
  });

  it("leaves out what is too fast to show", async () => {
    const events = await Events.open(daemon, "/processes/cat/output?tail=1");
    await events.find("the beginning", "begin");
    appendFileSync(`${daemon.dir}/cat.out`, `${"x".repeat(4_000_000)}\n`);
    const { text } = await events.find("the gap", "output", ({ skipped = 0 }) => skipped > 0);
    assert.ok(text.length <= 65_536);
    // Every byte is either shown or counted.
    await until("the rest", () => {
      const sizes = events.of("output").map((piece) => piece.text.length + (piece.skipped ?? 0));
      return sizes.reduce((sum, size) => sum + size, 0) >= 4_000_000;
    });
    events.close();
  });

  it("costs nothing while nobody looks", async () => {
    await post("/processes/stop", {});
    const events = await Events.open(daemon, "/events");
    await events.find("a sample", "usage");
    events.close();
    // The daemon notices the close, finishes the sample that is under way, and then rests.
    await until("rest", async () => {
      const before = switches(daemon.pid);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      return switches(daemon.pid) - before <= 2;
    });
  });

  it("refuses other sites, and believes programs", async () => {
    const from = async (headers: Record<string, string>, body?: string) =>
      (
        await call(daemon, "POST", "/processes/many%3Amany_0/stop", {
          headers,
          ...(body === undefined ? {} : { body }),
        })
      ).status;
    const here = `http://127.0.0.1:${daemon.port}`;
    assert.equal(await from({ "Sec-Fetch-Site": "cross-site" }), 403);
    assert.equal(await from({ "Sec-Fetch-Site": "same-site" }), 403);
    assert.equal(await from({ Origin: "https://evil.example" }), 403);
    assert.equal(await from({ Origin: "null" }), 403);
    assert.equal(await from({ Origin: "https://evil.example", "Content-Type": "text/plain" }, "{}"), 403);
    assert.equal(await from({ Origin: here }), 409);
    assert.equal(await from({ "Sec-Fetch-Site": "same-origin", Origin: "https://behind.example" }), 409);
    assert.equal(await from({ Origin: "https://behind.example", "X-Forwarded-Host": "behind.example" }), 409);
    assert.equal(await from({}), 409);
  });

  it("takes a missing body for an empty one, and refuses other sites before any body", async () => {
    const raw = async (fields: string, body = "") => {
      const line = "POST /api/v1/processes/cat/restart HTTP/1.1";
      const request = `${line}\r\nHost: x\r\n${fields}\r\n${body}`;
      const { reply, closed } = await exchange(daemon, request, { over: "tcp" });
      const end = reply.indexOf("\r\n\r\n");
      return {
        status: statusOf(reply),
        closed,
        head: reply.slice(0, end + 2),
        json: JSON.parse(reply.slice(end + 4)),
      };
    };
    const { head, ...kept } = await raw("");
    assert.deepEqual(kept, { status: 200, closed: false, json: { ok: true } });
    assert.doesNotMatch(head, /^Connection:/m);
    const elsewhere = "Origin: https://evil.example\r\n";
    assert.equal((await raw(elsewhere)).status, 403);
    const refused = await raw(`${elsewhere}Content-Length: 99999999\r\n`, "{}");
    assert.deepEqual([refused.status, refused.closed], [403, true], "the body is not waited for");
    assert.match(refused.head, /^Connection: close\r$/m, "and the client knows");
    const large = await raw("Content-Length: 99999999\r\n");
    assert.deepEqual([large.status, large.json.error.message], [413, "the body is too large"]);
    const torn = await raw("Transfer-Encoding: chunked\r\n", "no chunk\r\n");
    assert.deepEqual([torn.status, torn.json.error.message], [400, "the body can't be read"]);
    const rpc = await exchange(daemon, "POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n", { over: "tcp" });
    assert.equal(statusOf(rpc.reply), 411);
  });

  it("tells what is wrong with a request", async () => {
    const wrong = async (method: string, path: string, status: number, text: RegExp, body?: string) => {
      const answer = await call(daemon, method, path, body === undefined ? {} : { body });
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.match(answer.json.error.message, text);
    };
    await wrong("POST", "/processes/stop", 400, /not JSON/, "{");
    await wrong("POST", "/processes/stop", 400, /object/, "[1]");
    await wrong("POST", "/processes/stop", 400, /list of names/, '{"processes":"cat"}');
    await wrong("POST", "/processes/cat/stdin", 400, /string/, '{"text":7}');
    await wrong("POST", "/processes/cat/signal", 400, /name or a number/, "{}");
    await wrong("GET", "/processes/cat/logs/stdout?bytes=many", 400, /number of bytes/);
    await wrong("GET", "/processes/%ff", 400, /percent-encoded/);
    await wrong("GET", "/processes/cat/start", 405, /POST/);
    await wrong("POST", "/state", 405, /GET/, "{}");
    await wrong("GET", "/nothing", 404, /openapi/);
    await wrong("GET", "/processes/__proto__", 404, /BAD_NAME/);
  });

  it("describes itself, and what it describes is there", async () => {
    const { json, text } = await get("/openapi.json");
    assert.equal(json.openapi, "3.1.0");
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert.ok(name in json.components.schemas, name);
    }
    for (const [path, { get: reading }] of Object.entries(json.paths as Record<string, { get?: object }>)) {
      if (reading === undefined) continue;
      const concrete = path
        .replace("{process}", "cat")
        .replace("{channel}", "stdout")
        .replace("{group}", "many");
      const answer = await call(daemon, "HEAD", concrete);
      assert.equal(answer.status, 200, path);
    }
    const { processes } = (await get("/state")).json;
    const { required } = json.components.schemas.Process;
    assert.deepEqual(Object.keys(processes[0] ?? {}).sort(), [...required].sort());
  });
});

describe("the configuration in the JSON API", () => {
  it("tells what an update would change, changes nothing, then updates", async () => {
    const daemon = await Daemon.start(OURS, { config });
    try {
      const diff = () => call(daemon, "GET", "/config/diff");
      assert.deepEqual((await diff()).json, { added: [], changed: [], removed: [] });
      daemon.write(
        "s.conf",
        config
          .replace(`"${SECRET}"`, '"battery-staple",EXTRA="battery"')
          .replace("exit 7", "exit 8")
          .replace("[program:quiet]", "[program:quieter]"),
      );
      const { json, text } = await diff();
      assert.deepEqual(json.added, [{ name: "quieter", processes: ["quieter"] }]);
      assert.deepEqual(json.removed, [{ name: "quiet", processes: ["quiet"] }]);
      assert.deepEqual(json.changed.map(({ name }) => name).sort(), ["brief", "cat"]);
      const told = json.changed.flatMap(({ options }) =>
        options.filter(({ option }) => option.startsWith("environment")).map((each) => Object.values(each)),
      );
      assert.deepEqual(told, [
        ["cat:cat", "environment EXTRA", null, "… (new variable)"],
        ["cat:cat", "environment TOKEN", "…", "… (another value)"],
      ]);
      assert.ok(!text.includes(SECRET) && !text.includes("battery"));
      assert.deepEqual((await diff()).json, json, "looking again sees the same");
      const events = await Events.open(daemon, "/events");
      const { json: update } = await call(daemon, "POST", "/config/update");
      assert.ok(update.steps.every(({ ok }) => ok));
      assert.deepEqual((await diff()).json, { added: [], changed: [], removed: [] });
      await events.find("the new groups", "snapshot", ({ groups }) =>
        groups.some(({ name }) => name === "quieter"),
      );
      events.close();
      daemon.write("s.conf", config.replace("[program:cat]", "[program:cat]\nnumprocs=often"));
      const bad = await diff();
      assert.equal(bad.status, 409);
      assert.match(bad.json.error.message, /^CANT_REREAD: /);
    } finally {
      await daemon.destroy();
    }
  });
});

describe("credentials", () => {
  it("are asked for by the page, its files and the API alike", async () => {
    const inet = "username=user\npassword=pass";
    const daemon = await Daemon.start(OURS, { config: [head({ inet }), byHand("cat")].join("\n") });
    try {
      const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString("base64")}` });
      assert.equal((await call(daemon, "GET", "/state")).status, 401);
      assert.equal((await call(daemon, "GET", "/state", { headers: basic("user:wrong") })).status, 401);
      assert.equal((await call(daemon, "GET", "/state", { headers: basic("user:pass") })).status, 200);
      for (const path of ["/", "/stylesheets/supervisor.css", "/api/v1/events", "/tail.html"]) {
        const { status } = await fetch(`http://127.0.0.1:${daemon.port}${path}`);
        assert.equal(status, 401, path);
      }
    } finally {
      await daemon.destroy();
    }
  });
});
