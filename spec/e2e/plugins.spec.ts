/** RPC namespaces of one's own, and the two add-ons whose clients go on working: over the wire. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { head, program, staying } from "../support/daemon-config.ts";
import { Daemon, type Launch } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";

async function start(t: TestContext, launch: Launch): Promise<Daemon> {
  const daemon = await Daemon.start(OURS, launch);
  t.after(() => daemon.destroy());
  return daemon;
}

const rpcInterface = (name: string, factory: string, more = ""): string =>
  `[rpcinterface:${name}]\nsupervisor.rpcinterface_factory=${factory}\n${more}\n`;
const TWIDDLER = "supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface";
const CACHE = "supervisor_cache.rpcinterface:make_cache_rpcinterface";

const faults = (call: Promise<unknown>, faultCode: number, faultString: string | RegExp) =>
  assert.rejects(call, (error: { faultCode?: number; faultString?: string }) => {
    assert.equal(error.faultCode, faultCode);
    if (typeof faultString === "string") assert.equal(error.faultString, faultString);
    else assert.match(error.faultString ?? "", faultString);
    return true;
  });

describe("twiddler.*", () => {
  it("adds programs to groups at run time, and removes processes", async (t) => {
    const daemon = await start(t, {
      config: [
        head({ inet: null }),
        program("a", "/bin/cat", { startsecs: 0 }),
        rpcInterface("twiddler", TWIDDLER),
      ].join("\n"),
    });
    assert.equal(await daemon.rpc("twiddler.getAPIVersion"), "1.0");
    assert.deepEqual(await daemon.rpc("twiddler.getGroupNames"), ["a"]);
    const options = {
      command: "/bin/cat",
      numprocs: "2",
      process_name: "%(program_name)s_%(process_num)d",
      startsecs: "0",
      stdout_logfile: "NONE",
      stderr_logfile: "NONE",
    };
    assert.equal(await daemon.rpc("twiddler.addProgramToGroup", "a", "more", options), true);
    await daemon.reach({ a: "RUNNING", "a:more_0": "RUNNING", "a:more_1": "RUNNING" });
    await faults(daemon.rpc("twiddler.addProgramToGroup", "a", "more", options), 10, "BAD_NAME: more_0");
    await faults(daemon.rpc("twiddler.addProgramToGroup", "none", "x", options), 10, "BAD_NAME: group: none");
    await faults(
      daemon.rpc("twiddler.addProgramToGroup", "a", "x", { command: "x", numprocs: "many" }),
      2,
      /^INCORRECT_PARAMETERS: .*many/,
    );
    await faults(daemon.rpc("twiddler.addProgramToGroup", "a", "x", {}), 2, /^INCORRECT_PARAMETERS: /);
    await faults(daemon.rpc("twiddler.addProgramToGroup", "a", "x", "no struct"), 2, "INCORRECT_PARAMETERS");
    await faults(daemon.rpc("twiddler.removeProcessFromGroup", "a", "more_0"), 91, "STILL_RUNNING: more_0");
    await faults(daemon.rpc("twiddler.removeProcessFromGroup", "a", "none"), 10, "BAD_NAME: none");
    await daemon.rpc("supervisor.stopProcess", "a:more_0");
    assert.equal(await daemon.rpc("twiddler.removeProcessFromGroup", "a", "more_0"), true);
    assert.deepEqual(Object.keys(await daemon.states()).sort(), ["a", "a:more_1"]);
    const shown = (await daemon.rpc("supervisor.getAllConfigInfo")) as { group: string; name: string }[];
    assert.deepEqual(
      shown.map(({ group, name }) => `${group}:${name}`),
      ["a:a", "a:more_1"],
    );
    // What was added makes its group differ from the file.
    assert.deepEqual(await daemon.rpc("supervisor.reloadConfig"), [[[], ["a"], []]]);
  });

  it("writes to the log at any level, and obeys its whitelist", async (t) => {
    const daemon = await start(t, {
      config: [head({ inet: null }), rpcInterface("twiddler", TWIDDLER, "whitelist=log, getAPIVersion")].join(
        "\n",
      ),
    });
    assert.equal(await daemon.rpc("twiddler.log", "a line"), true);
    assert.equal(await daemon.rpc("twiddler.log", "a warning", "warn"), true);
    assert.equal(await daemon.rpc("twiddler.log", "an error", 40), true);
    await faults(daemon.rpc("twiddler.log", "x", "LOUD"), 2, "INCORRECT_PARAMETERS");
    assert.deepEqual(daemon.logLines(/ an? (?:line|warning|error)$/), [
      "INFO a line",
      "WARN a warning",
      "ERRO an error",
    ]);
    await faults(daemon.rpc("twiddler.getGroupNames"), 230, "UNKNOWN: getGroupNames");
  });
});

describe("cache.*", () => {
  it("stores, gives, counts and forgets", async (t) => {
    const daemon = await start(t, {
      config: [head({ inet: null }), rpcInterface("cache", CACHE, "any=option")].join("\n"),
    });
    assert.equal(await daemon.rpc("cache.store", "b", "value"), true);
    assert.equal(await daemon.rpc("cache.store", "a", 7), true);
    assert.deepEqual(await daemon.rpc("cache.getKeys"), ["a", "b"]);
    assert.equal(await daemon.rpc("cache.getCount"), 2);
    assert.equal(await daemon.rpc("cache.fetch", "b"), "value");
    assert.equal(await daemon.rpc("cache.fetch", "a"), 7);
    await faults(daemon.rpc("cache.fetch", "none"), 10, "BAD_NAME");
    await faults(daemon.rpc("cache.store", "", "x"), 10, "BAD_NAME: Cache key must be a non-empty string");
    assert.equal(await daemon.rpc("cache.delete", "none"), true);
    assert.equal(await daemon.rpc("cache.delete", "a"), true);
    assert.equal(await daemon.rpc("cache.clear"), true);
    assert.equal(await daemon.rpc("cache.getCount"), 0);
    assert.equal(await daemon.rpc("cache.getAPIVersion"), "0.2");
  });
});

const OWN = `
export function make(daemon, options) {
  const heard = [];
  daemon.subscribe("REMOTE_COMMUNICATION", (event) => heard.push(event.name + " " + event.payload));
  return {
    greet: {
      help: "Greets.\\n\\n@param string name who\\n@return string result the greeting",
      call: (name) => options.greeting + " " + name + " of " + daemon.identifier,
    },
    heard: () => heard,
    start: async (name) => daemon.call("supervisor.startProcess", name),
    states: () => daemon.processes().map(({ group, name, state }) => group + ":" + name + " " + state),
    refuse: { arity: [0, 5], call: () => { throw daemon.fault(777, "NO: never"); } },
    fail: () => { throw new Error("inside"); },
    nothing: () => undefined,
  };
}
export const broken = () => { throw new Error("cannot be made"); };
`;

describe("an RPC namespace of one's own", () => {
  const config = [
    head({ inet: null }),
    program("cat", "/bin/cat", { autostart: false, startsecs: 0 }),
    rpcInterface("mine", "./own.mjs:make", "greeting=Hello"),
  ].join("\n");

  it("is listed, described, called, and gets the daemon's narrow face (plugin-errors)", async (t) => {
    const daemon = await start(t, { config, files: { "own.mjs": OWN } });
    const listed = (await daemon.rpc("system.listMethods")) as string[];
    const mine = ["fail", "greet", "heard", "nothing", "refuse", "start", "states"].map(
      (name) => `mine.${name}`,
    );
    assert.deepEqual(
      listed.filter((name) => name.startsWith("mine.")),
      mine,
    );
    assert.deepEqual(await daemon.rpc("system.methodSignature", "mine.greet"), ["string", "string"]);
    assert.match((await daemon.rpc("system.methodHelp", "mine.greet")) as string, /^Greets\./);
    assert.equal(await daemon.rpc("mine.greet", "you"), "Hello you of supervisor");
    await daemon.rpc("supervisor.sendRemoteCommEvent", "t", "d");
    assert.deepEqual(await daemon.rpc("mine.heard"), ["REMOTE_COMMUNICATION type:t\nd"]);
    assert.equal(await daemon.rpc("mine.start", "cat"), true);
    assert.deepEqual(await daemon.rpc("mine.states"), ["cat:cat RUNNING"]);
    await faults(daemon.rpc("mine.start", "none"), 10, "BAD_NAME: none");
    await faults(daemon.rpc("mine.greet"), 2, "INCORRECT_PARAMETERS");
    await faults(daemon.rpc("mine.refuse", 1, 2), 777, "NO: never");
    await faults(daemon.rpc("mine.fail"), 30, "FAILED: inside");
    await faults(daemon.rpc("mine.nothing"), 30, "FAILED: the method returned nothing");
    await faults(daemon.rpc("mine.toString"), 1, "UNKNOWN_METHOD");
  });

  it("is made once, for all servers (plugin-once)", async (t) => {
    const counting =
      "let made = 0;\nexport const make = () => { made += 1; return { count: () => made }; };\n";
    const daemon = await start(t, {
      config: [head(), rpcInterface("mine", "./counting.mjs:make")].join("\n"),
      files: { "counting.mjs": counting },
    });
    assert.equal(await daemon.rpc("mine.count"), 1);
    const reply = await fetch(`http://127.0.0.1:${daemon.port}/RPC2`, {
      method: "POST",
      headers: { "Content-Type": "text/xml" },
      body: "<?xml version='1.0'?><methodCall><methodName>mine.count</methodName><params/></methodCall>",
    });
    assert.match(await reply.text(), /<value><int>1<\/int><\/value>/);
  });

  it("that cannot be made keeps the daemon from starting, and says why", async (t) => {
    const broken = config.replace(":make\n", ":broken\n");
    const daemon = await start(t, { config: broken, files: { "own.mjs": OWN }, ready: "exit" });
    assert.equal(daemon.exit?.code, 2);
    assert.match(daemon.stderr, /^Error: Could not make mine rpc interface\nFor help, use /);
    assert.match(daemon.log(), /WARN Error: cannot be made\n/);
  });

  it("written in Python is refused with what to do instead; a reread of such a file changes nothing (plugin-language)", async (t) => {
    const python = config.replace("./own.mjs:make", "my.module:factory");
    const refused = await start(t, { config: python, files: { "own.mjs": OWN }, ready: "exit" });
    assert.equal(refused.exit?.code, 2);
    assert.match(
      refused.stderr,
      /^Error: my\.module:factory cannot be resolved within \[rpcinterface:mine\]: there is no Node package my\.module .* Python code cannot run here: name a Node module instead/,
    );
    const daemon = await start(t, { config, files: { "own.mjs": OWN } });
    daemon.write("s.conf", python);
    await faults(
      daemon.rpc("supervisor.reloadConfig"),
      92,
      /^CANT_REREAD: my\.module:factory cannot be resolved/,
    );
    await faults(daemon.rpc("supervisor.restart"), 92, /^CANT_REREAD: /);
    assert.equal(await daemon.rpc("mine.greet", "you"), "Hello you of supervisor");
  });

  it("that is no object of methods is refused, a promise of one too (plugin-shape)", async (t) => {
    for (const [body, reason] of [
      ["async () => ({})", /has to return an object of methods, and not a promise of one/],
      ["() => null", /has to return an object of methods/],
      ["() => ({ a: 3 })", /method a is neither a function nor has one as `call`/],
      ["() => ({ 'a.b': () => 1 })", /a method cannot be called a\.b/],
    ] as const) {
      const daemon = await start(t, {
        config,
        files: { "own.mjs": `export const make = ${body};` },
        ready: "exit",
      });
      assert.equal(daemon.exit?.code, 2);
      assert.match(daemon.stderr, /Could not make mine rpc interface/);
      assert.match(daemon.log(), reason);
    }
  });

  it("answers FAILED where what it returns cannot be written", async (t) => {
    const daemon = await start(t, {
      config,
      files: { "own.mjs": "export const make = () => ({ nothing: () => null, big: () => 10n });" },
    });
    await faults(daemon.rpc("mine.nothing"), 30, /^FAILED: /);
    await faults(daemon.rpc("mine.big"), 30, /^FAILED: /);
    assert.doesNotMatch(daemon.log(), /Server Error|unexpected exception/);
  });

  it("whose subscriber throws, at once or later, disturbs nobody", async (t) => {
    const throwing =
      "export const make = (daemon) => { daemon.subscribe('PROCESS_STATE', () => { throw new Error('boom'); });" +
      " daemon.subscribe('PROCESS_STATE', async () => { throw new Error('later'); }); return {}; };";
    const daemon = await start(t, { config: `${config}${staying("kept")}`, files: { "own.mjs": throwing } });
    await daemon.reach({ kept: "RUNNING" });
    assert.equal(await daemon.rpc("supervisor.stopProcess", "kept"), true);
    assert.equal((await daemon.states())["kept"], "STOPPED");
    assert.equal(await daemon.rpc("supervisor.startProcess", "kept"), true);
    await daemon.reachLog(/ERRO a plug-in's subscriber failed on PROCESS_STATE_STARTING: boom/);
    await daemon.reachLog(/ERRO a plug-in's subscriber failed on PROCESS_STATE_STOPPED: later/);
  });
});
