/** The random work: everything that clients, operators, children and cleaners do, some of it rudely. */

import { unlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import type { Dice } from "../../spec/support/config-oracle.ts";
import { childrenOf, type Daemon } from "../../spec/support/daemon-process.ts";
import { configuration, GROUPS, NAMES } from "./world.ts";

type Deed = (daemon: Daemon, dice: Dice) => Promise<unknown>;

const rpc =
  (method: string, params: (dice: Dice) => readonly unknown[]): Deed =>
  (daemon, dice) =>
    daemon.rpc(`supervisor.${method}`, ...params(dice));

const one = (dice: Dice): string => dice.pick(NAMES);

/** A request whose client leaves after a moment, or a stream that is left. */
const leaves =
  (request: (dice: Dice) => string): Deed =>
  (daemon, dice) =>
    new Promise((resolve) => {
      const link = connect(daemon.socket, () => link.write(request(dice)));
      link.on("error", () => undefined).resume();
      setTimeout(() => {
        link.destroy();
        resolve(undefined);
      }, dice.below(400));
    });

const post = (method: string, ...params: Parameters<typeof writeCall>[1]): string => {
  const body = writeCall(method, params);
  return `POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

type Changes = readonly [readonly [added: string[], changed: string[], removed: string[]]];

/** Runs a request that others may have overtaken. */
async function unless(overtaken: RegExp, request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!overtaken.test(String(error))) throw error;
  });
}

/** Others start what is being stopped here: a few tries may be needed. */
async function removeGroup(daemon: Daemon, group: string): Promise<void> {
  for (let tries = 20; ; tries--) {
    try {
      await daemon.rpc("supervisor.stopProcessGroup", group, true);
      await daemon.rpc("supervisor.removeProcessGroup", group);
      return;
    } catch (error) {
      if (String(error).includes("BAD_NAME")) return;
      if (tries === 0 || !String(error).includes("STILL_RUNNING")) throw error;
    }
  }
}

/** As `supervisorctl update` does it. The listener stays, whose notes are wanted. */
export async function bringUpToDate(daemon: Daemon, configured: string): Promise<void> {
  daemon.write("s.conf", configured);
  const [[added, changed, removed]] = (await daemon.rpc("supervisor.reloadConfig")) as Changes;
  for (const group of [...removed, ...changed]) if (group !== "notes") await removeGroup(daemon, group);
  for (const group of [...changed, ...added]) {
    if (group === "notes") continue;
    await unless(/ALREADY_ADDED|BAD_NAME/, daemon.rpc("supervisor.addProcessGroup", group));
  }
}

const update: Deed = (daemon, dice) => bringUpToDate(daemon, configuration(dice));

/** Kills a child behind the daemon's back; the listener is spared, whose notes are wanted. */
const murder: Deed = async (daemon, dice) => {
  const infos = (await daemon.rpc("supervisor.getProcessInfo", "notes")) as { pid: number };
  const victims = childrenOf(daemon.pid).filter((pid) => pid !== infos.pid);
  if (victims.length === 0) return;
  process.kill(
    dice.pick(victims),
    dice.pick(["SIGKILL", "SIGTERM", "SIGSEGV", "SIGSTOP", "SIGCONT"] as const),
  );
};

const removeLog: Deed = async (daemon, dice) => {
  unlinkSync(join(daemon.dir, `${one(dice).replace(":", "-")}.log`));
};

/** A whole reload, now and then: everything is stopped and started anew. */
const reload: Deed = async (daemon, dice) => {
  if (dice.chance(3)) daemon.signal("SIGHUP");
};

/** Answers like any other: faults, what others have removed or killed before us, and a daemon that reloads. */
const REFUSED = /XML-RPC fault|ENOENT|ESRCH|ECONNREFUSED|ECONNRESET|EPIPE|socket hang up/;

/** By name, with how often each is done in a hundred. */
export const DEEDS: Readonly<Record<string, readonly [weight: number, deed: Deed]>> = {
  start: [16, rpc("startProcess", (dice) => [one(dice), dice.chance(60)])],
  stop: [14, rpc("stopProcess", (dice) => [one(dice), dice.chance(60)])],
  signal: [8, rpc("signalProcess", (dice) => [one(dice), dice.pick(["HUP", "USR1", "TERM", "KILL", "INT"])])],
  murder: [10, murder],
  "start group": [3, rpc("startProcessGroup", (dice) => [dice.pick(GROUPS), dice.chance(50)])],
  "stop group": [2, rpc("stopProcessGroup", (dice) => [dice.pick(GROUPS), dice.chance(50)])],
  "read log": [8, rpc("readProcessStdoutLog", (dice) => [one(dice), -dice.below(5000), 0])],
  "tail log": [6, rpc("tailProcessStdoutLog", (dice) => [one(dice), dice.below(9000), dice.below(9000)])],
  "clear log": [4, rpc("clearProcessLogs", (dice) => [one(dice)])],
  "remove log": [2, removeLog],
  "write stdin": [5, rpc("sendProcessStdin", (dice) => [one(dice), "x".repeat(dice.below(3000))])],
  status: [8, rpc("getAllProcessInfo", () => [])],
  update: [2, update],
  reload: [1, reload],
  "reopen logs": [1, async (daemon) => daemon.signal("SIGUSR2")],
  "remote event": [2, rpc("sendRemoteCommEvent", (dice) => ["soak", "y".repeat(dice.below(2000))])],
  "leave a call": [4, leaves((dice) => post("supervisor.stopProcess", one(dice), true))],
  "leave a group": [2, leaves((dice) => post("supervisor.startProcessGroup", dice.pick(GROUPS), true))],
  "follow a log": [2, leaves((dice) => `GET /logtail/${one(dice)} HTTP/1.1\r\n\r\n`)],
  "look at the page": [1, leaves(() => "GET / HTTP/1.1\r\n\r\n")],
};

const TOTAL = Object.values(DEEDS).reduce((sum, [weight]) => sum + weight, 0);

/** Does one thing. Gives its name, and `fault` where it was refused. */
export async function doSomething(daemon: Daemon, dice: Dice): Promise<{ name: string; fault: boolean }> {
  let at = dice.below(TOTAL);
  for (const [name, [weight, deed]] of Object.entries(DEEDS)) {
    at -= weight;
    if (at >= 0) continue;
    try {
      await deed(daemon, dice);
      return { name, fault: false };
    } catch (error) {
      if (!REFUSED.test(String(error))) throw error;
      return { name, fault: true };
    }
  }
  throw new Error("weights do not add up");
}
