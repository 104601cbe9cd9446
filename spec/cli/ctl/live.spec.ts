import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "../../../cli/ctl/errors.ts";
import { runLive, secondsOf } from "../../../cli/ctl/extra/live.ts";
import { FakeIo, fakeSession } from "../../support/ctl-fake.ts";

describe("live pictures", () => {
  it("look again only once the last look is over, and paint what changed alone", async () => {
    const io = new FakeIo({ terminal: true });
    let looking = 0;
    let most = 0;
    let looks = 0;
    await runLive(fakeSession(io), 1, async () => {
      looking += 1;
      most = Math.max(most, looking);
      await new Promise((resolve) => setTimeout(resolve, 5));
      looking -= 1;
      looks += 1;
      if (looks === 5) io.key("q");
      return ["always the same", looks < 3 ? "early" : "late"];
    });
    assert.equal(most, 1);
    assert.equal(looks, 5);
    assert.equal(io.out.split("always the same").length - 1, 1);
    assert.equal(io.out.split("early").length - 1, 1);
    assert.equal(io.out.split("late").length - 1, 1);
    assert.ok(io.out.endsWith("\x1b[?25h\x1b[?1049l"));
  });

  it("tell of a daemon that is away, and go on", async () => {
    const io = new FakeIo({ terminal: true });
    let looks = 0;
    await runLive(fakeSession(io), 1, async () => {
      looks += 1;
      if (looks === 1)
        throw new ClientError("ConnectionRefusedError", "[Errno 111] Connection refused", "ECONNREFUSED");
      io.interrupt();
      return ["never seen"];
    });
    assert.match(io.out, /Connection refused[\s\S]*Trying again/);
  });

  it("follow one another where there is no terminal, and end with an error", async () => {
    const io = new FakeIo({ terminal: false });
    let looks = 0;
    const run = runLive(fakeSession(io), 1, async () => {
      looks += 1;
      if (looks === 3) throw new ClientError("OSError", "gone", "EIO");
      return [`look ${looks}`];
    });
    await assert.rejects(run, /gone/);
    assert.equal(io.out, "look 1\n\nlook 2\n\n");
  });

  it("leave nothing behind, however many looks there are", async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): number => warnings.push(warning.name);
    process.on("warning", hear);
    const io = new FakeIo({ terminal: true });
    let looks = 0;
    await runLive(fakeSession(io), 0, async () => {
      looks += 1;
      if (looks === 50) io.key("q");
      return ["the same"];
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.removeListener("warning", hear);
    assert.deepEqual(warnings, []);
  });

  it("have a sensible pace", () => {
    assert.equal(secondsOf(undefined), 2000);
    assert.equal(secondsOf("0.5"), 500);
    for (const bad of ["", "0", "-1", "x", "1e9", "NaN"]) assert.equal(secondsOf(bad), undefined, bad);
  });
});
