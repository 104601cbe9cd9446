import assert from "node:assert/strict";
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { addon } from "../../lib/sys/addon.ts";
import { terminated } from "../../lib/sys/bytes.ts";
import { closeFd } from "../../lib/sys/pipes.ts";
import { openSyslog } from "../../lib/sys/syslog.ts";
import { inTemporaryDirectory } from "../support/sys-child.ts";

interface Receiver {
  next(): string | null;
  close(): void;
}

function receiver(path: string): Receiver {
  const fd = addon.datagramSocket();
  assert.equal(addon.datagramBind(fd, terminated(path, "path")), 0);
  const buffer = Buffer.alloc(300_000);
  return {
    next() {
      const count = addon.read(fd, buffer, 0, buffer.length);
      return count < 0 ? null : buffer.toString("utf8", 0, count);
    },
    close: () => closeFd(fd),
  };
}

describe("openSyslog", () => {
  it("sends records in the form of syslog(3)", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const log = receiver(path);
      const ours = openSyslog("supervisord", path);
      const before = new Date();
      assert.equal(ours.send("text with ünïcode"), true);
      const record = log.next() ?? "";
      const [, stamp, rest] = /^<14>(\w{3} [ \d]\d \d\d:\d\d:\d\d) (.*)$/s.exec(record) ?? [];
      assert.equal(rest, "supervisord: text with ünïcode");
      // Compared as it is written: a stamp without year and zone cannot be read back at New Year, or when summer time ends.
      const moments = [before, new Date()].map((moment) => {
        const [, month = "", day = ""] = moment.toString().split(" ");
        return `${month} ${String(Number(day)).padStart(2)} ${moment.toTimeString().slice(0, 8)}`;
      });
      assert.ok(moments.includes(stamp ?? ""), `${record}: ${moments.join(" or ")}`);
      assert.equal(ours.send(Buffer.from([0x61, 0xff])), true);
      assert.match(log.next() ?? "", /supervisord: a\ufffd$/);
      ours.close();
      log.close();
    });
  });

  it("never waits, and counts what is lost", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const ours = openSyslog("x", path);
      assert.equal(ours.send("nobody there"), false);
      assert.equal(ours.dropped, 1);
      const log = receiver(path);
      let sent = 0;
      while (sent < 100_000 && ours.send(`line ${sent}`)) sent++;
      assert.ok(sent > 0 && sent < 100_000);
      assert.equal(ours.dropped, 2);
      for (let i = 0; i < sent; i++) assert.ok(log.next()?.endsWith(` x: line ${i}`));
      assert.equal(log.next(), null);
      assert.equal(ours.send("room again"), true);
      assert.equal(ours.send("x".repeat(1 << 20)), false);
      assert.equal(ours.dropped, 3);
      ours.close();
      log.close();
    });
  });

  it("finds a log that was restarted", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "log");
      const ours = openSyslog("x", path);
      const first = receiver(path);
      assert.equal(ours.send("one"), true);
      first.close();
      assert.equal(ours.send("two"), false);
      unlinkSync(path);
      assert.equal(ours.send("three"), false);
      const second = receiver(path);
      assert.equal(ours.send("four"), true);
      assert.match(second.next() ?? "", /four$/);
      assert.equal(ours.dropped, 2);
      ours.close();
      second.close();
    });
  });
});
