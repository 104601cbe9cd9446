import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { addon } from "../../lib/sys/addon.ts";
import { terminated } from "../../lib/sys/bytes.ts";
import { openNotifier, watchdogInterval } from "../../lib/sys/notify.ts";
import { closeFd } from "../../lib/sys/pipes.ts";
import { until } from "../support/daemon-wait.ts";
import { inTemporaryDirectory } from "../support/sys-child.ts";

function receiver(path: string) {
  const fd = addon.datagramSocket();
  assert.equal(addon.datagramBind(fd, terminated(path, "path")), 0);
  const buffer = Buffer.alloc(4096);
  return {
    next(): string | null {
      const count = addon.read(fd, buffer, 0, buffer.length);
      return count < 0 ? null : buffer.toString("utf8", 0, count);
    },
    close: () => closeFd(fd),
  };
}

const environment = (values: Record<string, string>) => new Map(Object.entries(values));

describe("openNotifier", () => {
  it("sends states to a path, and to a name in the abstract namespace (notify)", async () => {
    await inTemporaryDirectory((directory) => {
      for (const path of [join(directory, "notify"), `@supervisord-spec-${process.pid}`]) {
        const manager = receiver(path);
        const notifier = openNotifier(environment({ NOTIFY_SOCKET: path }));
        notifier.send("READY=1\nMAINPID=1");
        assert.equal(manager.next(), "READY=1\nMAINPID=1");
        assert.equal(manager.next(), null);
        notifier.close();
        manager.close();
      }
    });
  });

  it("keeps what a full queue does not take, and its order", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "notify");
      const manager = receiver(path);
      const notifier = openNotifier(environment({ NOTIFY_SOCKET: path }));
      const states = Array.from({ length: 60 }, (_, index) => `STATUS=${index}`);
      for (const state of states) notifier.send(state);
      const seen: string[] = [];
      await until("all states", () => {
        for (let state = manager.next(); state !== null; state = manager.next()) seen.push(state);
        return seen.length === states.length;
      });
      assert.deepEqual(seen, states);
      notifier.close();
      manager.close();
    });
  });

  it("says nothing where nobody asked, nobody listens, or the name makes no sense", () => {
    for (const values of [
      {},
      { NOTIFY_SOCKET: "" },
      { NOTIFY_SOCKET: "/no/such" },
      { NOTIFY_SOCKET: "vsock:2:1" },
    ]) {
      const notifier = openNotifier(environment(values));
      notifier.send("READY=1");
      notifier.close();
    }
  });

  it("shows that it lives twice as often as it must, and only where it must", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "notify");
      const manager = receiver(path);
      const quiet = openNotifier(environment({ NOTIFY_SOCKET: path }));
      const notifier = openNotifier(environment({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "100000" }));
      let beats = 0;
      await until("three beats", () => {
        for (let state = manager.next(); state !== null; state = manager.next()) {
          assert.equal(state, "WATCHDOG=1");
          beats += 1;
        }
        return beats >= 3;
      });
      notifier.close();
      quiet.close();
      manager.close();
    });
  });
});

describe("watchdogInterval", () => {
  it("is half of WATCHDOG_USEC in milliseconds, for the process that is meant", () => {
    const pid = String(process.pid);
    assert.equal(watchdogInterval(environment({ WATCHDOG_USEC: "3000000" })), 1500);
    assert.equal(watchdogInterval(environment({ WATCHDOG_USEC: "3000000", WATCHDOG_PID: pid })), 1500);
    assert.equal(watchdogInterval(environment({ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "1" })), null);
    for (const bad of ["", "x", "0", "-5", "1.5"]) {
      assert.equal(watchdogInterval(environment({ WATCHDOG_USEC: bad })), null, bad);
    }
    assert.equal(watchdogInterval(environment({})), null);
  });
});
