import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Process } from "../../lib/daemon/process.ts";
import { EventBus } from "../../lib/events/bus.ts";
import { hasRoom, MOST_STREAMS } from "../../lib/http/api-clients.ts";
import { StateHub } from "../../lib/http/api-hub.ts";
import type { PageDaemon } from "../../lib/http/api-view.ts";
import { parseHead } from "../../lib/http/head.ts";
import type { Exchange } from "../../lib/http/route.ts";
import { until } from "../support/daemon-wait.ts";

/** A client whose readiness the spec decides. */
class Client implements Exchange {
  readonly request = parseHead("GET /api/v1/events HTTP/1.1") as Exchange["request"];
  readonly body = Buffer.alloc(0);
  closed = false;
  room = true;
  text = "";
  #drain = () => {};
  #close = () => {};
  send() {}
  fail() {}
  stream() {
    return {
      write: (bytes: Uint8Array) => {
        this.text += Buffer.from(bytes).toString();
        return this.room;
      },
      onDrain: (callback: () => void) => {
        this.#drain = callback;
      },
      end: () => {},
    };
  }
  onClose(callback: () => void) {
    this.#close = callback;
  }
  drain() {
    this.room = true;
    this.#drain();
  }
  leave() {
    this.closed = true;
    this.#close();
  }
  count(name: string): number {
    return this.text.split(`event: ${name}\n`).length - 1;
  }
}

/** As much of a process as a row shows, with what the hub leaves behind in it. */
function fakeProcess(name: string) {
  const watchers = new Set<(process: Process) => void>();
  const process = {
    spec: { name },
    group: name,
    record: { state: "STOPPED", pid: 0, startTime: 0, stopTime: 0, spawnerr: null },
    history: { lastEnding: null, starts: 0 },
    logfile: () => null,
    watch: (watcher: (process: Process) => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  } as unknown as Process;
  const move = () => {
    for (const watcher of [...watchers]) watcher(process);
  };
  return { process, watchers, move };
}

function house(...names: string[]) {
  const fakes = names.map(fakeProcess);
  const bus = new EventBus();
  const groups = new Map(
    fakes.map(({ process }) => [
      process.group,
      {
        spec: { name: process.group, kind: "group", priority: 1 },
        processes: new Map([[process.spec.name, process]]),
      },
    ]),
  );
  const daemon = { identifier: "x", mood: "RUNNING", log: { path: null }, bus, groups };
  return { fakes, bus, hub: new StateHub(daemon as unknown as PageDaemon) };
}

describe("StateHub", () => {
  it("watches nothing before the first client and after the last", () => {
    const { fakes, bus, hub } = house("a", "b");
    const watched = () => fakes.reduce((sum, { watchers }) => sum + watchers.size, 0);
    assert.deepEqual([watched(), bus.wants("PROCESS_GROUP_ADDED")], [0, false]);
    const [first, second] = [new Client(), new Client()];
    hub.attach(first);
    hub.attach(second);
    assert.deepEqual([watched(), bus.wants("PROCESS_GROUP_ADDED"), hub.size], [2, true, 2]);
    first.leave();
    assert.equal(watched(), 2);
    second.leave();
    assert.deepEqual([watched(), bus.wants("PROCESS_GROUP_ADDED"), hub.size], [0, false, 0]);
  });

  it("gathers changes and sends each process once", async () => {
    const { fakes, hub } = house("a", "b");
    const client = new Client();
    hub.attach(client);
    for (let times = 0; times < 50; times++) fakes[0]?.move();
    await until("the change", () => client.count("processes") === 1);
    assert.match(client.text, /event: processes\ndata: \[\{"id":"a"[^[]*\[\]\}\]\n/);
    client.leave();
  });

  it("queues nothing for a slow client, and tells it all when it has room", async () => {
    const { fakes, hub } = house("a");
    const [slow, quick] = [new Client(), new Client()];
    slow.room = false;
    hub.attach(slow);
    hub.attach(quick);
    const before = slow.text;
    for (let round = 1; round <= 5; round++) {
      fakes[0]?.move();
      await until("the quick one to hear", () => quick.count("processes") === round);
    }
    assert.equal(slow.text, before);
    assert.equal(slow.count("snapshot"), 1);
    slow.drain();
    assert.equal(slow.count("snapshot"), 2);
    assert.equal(slow.count("processes"), 0);
    slow.leave();
    quick.leave();
  });

  it("has no room for ever more clients, and has room again", () => {
    const { hub } = house("a");
    const clients = Array.from({ length: MOST_STREAMS }, () => new Client());
    for (const client of clients) hub.attach(client);
    assert.equal(hasRoom(), false);
    for (const client of clients) client.leave();
    assert.equal(hasRoom(), true);
  });
});
