/** The whole daemon behind its socket: thousands of requests, each a good one that was damaged. It serves, and is as it was. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { head, program } from "../support/daemon-config.ts";
import type { Daemon } from "../support/daemon-process.ts";
import { until } from "../support/daemon-wait.ts";
import { startOurs, Watched } from "../support/faults-daemon.ts";
import { runs, SEED } from "../support/fuzz-runs.ts";

const post = (path: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const rpc = (method: string, ...params: Parameters<typeof writeCall>[1]): string =>
  post("/RPC2", "text/xml", writeCall(method, params));
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

/** Nothing here ends the daemon, and no damage to it spells `shutdown` or `restart`. */
const GOOD: readonly string[] = [
  rpc("supervisor.getAllProcessInfo"),
  rpc("supervisor.getProcessInfo", "cat"),
  rpc("supervisor.readLog", -200, 0),
  rpc("supervisor.readProcessStdoutLog", "cat", 0, 100),
  rpc("supervisor.tailProcessStderrLog", "cat", 5, 2_000_000_000),
  rpc("supervisor.sendProcessStdin", "cat", "hello\n"),
  rpc("supervisor.sendRemoteCommEvent", "a", "b"),
  rpc("supervisor.startProcess", "cat", false),
  rpc("supervisor.stopProcess", "cat", true),
  rpc("supervisor.signalProcess", "cat", "HUP"),
  rpc("supervisor.startProcessGroup", "many", true),
  rpc("supervisor.stopAllProcesses", true),
  rpc("supervisor.clearAllProcessLogs"),
  rpc("supervisor.reloadConfig"),
  rpc("supervisor.removeProcessGroup", "many"),
  rpc("supervisor.addProcessGroup", "many"),
  rpc("supervisord.previewUpdate"),
  rpc("system.multicall", [
    { methodName: "supervisor.stopProcess", params: ["many:0", true] },
    { methodName: "supervisor.startProcess", params: ["many:0", false] },
    { methodName: "system.listMethods", params: [] },
  ]),
  get("/"),
  get("/index.html?processname=cat&action=clearlog"),
  get("/index.html?processname=many%3A0&action=start"),
  get("/tail.html?processname=cat&limit=2000"),
  get("/logtail/cat/stdout"),
  get("/mainlogtail"),
  get("/api/v1/processes"),
  get("/stylesheets/supervisor.css"),
  post("/index.html", "application/x-www-form-urlencoded", "processname=cat&action=stop"),
];

type Damage = (text: string) => string;

const spliced =
  (at: number, cut: number, put: string): Damage =>
  (text) => {
    const where = at % (text.length + 1);
    return text.slice(0, where) + put + text.slice(where + cut);
  };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc
    .tuple(
      fc.nat(),
      fc.nat({ max: 8 }),
      fc.oneof(
        fc.constantFrom(
          "",
          "",
          "<",
          ">",
          "&",
          "%",
          "\r\n",
          "\0",
          "\xff",
          "99999999999",
          "-1",
          "<value>",
          "</value>",
        ),
        fc.constantFrom("*", ":", "../", "G:*", "\ud83d", "]]>", "<!--", "Transfer-Encoding: chunked\r\n"),
        fc.string({ unit: "binary-ascii", maxLength: 6 }),
      ),
    )
    .map(([at, cut, put]) => spliced(at, cut, put)),
  fc.nat().map(
    (at): Damage =>
      (text) =>
        text.slice(0, at % (text.length + 1)),
  ),
  fc.constantFrom(...GOOD).map(
    (other): Damage =>
      (text) =>
        text + other,
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...GOOD)).map(
    ([at, other]): Damage =>
      (text) =>
        spliced(at, 0, other)(text),
  ),
);

const requests = fc
  .tuple(fc.constantFrom(...GOOD), fc.array(damage, { maxLength: 4 }))
  .map(([good, damages]) => damages.reduce((text, one) => one(text), good))
  .filter((text) => !/shutdown|restart/i.test(text));

describe("a daemon under damaged requests", () => {
  let daemon: Daemon;
  let watched: Watched;
  const later: (() => unknown)[] = [];
  before(async () => {
    daemon = await startOurs(
      { after: (fn) => later.push(fn as () => unknown) },
      {
        config:
          head() +
          program("cat", "/bin/cat", { startsecs: 0, stopwaitsecs: 2 }) +
          program("many", "/bin/sleep 1000", { startsecs: 0, numprocs: 4, process_name: "%(process_num)d" }),
      },
    );
    await daemon.rpc("supervisor.stopAllProcesses", true);
    watched = await Watched.from(daemon);
  });
  after(() => Promise.all(later.map((fn) => fn())));

  /** Sends it, waits for a first answer or the end, and leaves. */
  const send = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const link = connect(daemon.socket, () => link.end(Buffer.from(text, "latin1")));
      const done = (): void => {
        link.destroy();
        resolve();
      };
      link.setTimeout(4000, done);
      for (const event of ["data", "error", "close"] as const) link.on(event, done);
    });

  it("serves all the while", async () => {
    const sample = fc.sample(requests, { numRuns: runs(2500), seed: SEED });
    for (let at = 0; at < sample.length; at += 25) {
      await Promise.all(sample.slice(at, at + 25).map(send));
      const state = await daemon.rpc("supervisor.getState").catch(String);
      assert.deepEqual(
        state,
        { statecode: 1, statename: "RUNNING" },
        `FUZZ_SEED=${SEED}, request ${at} and on`,
      );
    }
  });

  it("and comes to rest as it was", async () => {
    await daemon.rpc("supervisor.addProcessGroup", "many").catch(() => undefined);
    await until("all to be stopped", async () => {
      await daemon.rpc("supervisor.stopAllProcesses", true);
      const states = Object.values(await daemon.states());
      return states.length === 5 && states.every((state) => state === "STOPPED");
    });
    await watched.isAtRest().catch((cause: unknown) => {
      throw new Error(`FUZZ_SEED=${SEED}`, { cause });
    });
    assert.deepEqual(daemon.logLines(/^CRIT (?!Server)/), [], `FUZZ_SEED=${SEED}`);
  });
});
